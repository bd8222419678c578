import Interchange
import Testing
import Timetabling

/// Three courses, two rooms, two days of two periods.
private let toy = """
  Name: Toy
  Courses: 3
  Rooms: 2
  Days: 2
  Periods_per_day: 2
  Curricula: 2
  Constraints: 2

  COURSES:
  Algebra Noether 2 2 30
  Optics Young 1 1 42
  Logic Noether 1 1 40

  ROOMS:
  A\t32
  B\t50

  CURRICULA:
  First 2 Algebra Optics
  Second 2 Algebra Logic

  UNAVAILABILITY_CONSTRAINTS:
  Optics 0 0
  Optics 1 1

  END.
  """

@Suite struct CTTTests {
  @Test func aCourseBecomesALessonOfItsCurricula() throws {
    let problem = try #require(CTT.read(Array(toy.utf8)).problem)
    let algebra = try #require(problem.lessons.first)
    #expect(algebra.id == "Algebra")
    #expect(algebra.meetingsPerWeek == 2)
    #expect(algebra.duration == 60)
    #expect(algebra.teachers == ["Noether"])
    #expect(algebra.groups == ["First", "Second"])
    #expect(algebra.size == 30)
    #expect(problem.teachers.map(\.id) == ["Noether", "Young"])
    #expect(problem.rooms.map(\.capacity) == [32, 50])
    #expect(problem.timeGrids[0].days.count == 2)
    #expect(problem.timeGrids[0].days[1].periods.map(\.start) == [480, 540])
    #expect(problem.timeGrids[0].days[1].periods.map(\.name) == ["Period 1", "Period 2"])
    #expect(!problem.timeGrids[0].hasClockTimes)
  }

  @Test func unavailablePeriodsBecomeTheStartsThatAreLeft() throws {
    let problem = try #require(CTT.read(Array(toy.utf8)).problem)
    let starts = try #require(problem.constraints.first { $0.kind == .lessonsAllowedStarts })
    #expect(starts.selector.lessons == ["Optics"])
    #expect(starts.enforcement == .hard)
    #expect(starts.times == [TimeSpan(day: 0, start: 540, end: 600), TimeSpan(day: 1, start: 480, end: 540)])
  }

  @Test func theFourSoftPartsAreWeightedOne() throws {
    let problem = try #require(CTT.read(Array(toy.utf8)).problem)
    let soft = problem.constraints.filter { $0.enforcement == .weighted(1) }
    #expect(
      Set(soft.map(\.kind)) == [.courseMinWorkingDays, .groupIsolatedPeriods, .courseRoomStability, .roomCapacity])
    let days = try #require(soft.first { $0.kind == .courseMinWorkingDays })
    #expect(days.selector.lessons == ["Algebra"])
    #expect(days.parameter("days") == 2)
  }

  @Test func aHeaderLineThatTheFormatDoesNotKnowIsNamed() {
    let reading = CTT.read(Array(toy.replacing("Days: 2", with: "Author: me\nDays: 2").utf8))
    #expect(reading.problem != nil)
    #expect(reading.remarks.map(\.place) == ["line 4"])
  }

  @Test func aSolutionIsWrittenByCourseRoomDayAndPeriod() throws {
    let problem = try #require(CTT.read(Array(toy.utf8)).problem)
    let entry = Entry(
      lesson: "Optics", weeks: .first(1), time: TimeSpan(day: 1, start: 480, end: 540), rooms: ["B"],
      teachers: ["Young"])
    #expect(CTT.write(Timetable(entries: [entry]), of: problem) == "Optics B 1 0\n")
  }

  @Test(arguments: [
    ("Algebra Noether 2 2 30", "Algebra Noether two 2 30", "line 10", "ctt.number"),
    ("Days: 2", "Days: 2\nDays: 3", "line 5", "ctt.header"),
    ("Days: 2", "days: 2", "line 4", "ctt.header"),
    ("ROOMS:\n", "ROOMS:\nROOMS:\n", "line 15", "ctt.header"),
    ("END.", "END.\nLogic 0 0", "line 27", "ctt.end"),
    ("Algebra Noether 2 2 30", "Algebra Noether 2 2", "line 10", "ctt.columns"),
    ("Logic Noether 1 1 40", "Optics Noether 1 1 40", "line 12", "id.duplicate"),
    ("Optics 1 1", "Optics 1 2", "line 24", "ctt.number"),
    ("Optics 1 1", "Optika 1 1", "line 24", "reference.unknown"),
    ("Courses: 3", "Courses: 4", "line 1", "ctt.count"),
    ("\nEND.", "", "line 25", "ctt.end"),
  ])
  func whatIsWrongIsToldWithItsLine(text: String, wrong: String, place: String, code: String) {
    let file = toy.split(separator: text, omittingEmptySubsequences: false).joined(separator: wrong)
    let reading = CTT.read(Array(file.utf8))
    #expect(reading.problem == nil)
    #expect(reading.issues.contains { $0.place == place && $0.code == code }, "\(reading.issues)")
  }

  @Test func bytesThatAreNoTextAreRefused() {
    #expect(CTT.read([0x4E, 0xFF, 0x00]).issues.map(\.code) == ["file.encoding"])
  }
}

