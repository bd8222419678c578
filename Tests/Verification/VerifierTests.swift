import Testing
import Timetabling
import Verification

/// Every hard rule, broken by hand: the verifier must say so, under the rule's own name.
@Suite struct VerifierTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let rule: Rule
    let problem: @Sendable (inout Problem) -> Void
    let entries: @Sendable (inout [Entry]) -> Void
    var testDescription: String { rule.rawValue }

    init(
      _ rule: Rule, problem: @escaping @Sendable (inout Problem) -> Void = { _ in },
      entries: @escaping @Sendable (inout [Entry]) -> Void = { _ in }
    ) {
      self.rule = rule
      self.problem = problem
      self.entries = entries
    }
  }

  /// L0 on day 0 at 8:00 in R0, L1 at 9:00 in R1; one teacher, one group.
  static func sound() -> (Problem, [Entry]) {
    let periods = [480, 540, 600].map { Period(start: $0, end: $0 + 60) }
    let problem = Problem(
      name: "sound", term: Term(id: "t", name: "Term", firstDay: "2026-09-07", weekCount: 2),
      timeGrids: [TimeGrid(id: "g", days: ["Mon", "Tue"].map { GridDay(name: $0, periods: periods) })],
      rooms: ["R0", "R1"].map { Room(id: $0, capacity: 30) }, teachers: [Teacher(id: "T"), Teacher(id: "U")],
      groups: [ClassGroup(id: "G", size: 20)],
      lessons: ["L0", "L1"].map { Lesson(id: $0, duration: 60, groups: ["G"], teachers: ["T"]) })
    let entries = (0..<2).map { number in
      Entry(
        lesson: LessonID("L\(number)"), weeks: .first(2),
        time: TimeSpan(day: 0, start: 480 + 60 * number, end: 540 + 60 * number), rooms: [RoomID("R\(number)")],
        teachers: ["T"])
    }
    return (problem, entries)
  }

  @Test func aSoundTimetableHasNoViolation() {
    let (problem, entries) = Self.sound()
    let report = Verifier.verify(problem, Timetable(entries: entries))
    #expect(report.isValid && report.placed == 2 && report.unplaced == 0)
    #expect(Set(report.checks.keys) == Set(Rule.allCases.map(\.rawValue)))
    #expect(report.checks["teacher-clash"] == 1 && report.checks["on-grid"] == 2)
  }

  @Test(arguments: cases) func aBrokenRuleIsNamed(_ broken: Case) {
    var (problem, entries) = Self.sound()
    broken.problem(&problem)
    broken.entries(&entries)
    let report = Verifier.verify(problem, Timetable(entries: entries))
    #expect(Set(report.violations.map(\.rule)).contains(broken.rule.rawValue), "\(report.violations)")
  }

  @Test func everyRuleHasACase() { #expect(Set(Self.cases.map(\.rule)) == Set(Rule.allCases)) }

  static let blocked = [Availability(span: TimeSpan(day: 0, start: 530, end: 545), grade: .blocked)]

  static let cases: [Case] = [
    Case(.knownReferences, entries: { $0[0].lesson = "X" }),
    Case(.knownReferences, entries: { $0[0].rooms = ["X"] }),
    Case(.knownReferences, entries: { $0[0].teachers = ["X"] }),
    Case(.everythingListed, entries: { $0.removeLast() }),
    Case(.everythingListed, entries: { $0.append($0[0]) }),
    Case(.everythingListed, entries: { $0[0].meeting = 3 }),
    Case(.onGrid, entries: { $0[0].time.start = 490 }),
    Case(.onGrid, entries: { $0[0].time.day = -1 }),
    Case(.onGrid, problem: { $0.lessons[1].duration = 121 }),
    Case(.onGrid, problem: { $0.timeGrids[0].days[0].periods[0].isTeaching = false }),
    Case(.duration, entries: { $0[0].time.end = 539 }),
    Case(.duration, problem: { $0.lessons[0].duration = 61 }),
    Case(.weeks, entries: { $0[0].weeks = .first(1) }),
    Case(.weeks, entries: { $0[0].weeks = .first(3) }),
    Case(.teachers, entries: { $0[0].teachers = ["U"] }),
    Case(.teachers, entries: { $0[0].teachers = ["T", "U"] }),
    Case(
      .teachers,
      problem: {
        $0.lessons[0].teacherPool = ["U"]
        $0.lessons[0].teachersFromPool = 1
      }),
    Case(.pins, problem: { $0.lessons[0].pins = [Pin(start: 540)] }),
    Case(.pins, problem: { $0.lessons[0].pins = [Pin(rooms: ["R1"])] }),
    Case(
      .lessonClash, problem: { $0.lessons[0].meetingsPerWeek = 2 },
      entries: { entries in
        var second = entries[0]
        second.meeting = 1
        entries.append(second)
      }),
    Case(.teacherClash, entries: { $0[1].time = $0[0].time }),
    Case(.groupClash, entries: { $0[1].time = $0[0].time }),
    Case(
      .groupClash,
      problem: {
        $0.groups = [
          ClassGroup(id: "G", size: 20, parts: ["P"]), ClassGroup(id: "H", size: 20, parts: ["P"]),
          ClassGroup(id: "P", size: 2),
        ]
        $0.lessons[1].groups = ["H"]
      }, entries: { $0[1].time = $0[0].time }),
    Case(
      .studentClash,
      problem: {
        $0.students = [Student(id: "s", group: "G")]
        $0.lessons[1].groups = []
        $0.lessons[1].students = ["s"]
      }, entries: { $0[1].time = $0[0].time }),
    Case(
      .roomClash,
      entries: {
        $0[1].time = $0[0].time
        $0[1].rooms = ["R0"]
      }),
    Case(.roomCount, entries: { $0[0].rooms = [] }),
    Case(.roomCount, problem: { $0.lessons[0].roomNeed.count = 2 }, entries: { $0[0].rooms = ["R0", "R0"] }),
    Case(.roomType, problem: { $0.lessons[0].roomNeed.types = ["lab"] }),
    Case(.roomFeatures, problem: { $0.lessons[0].roomNeed.features = ["piano"] }),
    Case(.roomAllowed, problem: { $0.lessons[0].roomNeed.rooms = ["R1"] }),
    Case(.roomCapacity, problem: { $0.lessons[0].size = 31 }),
    Case(.roomCapacity, problem: { $0.groups[0].size = 31 }),
    Case(.roomAvailable, problem: { $0.rooms[0].availability = blocked }),
    Case(.roomBookingLimit, problem: { $0.rooms[0].dailyBookingLimit = 0 }),
    Case(.teacherAvailable, problem: { $0.teachers[0].availability = blocked }),
    Case(.groupAvailable, problem: { $0.groups[0].availability = blocked }),
    Case(
      .groupAvailable,
      problem: { $0.groups.append(ClassGroup(id: "Y", size: 90, parts: ["G"], availability: blocked)) }),
    Case(.teacherDayLoad, problem: { $0.teachers[0].maxMinutesPerDay = 119 }),
    Case(.teacherWeekLoad, problem: { $0.teachers[0].maxMinutesPerWeek = 119 }),
  ]

  @Test func unplacedMeetingsAreListedNotForgotten() {
    let (problem, entries) = Self.sound()
    let listed = Timetable(entries: [entries[0]], unplaced: [Unplaced(lesson: "L1", reasons: ["no room"])])
    let report = Verifier.verify(problem, listed)
    #expect(report.isValid && report.placed == 1 && report.unplaced == 1)
    let both = Timetable(entries: entries, unplaced: [Unplaced(lesson: "L1", reasons: [])])
    #expect(Verifier.verify(problem, both).violations.map(\.rule) == ["everything-listed"])
  }

  @Test func everyDayOfAWeekWithLessonsIsLongEnough() {
    var (problem, entries) = Self.sound()
    problem.constraints = [
      Constraint(id: "c", kind: .groupMinPeriodsPerDay, parameters: ["min": 1, "everyDay": 1])
    ]
    #expect(Verifier.verify(problem, Timetable(entries: entries)).violations.count == 1)
    entries[1].time.day = 1
    #expect(Verifier.verify(problem, Timetable(entries: entries)).isValid)
    let none = Timetable(entries: [], unplaced: entries.map { Unplaced(lesson: $0.lesson, reasons: []) })
    #expect(Verifier.verify(problem, none).isValid)
  }

  @Test func timesOfADayBindWhoTeachesInThem() {
    var (problem, entries) = Self.sound()
    let second = TimeSpan(day: 0, start: 545, end: 550)
    problem.constraints = [
      Constraint(id: "hours", kind: .teacherMaxPeriodsPerDayInTimes, parameters: ["max": 0], times: [second]),
      Constraint(id: "days", kind: .groupMaxDaysPerWeekInTimes, parameters: ["max": 0], times: [second]),
    ]
    #expect(Verifier.verify(problem, Timetable(entries: entries)).violations.count == 2)
    entries[1].time = TimeSpan(day: 0, start: 600, end: 660)
    #expect(Verifier.verify(problem, Timetable(entries: entries)).isValid)
  }

  @Test func anOrderOnOneDaySaysNothingOfOthers() {
    var (problem, entries) = Self.sound()
    problem.constraints = [
      Constraint(
        id: "c", kind: .lessonsOrdered, selector: Selector(lessons: ["L1", "L0"]), parameters: ["sameDay": 1])
    ]
    #expect(Verifier.verify(problem, Timetable(entries: entries)).violations.count == 1)
    entries[1].time.day = 1
    #expect(Verifier.verify(problem, Timetable(entries: entries)).isValid)
  }

  /// A hard constraint of each kind that the sound timetable, or an edit of it, breaks.
  @Test(arguments: ConstraintKind.allCases) func everyHardConstraintIsChecked(_ kind: ConstraintKind) {
    var (problem, entries) = Self.sound()
    var constraint = Constraint(id: "c", kind: kind)
    for parameter in kind.parameters { constraint.parameters[parameter.name] = parameter.range.lowerBound }
    if kind.needsTimes { constraint.times = [TimeSpan(day: 0, start: 500, end: 520)] }
    if kind.needsRooms { constraint.rooms = ["R1"] }
    var rule = "constraint." + kind.rawValue
    switch kind {
    case .teacherMaxGapsPerWeek, .teacherMaxGapsPerDay, .groupMaxGapsPerWeek, .groupMaxGapsPerDay,
      .groupIsolatedPeriods, .lessonsMinGap, .lessonsConsecutive, .lessonsGrouped:
      entries[1].time = TimeSpan(day: 0, start: 600, end: 660)
      constraint.parameters = constraint.parameters.mapValues { kind == .lessonsMinGap ? 2 : $0 }
    case .teacherMinPeriodsPerDay, .groupMinPeriodsPerDay: constraint.parameters = ["min": 3]
    case .teacherMaxDaysPerWeek, .groupMaxDaysPerWeek, .lessonsSameDay, .lessonsMaxDaysBetween:
      entries[1].time.day = 1
    case .groupMaxLateStarts: entries.removeFirst()
    case .lessonsNotOverlapping: entries[1].time = entries[0].time
    case .lessonsOrdered: constraint.selector.lessons = ["L1", "L0"]
    case .courseMinWorkingDays: constraint.parameters = ["days": 2]
    case .courseRoomStability:
      problem.lessons[0].meetingsPerWeek = 2
      entries[1].lesson = "L0"
      entries[1].meeting = 1
    case .roomCapacity:
      problem.lessons[0].size = 31
      rule = Rule.roomCapacity.rawValue
    case .studentClash:
      problem.students = [Student(id: "s", group: "G")]
      entries[1].time = entries[0].time
      rule = Rule.studentClash.rawValue
    case .teacherMaxPeriodsPerDay, .teacherMaxPeriodsInRow, .teacherMaxSpanPerDay, .teacherMaxPeriodsPerDayInTimes,
      .teacherMaxDaysPerWeekInTimes, .groupMaxPeriodsPerDay, .groupMaxPeriodsInRow, .groupMaxSpanPerDay,
      .groupMaxPeriodsPerDayInTimes, .groupMaxDaysPerWeekInTimes, .lessonsMinDaysBetween, .lessonsAllowedTimes,
      .lessonsAllowedStarts, .lessonsAllowedRooms, .lessonsSameStart, .lessonsSameStartOfDay, .lessonsDifferentDays,
      .lessonsSameRoom, .lessonsEndDay, .lessonsMaxSimultaneous:
      break
    }
    problem.constraints = [constraint]
    let report = Verifier.verify(problem, Timetable(entries: entries))
    #expect(report.violations.contains { $0.rule == rule }, "\(report.violations)")
    #expect(report.checks[rule] != nil)

    problem.constraints[0].enforcement = .weighted(1)
    let soft = Verifier.verify(problem, Timetable(entries: entries))
    #expect(!soft.violations.contains { $0.rule == rule })
  }
}
