import Timetabling

/// Where each meeting may be: times that its grid, people, pins and hard constraints allow, and fitting rooms.
///
/// Hard `lessons.allowed-…` constraints narrow the options here, so that the search cannot break them.
struct MeetingOptions {
  private(set) var meetingBegin: [Int] = [0]
  private(set) var lessonOf: [Int] = []
  private(set) var timeRow: [Int] = []
  private(set) var roomRow: [Int] = []
  private(set) var timeRows: [[Int]]
  private(set) var roomRows: [[Int]]

  init(_ index: ProblemIndex, teachers: [[Int]], times: TimeTable) {
    let problem = index.problem
    let rules = AllowedRules(index)
    timeRows = problem.lessons.indices.map { lesson in
      let facts = index.lessons[lesson]
      let people =
        teachers[lesson].flatMap { problem.teachers[$0].availability }
        + facts.attending.flatMap { problem.groups[$0].availability }
      let blocks = people.filter { $0.grade == .blocked }
      return facts.placements.filter { span in
        !blocks.contains { $0.blocks(span, facts.weeks) } && rules.allow(lesson, at: span)
      }.compactMap { times.position[$0] }
    }
    roomRows = problem.lessons.indices.map { lesson in
      guard problem.lessons[lesson].roomNeed.count > 0 else { return [problem.rooms.count] }
      return index.lessons[lesson].rooms.filter { rules.allow(lesson, room: $0) }
    }
    for (position, lesson) in problem.lessons.enumerated() {
      for number in 0..<max(0, lesson.meetingsPerWeek) {
        let pins = lesson.pins.filter { $0.meeting == number }
        lessonOf.append(position)
        let day = pins.compactMap(\.day)
        let start = pins.compactMap(\.start)
        if day.isEmpty, start.isEmpty {
          timeRow.append(position)
        } else {
          timeRow.append(timeRows.count)
          timeRows.append(
            timeRows[position].filter { option in
              day.allSatisfy { $0 == times.spans[option].day } && start.allSatisfy { $0 == times.spans[option].start }
            })
        }
        let rooms = pins.compactMap(\.rooms).map { Set($0.compactMap { index.roomIndex[$0] }) }
        if rooms.isEmpty || lesson.roomNeed.count == 0 {
          roomRow.append(position)
        } else {
          roomRow.append(roomRows.count)
          roomRows.append(roomRows[position].filter { room in rooms.allSatisfy { $0.contains(room) } })
        }
      }
      meetingBegin.append(lessonOf.count)
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
      for lesson in index.lessons(of: constraint.selector) { rules[lesson].append(rule) }
    }
  }

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
