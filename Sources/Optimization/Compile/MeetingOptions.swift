import Timetabling

/// Where each meeting may be: times that its grid, people, pins and hard constraints allow, and fitting rooms.
///
/// Meetings that may be at the same times share a row of times, and meetings that ask the same of rooms a row of rooms.
/// Hard `lessons.allowed-…` constraints narrow the options here, so that the search cannot break them.
struct MeetingOptions {
  private(set) var meetingBegin: [Int] = [0]
  private(set) var lessonOf: [Int] = []
  private(set) var timeRow: [Int] = []
  private(set) var roomRow: [Int] = []
  private(set) var timeRows: [[Int]] = []
  private(set) var roomRows: [[Int]] = []
  /// A lesson of each room row.
  private(set) var lessonOfRoomRow: [Int] = []

  init(_ index: ProblemIndex, teachers: [[Int]], times: TimeTable) {
    let problem = index.problem
    let rules = AllowedRules(index)
    let positions = Self.positions(index, times)
    let teacherBlocks = problem.teachers.map { $0.availability.filter { $0.grade == .blocked } }
    let groupBlocks = problem.groups.map { $0.availability.filter { $0.grade == .blocked } }
    let ofLesson = problem.lessons.indices.map { lesson in
      let facts = index.lessons[lesson]
      let blocks = teachers[lesson].flatMap { teacherBlocks[$0] } + facts.attending.flatMap { groupBlocks[$0] }
      let all = positions[facts.placementKind] ?? []
      if blocks.isEmpty, !rules.hasRules(lesson) { return all }
      return all.filter { time in
        let span = times.spans[time]
        return !blocks.contains { $0.blocks(span, facts.weeks) } && rules.allow(lesson, at: span)
      }
    }
    var known: [[Int]: Int] = [:]
    var rooms = RoomRows(index, rules)
    for (position, lesson) in problem.lessons.enumerated() {
      for number in 0..<max(0, lesson.meetingsPerWeek) {
        let pins = lesson.pins.filter { $0.meeting == number }
        lessonOf.append(position)
        let day = pins.compactMap(\.day)
        let start = pins.compactMap(\.start)
        let options = ofLesson[position].filter { option in
          day.allSatisfy { $0 == times.spans[option].day } && start.allSatisfy { $0 == times.spans[option].start }
        }
        let row = known[options] ?? timeRows.count
        if row == timeRows.count {
          known[options] = row
          timeRows.append(options)
        }
        timeRow.append(row)
        roomRow.append(rooms.row(of: position, pinned: pins.compactMap(\.rooms)))
      }
      meetingBegin.append(lessonOf.count)
    }
    roomRows = rooms.rows
    lessonOfRoomRow = rooms.lessons
  }

  /// The times of each kind of placements.
  private static func positions(_ index: ProblemIndex, _ times: TimeTable) -> [Int: [Int]] {
    index.lessons.reduce(into: [:]) { known, facts in
      if known[facts.placementKind] == nil {
        known[facts.placementKind] = facts.placements.compactMap { times.position[$0] }
      }
    }
  }
}

/// The hard constraints that are about one meeting alone.
struct AllowedRules {
  private struct Rule {
    let kind: ConstraintKind
    let times: [TimeSpan]
    let rooms: Set<Int>
  }

  static let kinds: Set<ConstraintKind> = [.lessonsAllowedTimes, .lessonsAllowedStarts, .lessonsAllowedRooms]
  private var rules: [[Rule]]

  init(_ index: ProblemIndex) {
    rules = [[Rule]](repeating: [], count: index.lessons.count)
    for constraint in index.problem.constraints
    where Self.kinds.contains(constraint.kind) && constraint.enforcement == .hard {
      let rule = Rule(
        kind: constraint.kind, times: constraint.times, rooms: Set(constraint.rooms.compactMap { index.roomIndex[$0] }))
      for lesson in index.lessons(of: constraint.selector) {
        // Of several rooms but one has to be among them (`CompiledProblem.roomParts`).
        if constraint.kind == .lessonsAllowedRooms, index.problem.lessons[lesson].roomNeed.count > 1 { continue }
        rules[lesson].append(rule)
      }
    }
  }

  func hasRules(_ lesson: Int) -> Bool { !rules[lesson].isEmpty }

  func allow(_ lesson: Int, at span: TimeSpan) -> Bool {
    rules[lesson].allSatisfy { rule in
      switch rule.kind {
      case .lessonsAllowedTimes: rule.times.contains { $0.covers(span) }
      case .lessonsAllowedStarts: rule.times.contains { $0.day == span.day && $0.start == span.start }
      default: true
      }
    }
  }

  func allow(_ lesson: Int, room: Int) -> Bool {
    rules[lesson].allSatisfy { $0.kind != .lessonsAllowedRooms || $0.rooms.contains(room) }
  }
}
