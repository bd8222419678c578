import Optimization
import Testing
import Timetabling
import Verification

/// Whatever hard rule ties meetings together: those who must follow do, and nobody else. Compared with all timetables
/// there are.
@Suite struct ReplanRuleTests {
  @Test(arguments: ConstraintKind.allCases, 1...2) func asFewMoveAsCan(_ kind: ConstraintKind, seed: Int) throws {
    let week = RuleWeek(kind, seed: seed)
    let legal = week.timetables(of: week.problem)
    try #require(!legal.isEmpty)
    var tried = 0
    for offset in 0..<legal.count where tried < 2 {
      let base = legal[(offset * 7 + seed * 31) % legal.count]
      let changed = week.blocking(base.entries[offset % base.entries.count])
      guard let least = week.least(from: base, changed, legal) else { continue }
      tried += 1

      let replan = Replanner(ReplanPlan(problem: changed, base: base)).run()

      #expect(replan.timetable.unplaced.isEmpty, "\(base.entries.map(\.time)) \(replan.notes.map(\.why))")
      #expect(Verifier.verify(changed, replan.timetable).violations.map(\.message) == [])
      // Whoever breaks a rule where the base has it is forced: fewer may be left to move besides.
      #expect(replan.further.count <= least.further, "\(base.entries.map(\.time))")
      #expect(replan.difference.changes.count == least.meetings, "\(base.entries.map(\.time))")
    }
    #expect(tried > 0)
  }

  /// The reported case: two lessons that begin together, of which one has lost its day.
  @Test func aBandMovesTogether() throws {
    let problem = try Cases.problem("band-same-start-after.json")
    let base = try Cases.timetable("band-same-start-base.json", of: problem)

    let replan = Replanner(ReplanPlan(problem: problem, base: base)).run()

    #expect(replan.timetable.unplaced.isEmpty)
    #expect(Set(replan.timetable.entries.map(\.time.day)) == [1])
    #expect(Set(replan.timetable.entries.map(\.time.start)) == [480])
    #expect(replan.forced == ["French"] && replan.further == ["Spanish"])
  }

  @Test func aBandOfWhichBothAreForcedMovesTogether() throws {
    var problem = try Cases.problem("band-same-start-after.json")
    let base = try Cases.timetable("band-same-start-base.json", of: problem)
    for teacher in problem.teachers.indices {
      problem.teachers[teacher].availability = [
        Availability(span: TimeSpan(day: 0, start: 0, end: 1440), grade: .blocked)
      ]
    }

    let replan = Replanner(ReplanPlan(problem: problem, base: base)).run()

    #expect(replan.timetable.unplaced.isEmpty)
    #expect(Set(replan.timetable.entries.map(\.time)).count == 1)
    #expect(replan.forced == ["French", "Spanish"])
  }

  @Test func whereNoPlanIsFoundItSaysHowFarItLooked() throws {
    var week = TinyWeek(periods: 2)
    week.add("A", at: 0)
    week.add("B", at: 1)
    week.block("t-A", 0)
    week.block("t-B", 0)

    let why = try #require(week.replan(further: 3).notes.first?.why)

    #expect(why.contains("up to 3 further lessons (any lesson)"))
    #expect(why.contains("not proven"))
  }
}

/// Three or four meetings in two days of three periods, tied together by one hard rule.
private struct RuleWeek {
  private(set) var problem: Problem
  private let usesRooms: Bool

