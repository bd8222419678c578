import Timetabling

/// Constraints that are counted anew whenever one of their meetings moves: rare kinds, and people whose lessons
/// alternate from week to week.
struct Kernels: Sendable {
  struct Kernel: BitwiseCopyable, Sendable {
    enum Kind: UInt8, BitwiseCopyable {
      /// First meetings that must follow one another in some order.
      case grouped
      /// The first listed meeting, after which its leaf groups must have none of the others that day.
      case endDay
      /// Meetings of which at most `limit` may cover one of `periods` at once, by weeks.
      case simultaneous
      /// A person's worst week, by a rule about days or about weeks.
      case personDay, personWeek
    }

    var kind: Kind
    var weight: Int64
    /// Its lists of meetings: one, or one for each week class.
    var list: Int32
    var limit: Int32 = 0
    /// Of `simultaneous`: the day and the periods.
    var day: Int32 = 0
    var periods: UInt64 = 0
    /// Of a person: the rule, and where the days' blocked periods begin.
    var dayRule = Tracks.DayRule(kind: .gaps, limit: 0, weight: 0)
    var weekRule = Tracks.WeekRule(kind: .gaps, limit: 0, weight: 0)
    var blocked: Int32 = 0
  }

  let all: Flat<Kernel>
  let ofMeeting: Rows<Int32>
  let lists: Rows<Int32>
  let blocked: Flat<UInt64>
  /// By day.
  let joined: Flat<UInt64>
  let weekCount: Int
  let isEmpty: Bool

  init(_ compiled: CompiledProblem, _ measure: Measure, alternating: [Tracks.Person]) {
    var builder = KernelBuilder(compiled)
    for (constraint, weight) in zip(compiled.problem.constraints, measure.constraintWeights) where weight != 0 {
      builder.add(constraint, weight: weight)
    }
    for person in alternating { builder.add(person) }
    all = Flat(builder.kernels)
    lists = Rows(builder.lists)
    blocked = Flat(builder.blocked)
    joined = Flat(compiled.index.scale.joined)
    weekCount = compiled.weekCount
    isEmpty = builder.kernels.isEmpty
    ofMeeting = Rows(ConflictGraph.invert(builder.members, count: compiled.meetingCount))
  }

  func free() {
    all.free()
    ofMeeting.free()
    lists.free()
    blocked.free()
    joined.free()
  }
}

/// Gathers kernels in flat lists.
private struct KernelBuilder {
  private let compiled: CompiledProblem
  private var index: ProblemIndex { compiled.index }
  private(set) var kernels: [Kernels.Kernel] = []
  private(set) var lists: [[Int32]] = []
  private(set) var members: [[Int]] = []
  private(set) var blocked: [UInt64] = []

  init(_ compiled: CompiledProblem) { self.compiled = compiled }

  private func meetings(_ lessons: [Int]) -> [Int32] {
    lessons.flatMap { compiled.meetings(of: $0).map(Int32.init) }
  }

  private func byWeek(_ lessons: [Int]) -> [[Int32]] {
    compiled.weekClasses.masks.map { week in meetings(lessons.filter { index.lessons[$0].weeks.meets(week) }) }
  }

  private mutating func add(_ kernel: Kernels.Kernel, _ new: [[Int32]]) {
    var kernel = kernel
    kernel.list = Int32(lists.count)
    lists += new
    kernels.append(kernel)
    members.append(Set(new.joined()).map { Int($0) }.sorted())
  }

  mutating func add(_ constraint: Constraint, weight: Int64) {
    let set = constraint.kind.subject == .lessons ? index.lessons(of: constraint.selector) : []
    switch constraint.kind {
    case .lessonsGrouped:
      let firsts = set.compactMap { compiled.meetings(of: $0).first.map(Int32.init) }
      add(Kernels.Kernel(kind: .grouped, weight: weight, list: 0), [firsts])
    case .lessonsEndDay:
      for lesson in set {
        let near = Set(index.lessons[lesson].leafGroups.flatMap { index.groupLessons[$0] }).sorted()
          .filter { index.lessons[$0].weeks.meets(index.lessons[lesson].weeks) }
        for meeting in meetings([lesson]) {
          let others = meetings(near).filter { $0 != meeting }
          add(Kernels.Kernel(kind: .endDay, weight: weight, list: 0), [[meeting] + others])
        }
      }
    case .lessonsMaxSimultaneous:
      for span in constraint.times {
        add(
          Kernels.Kernel(
            kind: .simultaneous, weight: weight, list: 0, limit: Int32(clamping: constraint.parameter("max")),
            day: Int32(span.day), periods: index.scale.mask(of: span)), byWeek(set))
      }
    default: return
    }
  }

  /// The worst week is sought for each rule by itself.
  mutating func add(_ person: Tracks.Person) {
    let weeks = byWeek(person.lessons)
    let begin = Int32(blocked.count)
    blocked += person.blocked
    for rule in person.day {
      add(Kernels.Kernel(kind: .personDay, weight: 1, list: 0, dayRule: rule, blocked: begin), weeks)
    }
    for rule in person.week {
      add(Kernels.Kernel(kind: .personWeek, weight: 1, list: 0, weekRule: rule, blocked: begin), weeks)
    }
  }
}
