import Testing
import Timetabling

/// Each thing that may be wrong: where it is and what it is called.
@Suite struct ProblemCheckTests {
  typealias School = TinySchool

  static func sound() -> Problem {
    var problem = TinySchool.problem(lessons: TinySchool.lessons(3, room: RoomNeed()))
    problem.departments = [Department(id: "D", name: "D")]
    problem.courses = [Course(id: "C")]
    problem.zones = [Zone(id: "Z", name: "Z"), Zone(id: "Y", name: "Y")]
    problem.students = [Student(id: "s", group: "G")]
    problem.lessons[0].tags = ["lab"]
    return problem
  }

  @Test func aSoundProblemHasNoIssue() {
    #expect(ProblemCheck.issues(in: Self.sound()).isEmpty)
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let code: String
    let place: String
    let edit: @Sendable (inout Problem) -> Void
    var testDescription: String { "\(code) at \(place)" }

    init(_ code: String, _ place: String, _ edit: @escaping @Sendable (inout Problem) -> Void) {
      self.code = code
      self.place = place
      self.edit = edit
    }
  }

  @Test(arguments: cases) func wrongDataIsFound(_ wrong: Case) {
    var problem = Self.sound()
    wrong.edit(&problem)
    let issues = ProblemCheck.issues(in: problem)
    #expect(issues.contains { $0.code == wrong.code && $0.place == wrong.place }, "\(issues)")
    #expect(issues.allSatisfy { $0.message.hasSuffix(".") })
  }

