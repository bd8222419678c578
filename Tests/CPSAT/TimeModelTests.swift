import CPSAT
import Optimization
import Testing
import Timetabling

/// The limits that CP-SAT's models hold, each with a week in which it decides.
@Suite struct TimeModelTests {
  private let solver: CPSATSolver

  init() throws { solver = try CPSATSolver.locate(folder: ortoolsFolder) }

  /// Lessons of one hour, of T, for groups of their own.
  private func problem(days: Int, periods: Int, lessons: Int, minutes: Int = 60) -> Problem {
    let grid = TimeGrid(
      id: "g",
      days: (0..<days).map { day in
        GridDay(
          name: "day \(day)", periods: (0..<periods).map { Period(start: 480 + 60 * $0, end: 540 + 60 * $0) })
      })
    var problem = Problem(
      name: "small", term: Term(id: "t", name: "t", firstDay: "2026-09-07", weekCount: 2), timeGrids: [grid],
      teachers: [Teacher(id: "T"), Teacher(id: "U")])
    problem.lessons = (0..<lessons).map {
      Lesson(id: LessonID("L\($0)"), duration: minutes, teachers: ["T"], roomNeed: .none)
    }
    return problem
  }

  private func trial(_ problem: Problem) throws -> TimeModelTrial { try TimeModelTrial(problem, solver: solver) }

  @Test func minutesOfAWeek() throws {
    var problem = problem(days: 2, periods: 4, lessons: 3)
    problem.teachers[0].maxMinutesPerWeek = 170
    #expect(try trial(problem).times == nil)
    problem.teachers[0].maxMinutesPerWeek = 180
    #expect(try trial(problem).times?.count == 3)
    // Lessons of other weeks do not add up.
    problem.teachers[0].maxMinutesPerWeek = 120
    problem.lessons[0].weeks = .odd(2)
    problem.lessons[1].weeks = .even(2)
    #expect(try trial(problem).times?.count == 3)
  }

  @Test func minutesOfADay() throws {
    var problem = problem(days: 2, periods: 4, lessons: 3)
    problem.teachers[0].maxMinutesPerDay = 100
    #expect(try trial(problem).times == nil)
    problem.lessons.removeLast()
    let times = try #require(try trial(problem).times)
    #expect(Set(times.joined().map(\.day)) == [0, 1])
    // Unequal lessons count what they take.
    problem.lessons[1].duration = 120
    problem.teachers[0].maxMinutesPerDay = 170
    #expect(Set(try #require(try trial(problem).times).joined().map(\.day)) == [0, 1])
  }

  @Test func bookingsOfRooms() throws {
    var problem = problem(days: 2, periods: 4, lessons: 3)
    problem.rooms = [Room(id: "R", capacity: 30, dailyBookingLimit: 1)]
    for lesson in problem.lessons.indices { problem.lessons[lesson].roomNeed = RoomNeed() }
    #expect(try trial(problem).times == nil)
    problem.lessons.removeLast()
    #expect(Set(try #require(try trial(problem).times).joined().map(\.day)) == [0, 1])
  }

  @Test(arguments: [
    ConstraintKind.lessonsMinDaysBetween, .lessonsMaxDaysBetween, .lessonsSameStart, .lessonsSameStartOfDay,
    .lessonsSameDay, .lessonsDifferentDays, .lessonsNotOverlapping, .lessonsMinGap, .lessonsConsecutive,
    .lessonsOrdered,
  ]) func rulesAboutPairs(_ kind: ConstraintKind) throws {
    var problem = problem(days: 2, periods: 3, lessons: 2)
    problem.lessons[1].teachers = ["U"]
    problem.constraints = [
      Constraint(id: "c", kind: kind, selector: Selector(lessons: ["L0", "L1"]), enforcement: .hard)
    ]
    let times = try #require(try trial(problem).times)
    let timetable = Timetable(
      entries: zip(problem.lessons, times).map {
        Entry(lesson: $0.id, weeks: .first(2), time: $1[0], teachers: $0.teachers)
      })
    #expect(ConflictDetector(problem).conflicts(of: timetable).map(\.message) == [])
    // The other way round there is nothing left: L0 late on the last day, L1 never then.
    if kind == .lessonsSameStart {
      problem.lessons[0].pins = [Pin(day: 1, start: 600)]
      problem.teachers[1].availability = [
        Availability(span: TimeSpan(day: 1, start: 600, end: 660), grade: .blocked)
      ]
      #expect(try trial(problem).times == nil)
    }
  }

  @Test func teachersAreChosenTogetherWithTimes() throws {
    var problem = problem(days: 2, periods: 4, lessons: 2)
    problem.teachers[0].maxMinutesPerDay = 60
    problem.lessons[0].meetingsPerWeek = 2
    problem.lessons[1].meetingsPerWeek = 2
    problem.lessons[1].teachers = []
    problem.lessons[1].teacherPool = ["T", "U"]
    problem.lessons[1].teachersFromPool = 1

    #expect(try trial(problem).teachers == [["T"], ["U"]])

    problem.teachers[1].availability = [Availability(span: TimeSpan(day: 0, start: 0, end: 1440), grade: .blocked)]
    let times = try #require(try trial(problem).times)
    #expect(times[1].allSatisfy { $0.day == 1 })
    problem.teachers[1].maxMinutesPerWeek = 60
    #expect(try trial(problem).times == nil)
  }

  /// A and B of one teacher, an hour a day; B may be on the first day alone, where A is.
  @Test func aRegionKeepsMinutesAndPairs() throws {
    var problem = problem(days: 2, periods: 2, lessons: 2)
    problem.teachers[0].maxMinutesPerDay = 60
    problem.lessons[1].pins = [Pin(day: 0)]
    let entry = Entry(
      lesson: "L0", weeks: .first(2), time: TimeSpan(day: 0, start: 480, end: 540), teachers: ["T"])
    let mended = try RepairTrial(problem, Timetable(entries: [entry]), solver: solver, seed: 1).timetable
    #expect(mended.unplaced.isEmpty)
    #expect(ConflictDetector(problem).conflicts(of: mended).isEmpty)

    problem.teachers[0].maxMinutesPerDay = nil
    problem.lessons[1].teachers = ["U"]
    problem.constraints = [
      Constraint(
        id: "c", kind: .lessonsDifferentDays, selector: Selector(lessons: ["L0", "L1"]), enforcement: .hard)
    ]
    let apart = try RepairTrial(problem, Timetable(entries: [entry]), solver: solver, seed: 1).timetable
    #expect(apart.unplaced.isEmpty)
    #expect(ConflictDetector(problem).conflicts(of: apart).isEmpty)
  }
}
