import Timetabling

/// Every time that each meeting could have by its grid and duration alone, numbered as literals.
///
/// A literal says "this meeting is held then"; the last one of each meeting says "this meeting is left out". After those
/// of all meetings come two for each teacher of an open pool: "is chosen" and "is not". No rule narrows the numbering,
/// so that any set of rules makes a model over the same literals.
struct MeetingTimes: Sendable {
  struct Meeting: Sendable {
    let lesson: Int
    /// 0-based within its lesson.
    let number: Int
    let firstLiteral: Int32
    let optionCount: Int

    var leftOut: Int32 { firstLiteral + Int32(optionCount) }
    func literal(_ option: Int) -> Int32 { firstLiteral + Int32(option) }
    /// At any time at all.
    var held: [Int32] { (0..<optionCount).map(literal) }
  }

  /// Somebody who may be chosen for all meetings of a lesson.
  struct Candidate: Sendable {
    let lesson: Int
    let teacher: Int
    let yes: Int32
    var no: Int32 { yes + 1 }
  }

  let index: ProblemIndex
  let meetings: [Meeting]
  /// In the order of their lessons; none where there would be too many to look at.
  let candidates: [Candidate]
  let ofLesson: [Range<Int>]
  let literalCount: Int
  /// The meeting of each literal; −1 for those of candidates.
  let owner: [Int32]
  /// Stretches between neighboring starts and ends of a day, so that lessons of several grids meet on minutes.
  let atoms: [TimeSpan]
  private let atomRanges: [TimeSpan: Range<Int>]
  /// Weeks that no pattern in the problem tells apart.
  let weeks: [WeekSet]

  init(_ index: ProblemIndex, pools: OpenPools) {
    var meetings: [Meeting] = []
    var ofLesson: [Range<Int>] = []
    var literals: Int32 = 0
    for (lesson, facts) in index.lessons.enumerated() {
      let first = meetings.count
      // A lesson that fits nowhere into its grid is a finding of its own, and in no model.
      let count = facts.placements.isEmpty ? 0 : max(0, index.problem.lessons[lesson].meetingsPerWeek)
      for number in 0..<count {
        let meeting = Meeting(
          lesson: lesson, number: number, firstLiteral: literals, optionCount: facts.placements.count)
        meetings.append(meeting)
        literals = meeting.leftOut + 1
      }
      ofLesson.append(first..<meetings.count)
    }
    self.index = index
    self.meetings = meetings
    self.ofLesson = ofLesson
    let first = literals
    let chosen = pools.all.filter { !ofLesson[$0.lesson].isEmpty }.flatMap { pool in
      pool.candidates.map { (pool.lesson, $0) }
    }
    candidates = chosen.enumerated().map { number, pair in
      Candidate(lesson: pair.0, teacher: pair.1, yes: first + Int32(2 * number))
    }
    literalCount = Int(first) + 2 * candidates.count
    owner =
      meetings.enumerated().flatMap { [Int32](repeating: Int32($0), count: $1.optionCount + 1) }
      + [Int32](repeating: -1, count: 2 * candidates.count)
    weeks = Self.weekClasses(index)

    let spans = Set(index.lessons.flatMap(\.placements)).sorted()
    var atoms: [TimeSpan] = []
    for day in index.scale.days.indices {
      let bounds = Set(spans.filter { $0.day == day }.flatMap { [$0.start, $0.end] }).sorted()
      atoms += zip(bounds, bounds.dropFirst()).map { TimeSpan(day: day, start: $0, end: $1) }
    }
    self.atoms = atoms
    atomRanges = Dictionary(
      uniqueKeysWithValues: spans.map { span in
        let first = atoms.firstIndex { $0.day == span.day && $0.start == span.start } ?? 0
        let count = atoms[first...].prefix { $0.day == span.day && $0.end <= span.end }.count
        return (span, first..<(first + count))
      })
  }

  func spans(_ meeting: Int) -> [TimeSpan] { index.lessons[meetings[meeting].lesson].placements }
  func atoms(of span: TimeSpan) -> Range<Int> { atomRanges[span] ?? 0..<0 }
  func weekSet(_ meeting: Int) -> WeekSet { index.lessons[meetings[meeting].lesson].weeks }
  func meetings(of lessons: [Int]) -> [Int] { lessons.flatMap { Array(ofLesson[$0]) } }

  /// Literals of the meeting's times that are asked for.
  func literals(_ meeting: Int, where isAsked: (TimeSpan) -> Bool) -> [Int32] {
    spans(meeting).enumerated().filter { isAsked($0.element) }.map { meetings[meeting].literal($0.offset) }
  }

  func lesson(_ meeting: Int) -> Lesson { index.problem.lessons[meetings[meeting].lesson] }

  /// The time that a solution gives the meeting, nil where it is left out.
  func span(of meeting: Int, in chosen: [Int32]) -> TimeSpan? {
    let option = Int(chosen[meeting] - meetings[meeting].firstLiteral)
    return spans(meeting).indices.contains(option) ? spans(meeting)[option] : nil
  }

  private static func weekClasses(_ index: ProblemIndex) -> [WeekSet] {
    var patterns = Set(index.lessons.map(\.weeks))
    for room in index.problem.rooms { patterns.formUnion(room.availability.compactMap(\.weeks)) }
    let ordered = patterns.sorted { $0.mask < $1.mask }
    var classes: [[Bool]: UInt64] = [:]
    for week in 0..<max(1, min(64, index.problem.term.weekCount)) {
      classes[ordered.map { $0.contains(week: week) }, default: 0] |= 1 << UInt64(week)
    }
    return classes.values.sorted { $0.trailingZeroBitCount < $1.trailingZeroBitCount }.map { WeekSet(mask: $0) }
  }
}