  init(_ kind: ConstraintKind, seed: Int) {
    usesRooms = [.lessonsAllowedRooms, .lessonsSameRoom, .courseRoomStability, .roomCapacity].contains(kind)
    let rooms = (0..<2).map { Room(id: RoomID("R\($0)"), capacity: 30) }
    var school = TinySchool(days: 2, periods: 3, weeks: 2, rooms: rooms)
    let isPersonal = kind.subject != .lessons
    let isSpread = kind == .lessonsDifferentDays || kind == .courseMinWorkingDays
    for (name, meetings) in [("A", 1), ("B", 1), ("C", isSpread ? 2 : 1)] {
      school.add(
        Lesson(
          id: LessonID(name), duration: 60, meetingsPerWeek: meetings,
          groups: [isPersonal || kind == .lessonsEndDay ? "G" : ClassGroupID("G-\(name)")],
          teachers: [kind.subject == .teachers ? "T" : TeacherID("T-\(name)")],
          roomNeed: usesRooms ? RoomNeed() : .none))
    }
    var constraint = Constraint(id: "rule", kind: kind, enforcement: .hard)
    switch kind.subject {
    case .teachers: constraint.selector.teachers = ["T"]
    case .groups: constraint.selector.groups = ["G"]
    case .lessons:
      constraint.selector.lessons = ["A", "B"]
      if [.courseMinWorkingDays, .courseRoomStability, .lessonsDifferentDays].contains(kind) {
        constraint.selector.lessons = kind == .lessonsDifferentDays ? ["C"] : ["C", "A"]
      }
      if kind == .lessonsEndDay { constraint.selector.lessons = ["A"] }
    }
    for parameter in kind.parameters {
      let value = parameter.loosening == nil ? seed % 2 : parameter.name == "days" ? 1 : 2 - seed % 2
      constraint.parameters[parameter.name] = max(parameter.range.lowerBound, value)
    }
    if kind == .lessonsMaxDaysBetween { constraint.parameters = ["days": 0] }
    if kind == .teacherMinPeriodsPerDay || kind == .groupMinPeriodsPerDay {
      constraint.parameters = seed == 1 ? ["min": 2] : ["min": 1, "everyDay": 1]
    }
    if kind == .courseMinWorkingDays { constraint.selector.lessons = ["C"]; constraint.parameters = ["days": 2] }
    if kind == .lessonsMaxSimultaneous { constraint.parameters = ["max": 1] }
    if kind == .teacherMaxSpanPerDay || kind == .groupMaxSpanPerDay { constraint.parameters = ["max": 3] }
    if kind == .teacherMaxPeriodsPerDay || kind == .groupMaxPeriodsPerDay { constraint.parameters = ["max": 2] }
    if kind == .teacherMaxPeriodsInRow || kind == .groupMaxPeriodsInRow { constraint.parameters = ["max": 2] }
    if kind == .teacherMaxDaysPerWeek || kind == .groupMaxDaysPerWeek { constraint.parameters = ["max": 2] }
    if kind.needsTimes {
      constraint.times = [TimeSpan(day: 0, start: 480, end: 660), TimeSpan(day: 1, start: 480, end: 600)]
    }
    if kind == .lessonsAllowedStarts {
      constraint.times = [480, 540].flatMap { start in
        (0...1).map { TimeSpan(day: $0, start: start, end: start + 60) }
      }
    }
    if kind.needsRooms { constraint.rooms = ["R1"] }
    school.problem.constraints = [constraint]
    problem = school.problem
  }

  /// Every complete timetable that breaks no hard rule.
  func timetables(of problem: Problem) -> [Timetable] {
    let detector = ConflictDetector(problem)
    var found: [Timetable] = []
    func extend(_ entries: [Entry], _ rest: ArraySlice<(Lesson, Int)>) {
      guard let (lesson, number) = rest.first else {
        let timetable = Timetable(entries: entries)
        if detector.hardViolations(of: timetable) == 0 { found.append(timetable) }
        return
      }
      for day in 0..<2 {
        for start in [480, 540, 600] {
          for room in usesRooms ? ["R0", "R1"] as [RoomID] : [] as [RoomID] {
            extend(entries + [entry(lesson, number, day, start, [room])], rest.dropFirst())
          }
          if !usesRooms { extend(entries + [entry(lesson, number, day, start, [])], rest.dropFirst()) }
        }
      }
    }
    extend([], problem.lessons.flatMap { lesson in (0..<lesson.meetingsPerWeek).map { (lesson, $0) } }[...])
    return found
  }

  private func entry(_ lesson: Lesson, _ number: Int, _ day: Int, _ start: Int, _ rooms: [RoomID]) -> Entry {
    Entry(
      lesson: lesson.id, meeting: number, weeks: .first(2), time: TimeSpan(day: day, start: start, end: start + 60),
      rooms: rooms, teachers: lesson.teachers)
  }

  /// The entry's teacher is away then.
  func blocking(_ entry: Entry) -> Problem {
    var changed = problem
    for position in changed.teachers.indices where entry.teachers.contains(changed.teachers[position].id) {
      changed.teachers[position].availability = [Availability(span: entry.time, grade: .blocked)]
    }
    return changed
  }

  /// The fewest lessons that move beside those that must, and of plans with so few the fewest meetings; nil where no
  /// timetable is left.
  func least(
    from base: Timetable, _ changed: Problem, _ legal: [Timetable]
  ) -> (further: Int, meetings: Int)? {
    let index = ProblemIndex(changed)
    func isBlocked(_ entry: Entry) -> Bool {
      entry.teachers.compactMap { index.teacherIndex[$0] }
        .contains { index.isBlocked(teacher: $0, at: entry.time, weeks: entry.weeks) }
    }
    let forced = Set(base.entries.filter(isBlocked).map(\.lesson))
    // Nothing but blocked hours has changed.
    return legal.filter { !$0.entries.contains(where: isBlocked) }.map { timetable in
      let moved = zip(base.entries, timetable.entries).filter { $0.0 != $0.1 }.map(\.0.lesson)
      return (further: Set(moved).subtracting(forced).count, meetings: moved.count)
    }.min { $0 < $1 }
  }
}
