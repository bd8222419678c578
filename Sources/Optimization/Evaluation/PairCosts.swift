import Timetabling

/// Constraints that are sums over pairs of meetings: by times through tables, by rooms directly.
struct PairCosts: Sendable {
  struct TimePair: BitwiseCopyable, Sendable {
    var other: Int32
    /// Offset of a (own time × other's time) table of units.
    var table: Int32
    var weight: Int64
    /// Of the two entries of a pair exactly one is the first.
    var isFirst: Bool
  }

  struct RoomPair: BitwiseCopyable, Sendable {
    var other: Int32
    var weight: Int64
  }

  struct StudentPair: BitwiseCopyable, Sendable {
    var lesson: Int32
    var weight: Int64
  }

  let byTime: Rows<TimePair>
  let byRoom: Rows<RoomPair>
  /// Between lessons: cost of each pair of their meetings that overlaps.
  let students: Rows<StudentPair>
  let tables: Flat<UInt8>
  let hasTimes: Bool
  let hasRooms: Bool
  let hasStudents: Bool

  init(_ compiled: CompiledProblem, _ measure: Measure) {
    let index = compiled.index
    var tables = PairTables(compiled)
    var byTime = [[TimePair]](repeating: [], count: compiled.meetingCount)
    var byRoom = [[RoomPair]](repeating: [], count: compiled.meetingCount)

    func weeksMeet(_ one: Int, _ other: Int) -> Bool {
      index.lessons[compiled.lesson(of: one)].weeks.meets(index.lessons[compiled.lesson(of: other)].weeks)
    }
    for (constraint, weight) in zip(index.problem.constraints, measure.constraintWeights) where weight != 0 {
      guard let rule = PairRule(constraint) else { continue }
      let set = index.lessons(of: constraint.selector)
      func add(_ one: Int, _ other: Int) {
        if rule.looksAtWeeks, !weeksMeet(one, other) { return }
        let (straight, swapped) = (tables.table(rule, isSwapped: false), tables.table(rule, isSwapped: true))
        byTime[one].append(TimePair(other: Int32(other), table: straight, weight: weight, isFirst: true))
        byTime[other].append(TimePair(other: Int32(one), table: swapped, weight: weight, isFirst: false))
      }
      switch rule.scope {
      case .allMeetings:
        let meetings = set.flatMap { Array(compiled.meetings(of: $0)) }
        for (position, one) in meetings.enumerated() { for other in meetings[(position + 1)...] { add(one, other) } }
      case .firstMeetings:
        let firsts = set.compactMap { compiled.meetings(of: $0).first }
        for (position, one) in firsts.enumerated() { for other in firsts[(position + 1)...] { add(one, other) } }
      case .nextInOrder:
        for (one, other) in zip(set, set.dropFirst()) {
          if let one = compiled.meetings(of: one).first, let other = compiled.meetings(of: other).first {
            add(one, other)
          }
        }
      case .rooms:
        let firsts = set.filter { index.problem.lessons[$0].roomNeed.count > 0 }
          .compactMap { compiled.meetings(of: $0).first }
        for (position, one) in firsts.enumerated() {
          for other in firsts[(position + 1)...] {
            byRoom[one].append(RoomPair(other: Int32(other), weight: weight))
            byRoom[other].append(RoomPair(other: Int32(one), weight: weight))
          }
        }
      }
    }
    self.byTime = Rows(byTime)
    self.byRoom = Rows(byRoom)
    self.tables = Flat(tables.values)
    hasTimes = byTime.contains { !$0.isEmpty }
    hasRooms = byRoom.contains { !$0.isEmpty }
    let students = Self.studentPairs(compiled, measure)
    hasStudents = students.contains { !$0.isEmpty }
    self.students = Rows(students)
  }

  private static func studentPairs(_ compiled: CompiledProblem, _ measure: Measure) -> [[StudentPair]] {
    let index = compiled.index
    var selected = [[(set: Int, weight: Int64)]](repeating: [], count: compiled.lessonCount)
    for (number, (constraint, weight)) in zip(index.problem.constraints, measure.constraintWeights).enumerated()
    where weight != 0 && constraint.kind == .studentClash && constraint.enforcement != .hard {
      for lesson in index.lessons(of: constraint.selector) { selected[lesson].append((number, weight)) }
    }
    return (0..<compiled.lessonCount).map { lesson in
      compiled.conflicts.softStudents.row(lesson).compactMap { tie in
        let other = Int(tie.lesson)
        let isSoft = index.lessons[lesson].studentClashIsSoft || index.lessons[other].studentClashIsSoft
        let own = Set(selected[lesson].map(\.set))
        let weight =
          (isSoft ? measure[.studentConflicts] : 0) + selected[lesson].reduce(0) { $0 + $1.weight }
          + selected[other].reduce(0) { own.contains($1.set) ? $0 : $0 + $1.weight }
        return weight == 0 ? nil : StudentPair(lesson: tie.lesson, weight: weight * Int64(tie.students))
      }
    }
  }