  static let cases: [Case] = [
    Case("id.empty", "/rooms/0/id") { $0.rooms[0].id = " " },
    Case("period.empty", "/timeGrids/0/days/0/periods/0/name") { $0.timeGrids[0].days[0].periods[0].name = " " },
    Case("grid.no-clock-times", "/timeGrids/0/days/0/periods/2") { $0.timeGrids[0].hasClockTimes = false },
    Case("grid.no-clock-times", "/timeGrids") {
      $0.timeGrids[0].hasClockTimes = false
      $0.timeGrids.append($0.timeGrids[0])
      $0.timeGrids[1].id = "other"
    },
    Case("span.no-period", "/teachers/0/availability/0") {
      $0.timeGrids[0].hasClockTimes = false
      $0.teachers[0].availability = [Availability(span: TimeSpan(day: 0, start: 490, end: 540), grade: .blocked)]
    },
    Case("id.too-long", "/rooms/0/id") { $0.rooms[0].id = RoomID(String(repeating: "r", count: 201)) },
    Case("id.duplicate", "/rooms/1/id") { $0.rooms[1].id = "R1" },
    Case("reference.unknown", "/lessons/1/teachers/0") { $0.lessons[1].teachers = ["X"] },
    Case("reference.duplicate", "/lessons/1/teachers/1") { $0.lessons[1].teachers = ["T", "T"] },
    Case("reference.unknown", "/lessons/0/course") { $0.lessons[0].course = "X" },
    Case("reference.unknown", "/lessons/0/timeGrid") { $0.lessons[0].timeGrid = "X" },
    Case("reference.unknown", "/lessons/0/roomNeed/wished/0") { $0.lessons[0].roomNeed.wished = ["X"] },
    Case("reference.unknown", "/groups/0/homeRoom") { $0.groups[0].homeRoom = "X" },
    Case("reference.unknown", "/students/0/group") { $0.students[0].group = "X" },
    Case("reference.unknown", "/buildings/0/zone") { $0.buildings = [Building(id: "B", name: "B", zone: "X")] },
    Case("reference.unknown", "/travelTimes/0/to") { $0.travelTimes = [TravelTime(from: "Z", to: "X", minutes: 1)] },
    Case("number.out-of-range", "/rooms/0/capacity") { $0.rooms[0].capacity = -1 },
    Case("number.out-of-range", "/groups/0/size") { $0.groups[0].size = -5 },
    Case("number.out-of-range", "/lessons/0/duration") { $0.lessons[0].duration = 0 },
    Case("number.out-of-range", "/lessons/0/meetingsPerWeek") { $0.lessons[0].meetingsPerWeek = 0 },
    Case("number.out-of-range", "/term/weekCount") { $0.term.weekCount = 65 },
    Case("date.malformed", "/term/firstDay") { $0.term.firstDay = "2026-02-29" },
    Case("date.malformed", "/term/holidays/0") { $0.term.holidays = ["7.9.2026"] },
    Case("time-zone.malformed", "/term/timeZone") { $0.term.timeZone = "here and there" },
    Case("grid.missing", "/timeGrids") { $0.timeGrids = [] },
    Case("grid.day-count", "/timeGrids/1/days") {
      $0.timeGrids.append(TimeGrid(id: "x", days: [GridDay(name: "Mon", periods: [Period(start: 0, end: 9)])]))
    },
    Case("period.malformed", "/timeGrids/0/days/0/periods/0") { $0.timeGrids[0].days[0].periods[0].start = 600 },
    Case("period.overlap", "/timeGrids/0/days/0/periods/1") { $0.timeGrids[0].days[0].periods[1].start = 500 },
    Case("availability.grade", "/teachers/0/availability/0/grade") {
      $0.teachers[0].availability = [Availability(span: TinySchool.span(0, 0), grade: .wish(4))]
    },
    Case("availability.overlap", "/teachers/0/availability/1") {
      $0.teachers[0].availability = [
        Availability(span: TinySchool.span(0, 0), grade: .blocked),
        Availability(span: TimeSpan(day: 0, start: 500, end: 520), grade: .wish(2)),
      ]
    },
    Case("span.day", "/rooms/0/availability/0/day") {
      $0.rooms[0].availability = [Availability(span: TimeSpan(day: 5, start: 0, end: 9), grade: .blocked)]
    },
    Case("span.malformed", "/rooms/0/availability/0") {
      $0.rooms[0].availability = [Availability(span: TimeSpan(day: 0, start: 9, end: 9), grade: .blocked)]
    },
    Case("weeks.empty", "/lessons/0/weeks") { $0.lessons[0].weeks = WeekSet(mask: 0) },
    Case("weeks.outside-term", "/lessons/0/weeks") { $0.lessons[0].weeks = WeekSet(mask: 1 << 40) },
    Case("group.cycle", "/groups/0/parts") {
      $0.groups = [ClassGroup(id: "G", size: 1, parts: ["H"]), ClassGroup(id: "H", size: 1, parts: ["G"])]
    },
    Case("lesson.no-placement", "/lessons/0/duration") { $0.lessons[0].duration = 121 },
    Case("pool.too-small", "/lessons/0/teachersFromPool") { $0.lessons[0].teachersFromPool = 1 },
    Case("room.none-fits", "/lessons/0/roomNeed") { $0.lessons[0].size = 61 },
    Case("room.none-fits", "/lessons/0/roomNeed") { $0.lessons[0].roomNeed.types = ["gym"] },
    Case("pin.empty", "/lessons/0/pins/0") { $0.lessons[0].pins = [Pin()] },
    Case("pin.meeting", "/lessons/0/pins/0/meeting") { $0.lessons[0].pins = [Pin(meeting: 1)] },
    Case("pin.off-grid", "/lessons/0/pins/0") { $0.lessons[0].pins = [Pin(day: 0, start: 600)] },
    Case("pin.room-count", "/lessons/0/pins/0/rooms") { $0.lessons[0].pins = [Pin(rooms: [])] },
    Case("number.out-of-range", "/constraints/0/parameters/max") {
      $0.constraints = [Constraint(id: "c", kind: .teacherMaxDaysPerWeek, parameters: ["max": 0])]
    },
    Case("constraint.parameter", "/constraints/0/parameters/m~1x") {
      $0.constraints = [Constraint(id: "c", kind: .teacherMaxDaysPerWeek, parameters: ["m/x": 0])]
    },
    Case("number.out-of-range", "/constraints/0/enforcement") {
      $0.constraints = [Constraint(id: "c", kind: .lessonsSameDay, enforcement: .weighted(0))]
    },
    Case("constraint.times", "/constraints/0/times") {
      $0.constraints = [Constraint(id: "c", kind: .lessonsAllowedTimes)]
    },
    Case("constraint.rooms", "/constraints/0/rooms") {
      $0.constraints = [Constraint(id: "c", kind: .lessonsAllowedRooms)]
    },
    Case("constraint.selector", "/constraints/0/selector/groups") {
      $0.constraints = [Constraint(id: "c", kind: .teacherMaxDaysPerWeek, selector: Selector(groups: ["G"]))]
    },
    Case("reference.unknown", "/constraints/0/selector/tags/0") {
      $0.constraints = [Constraint(id: "c", kind: .lessonsSameDay, selector: Selector(tags: ["x"]))]
    },
    Case("constraint.set-size", "/constraints/0/selector") {
      $0.constraints = [Constraint(id: "c", kind: .lessonsGrouped, selector: Selector(lessons: ["L0"]))]
    },
    Case("constraint.set-size", "/constraints/0/selector") {
      $0.constraints = [Constraint(id: "c", kind: .lessonsOrdered)]
    },
  ]

  @Test func softenedSeatsLetALargeLessonIn() {
    var problem = Self.sound()
    problem.lessons[0].size = 61
    problem.constraints = [Constraint(id: "c", kind: .roomCapacity, enforcement: .weighted(1))]
    #expect(ProblemCheck.issues(in: problem).isEmpty)
  }

  @Test func anEmptyProblemIsReportedNotTrappedOn() {
    let nothing = Problem(name: "", term: Term(id: "", name: "", firstDay: "", weekCount: -3), timeGrids: [])
    #expect(!ProblemCheck.issues(in: nothing).isEmpty)
    #expect(Precheck.findings(in: nothing).isEmpty)
    #expect(ConflictDetector(nothing).conflicts(of: Timetable(entries: [])).isEmpty)
  }
}