/// The toy in the extended format: Logic may not be in room A, Optics in neither but B.
private let extendedToy = """
  Name: Toy
  Courses: 3
  Rooms: 3
  Days: 2
  Periods_per_day: 2
  Curricula: 1
  Min_Max_Daily_Lectures: 1 2
  UnavailabilityConstraints: 1
  RoomConstraints: 3

  COURSES:
  Algebra Noether 2 2 30 1
  Optics Young 1 1 42 0
  Logic Noether 1 1 40 0

  ROOMS:
  A 32 1
  B 50 0
  C 60 0

  CURRICULA:
  First 2 Algebra Optics

  UNAVAILABILITY_CONSTRAINTS:
  Optics 0 0

  ROOM_CONSTRAINTS:
  Logic A
  Optics A
  Optics C

  END.
  """

@Suite struct ExtendedCTTTests {
  @Test func roomConstraintsAreRoomsThatACourseMayNotHave() throws {
    let problem = try #require(CTT.read(Array(extendedToy.utf8)).problem)

    #expect(problem.lessons.map(\.roomNeed.rooms) == [[], ["B"], ["B", "C"]])
    #expect(ProblemCheck.issues(in: problem).isEmpty)
  }

  @Test func forPublishedCostsRoomConstraintsAreLeftOut() throws {
    let problem = try #require(CTT.read(Array(extendedToy.utf8), roomConstraints: .ignored).problem)

    #expect(problem.lessons.allSatisfy { $0.roomNeed.rooms.isEmpty })
  }

  @Test func whatTheObjectiveHasNoUseForChangesNothing() throws {
    // Without room constraints, double lectures, buildings and daily loads it is the plain format.
    let plain = extendedToy.replacing("Min_Max_Daily_Lectures: 1 2\n", with: "")
      .replacing("UnavailabilityConstraints: 1\nRoomConstraints: 3", with: "Constraints: 1")
      .replacing(" 30 1", with: " 30").replacing(" 42 0", with: " 42").replacing(" 40 0", with: " 40")
      .replacing("A 32 1", with: "A 32").replacing("B 50 0", with: "B 50").replacing("C 60 0", with: "C 60")
      .replacing("ROOM_CONSTRAINTS:\nLogic A\nOptics A\nOptics C\n\n", with: "")

    let reading = CTT.read(Array(plain.utf8))

    #expect(reading.problem == CTT.read(Array(extendedToy.utf8), roomConstraints: .ignored).problem)
    #expect(reading.issues.isEmpty)
  }

  @Test func theEndingTellsTheFormat() {
    #expect(ProblemFile.read(name: "toy.ectt", bytes: Array(extendedToy.utf8)).problem != nil)
  }

  @Test(arguments: [
    ("RoomConstraints: 3", "RoomConstraints: 4", "line 1", "ctt.count"),
    ("UnavailabilityConstraints: 1", "UnavailabilityConstraints: 2", "line 1", "ctt.count"),
    ("Logic A", "Logik A", "line 28", "reference.unknown"),
    ("Logic A", "Logic D", "line 28", "reference.unknown"),
    ("Logic A", "Logic", "line 28", "ctt.columns"),
    ("Logic A", "Optics B", "line 13", "ctt.no-room"),
    ("Min_Max_Daily_Lectures: 1 2", "Min_Max_Daily_Lectures: one 2", "line 7", "ctt.number"),
    ("Algebra Noether 2 2 30 1", "Algebra Noether 2 2 30 2", "line 12", "ctt.number"),
  ])
  func whatIsWrongIsToldWithItsLine(text: String, wrong: String, place: String, code: String) {
    let reading = CTT.read(Array(extendedToy.replacing(text, with: wrong).utf8))

    #expect(reading.problem == nil)
    #expect(reading.issues.contains { $0.place == place && $0.code == code }, "\(reading.issues)")
  }
}