  func free() {
    byTime.free()
    byRoom.free()
    students.free()
    tables.free()
  }
}

/// A constraint kind that counts pairs, with its parameters.
struct PairRule: Hashable {
  enum Scope { case allMeetings, firstMeetings, nextInOrder, rooms }

  let kind: ConstraintKind
  var days = 0
  var mayFollow = false
  var onOneDay = false
  var periods = 0

  init?(_ constraint: Constraint) {
    kind = constraint.kind
    switch constraint.kind {
    case .lessonsMinDaysBetween:
      days = constraint.parameter("days")
      mayFollow = constraint.parameter("consecutive") == 1
    case .lessonsMaxDaysBetween: days = constraint.parameter("days")
    case .lessonsOrdered: onOneDay = constraint.parameter("sameDay") == 1
    case .lessonsMinGap: periods = constraint.parameter("periods")
    case .lessonsSameStart, .lessonsSameStartOfDay, .lessonsSameDay, .lessonsDifferentDays, .lessonsNotOverlapping,
      .lessonsConsecutive, .lessonsSameRoom:
      break
    default: return nil
    }
  }

  var scope: Scope {
    switch kind {
    case .lessonsSameStart, .lessonsSameStartOfDay, .lessonsSameDay: .firstMeetings
    case .lessonsConsecutive, .lessonsOrdered: .nextInOrder
    case .lessonsSameRoom: .rooms
    default: .allMeetings
    }
  }

  var looksAtWeeks: Bool { kind == .lessonsNotOverlapping || kind == .lessonsMinGap }

  /// Violations of a pair at two places; `one` comes first in the selector.
  func units(_ one: TimeSpan, _ other: TimeSpan, _ scale: PeriodScale) -> Int {
    switch kind {
    case .lessonsMinDaysBetween:
      if mayFollow, scale.follows(one, after: other) || scale.follows(other, after: one) { return 0 }
      return max(0, days - abs(one.day - other.day))
    case .lessonsMaxDaysBetween: return max(0, abs(one.day - other.day) - days)
    case .lessonsMinGap:
      guard one.day == other.day else { return 0 }
      let (earlier, later) = one.start <= other.start ? (one, other) : (other, one)
      guard let last = scale.lastOrdinal(of: earlier), let first = scale.firstOrdinal(of: later) else {
        return earlier.overlaps(later) ? 1 : 0
      }
      return first - last - 1 < periods ? 1 : 0
    case .lessonsSameStart: return one.day != other.day || one.start != other.start ? 1 : 0
    case .lessonsSameStartOfDay: return one.start != other.start ? 1 : 0
    case .lessonsSameDay: return one.day != other.day ? 1 : 0
    case .lessonsDifferentDays: return one.day == other.day ? 1 : 0
    case .lessonsNotOverlapping: return one.overlaps(other) ? 1 : 0
    case .lessonsConsecutive: return scale.follows(other, after: one) ? 0 : 1
    case .lessonsOrdered:
      if onOneDay, one.day != other.day { return 0 }
      return (other.day, other.start) < (one.day, one.end) ? 1 : 0
    default: return 0
    }
  }
}

/// Tables of units by (own time × other's time), each made once.
private struct PairTables {
  private struct Key: Hashable {
    let rule: PairRule
    let isSwapped: Bool
  }

  private let spans: [TimeSpan]
  private let scale: PeriodScale
  private var offsets: [Key: Int32] = [:]
  private(set) var values: [UInt8] = []

  init(_ compiled: CompiledProblem) {
    spans = compiled.times.spans
    scale = compiled.index.scale
  }

  mutating func table(_ rule: PairRule, isSwapped: Bool) -> Int32 {
    let key = Key(rule: rule, isSwapped: isSwapped)
    if let offset = offsets[key] { return offset }
    let offset = Int32(values.count)
    offsets[key] = offset
    for own in spans {
      for other in spans {
        values.append(UInt8(clamping: isSwapped ? rule.units(other, own, scale) : rule.units(own, other, scale)))
      }
    }
    return offset
  }
}
