/// Proves, before a solver slot is spent, that a checked problem has no complete timetable, as far as counting can.
///
/// Every finding is a proof in the institution's own words, with what would repair it. No finding does not mean that
/// the problem can be solved.
public enum Precheck {
  public struct Finding: Hashable, Sendable, Codable {
    /// Stable, dotted: `teacher.too-few-periods`.
    public var code: String
    /// Id of the teacher, group, student, lesson or room it is about; for a class of rooms its description.
    public var subject: String
    public var needed: Int
    public var available: Int
    /// A whole sentence with names and values.
    public var message: String
    /// Most promising first.
    public var repairs: [String]

    public init(code: String, subject: String, needed: Int, available: Int, message: String, repairs: [String]) {
      self.code = code
      self.subject = subject
      self.needed = needed
      self.available = available
      self.message = message
      self.repairs = repairs
    }
  }

  /// Once `deadline` has come no more is looked at: what was found until then is proven all the same.
  public static func findings(in problem: Problem, until deadline: ContinuousClock.Instant? = nil) -> [Finding] {
    findings(in: ProblemIndex(problem), until: deadline)
  }

  public static func findings(in index: ProblemIndex, until deadline: ContinuousClock.Instant? = nil) -> [Finding] {
    let counting = PigeonholeCount(index, until: deadline)
    // Placements that were worked out in part would prove what is not so.
    if counting.isLate { return [] }
    let pins = counting.pinClashes()
    let findings = counting.teachers() + counting.groups() + counting.students() + counting.rooms()
    // Two pins on one time crowd it, too; that they clash says more.
    let telling = pins.isEmpty ? findings : findings.filter { !$0.code.hasSuffix(".crowded-times") }
    return counting.impossibleLessons() + pins + telling
  }
}

/// Pigeons are minutes or meetings that a person or a kind of room must hold, holes the time there is.
struct PigeonholeCount {
  let index: ProblemIndex
  let wording: Wording
  /// For each lesson: its placements that no blocked time of its own people forbids and its hard allowed times permit.
  let open: [[TimeSpan]]
  /// The periods of each day that these placements cover, and the fewest that one of them does.
  private let covered: [[UInt64]]
  private let fewest: [Int]
  /// The meetings of each lesson, as far as their own pins leave them a time.
  let confined: [[Confined]]
  /// Lessons with the same open placements have the same number here, a position in `openKinds`.
  private let openKind: [Int]
  private let openKinds: [[TimeSpan]]
  private let deadline: ContinuousClock.Instant?
  var problem: Problem { index.problem }
  /// To be asked at the head of each long loop.
  var isLate: Bool { deadline.map { $0 <= .now } ?? false }

  init(_ index: ProblemIndex, until deadline: ContinuousClock.Instant? = nil) {
    self.index = index
    self.deadline = deadline
    wording = Wording(problem: index.problem)
    let placements = OpenPlacements(index)
    let open = index.lessons.indices.map { lesson in
      if let deadline, deadline <= .now { return [TimeSpan]() }
      return placements.positions(of: lesson).map { index.lessons[lesson].placements[$0] }
    }
    self.open = open
    covered = open.map { Self.periods($0, index) }
    fewest = open.map { spans in spans.map { index.scale.mask(of: $0).nonzeroBitCount }.min() ?? 0 }
    confined = open.indices.map { Confined.meetings(of: $0, open: open[$0], index) }
    var numbers: [[TimeSpan]: Int] = [:]
    openKind = open.map { spans in
      if let known = numbers[spans] { return known }
      let next = numbers.count
      numbers[spans] = next
      return next
    }
    openKinds = numbers.sorted { $0.value < $1.value }.map(\.key)
  }

  /// Periods of each day that at least one of the spans covers.
  static func periods(_ spans: [TimeSpan], _ index: ProblemIndex) -> [UInt64] {
    var days = [UInt64](repeating: 0, count: index.scale.days.count)
    for span in spans where days.indices.contains(span.day) { days[span.day] |= index.scale.mask(of: span) }
    return days
  }

  /// Every placement that is open to one of the lessons.
  func openSpans(_ lessons: [Int]) -> [TimeSpan] {
    Array(Set(Set(lessons.map { openKind[$0] }).flatMap { openKinds[$0] }))
  }

  /// Each week of the term in which other lessons of the list are held than in those before, with these lessons.
  func weeks(of lessons: [Int]) -> [(week: Int, lessons: [Int])] {
    var seen: Set<[Int]> = []
    return (0..<max(0, min(64, problem.term.weekCount))).compactMap { week in
      let held = lessons.filter { index.lessons[$0].weeks.contains(week: week) }
      return !held.isEmpty && seen.insert(held).inserted ? (week, held) : nil
    }
  }

  /// Periods that the lessons' meetings cover at least.
  func fewestPeriods(_ lessons: [Int]) -> Int {
    lessons.reduce(0) { $0 + fewest[$1] * problem.lessons[$1].meetingsPerWeek }
  }

  /// Periods of each day that at least one of the lessons could use.
  func usablePeriods(_ lessons: [Int]) -> [Int] {
    var days = [UInt64](repeating: 0, count: index.scale.days.count)
    for lesson in lessons { for day in days.indices { days[day] |= covered[lesson][day] } }
    return days.map(\.nonzeroBitCount)
  }

  /// Whether counting by periods is sound: with several grids two lessons may touch one period without overlapping.
  var countsByPeriods: Bool { problem.timeGrids.count == 1 }
}
