import Optimization
import Testing
import Timetabling

/// What may share a time and a place, one rule each.
@Suite struct PlacementTests {
  @Test func oddAndEvenWeeksShareASlot() throws {
    var school = TinySchool(days: 1, periods: 1, weeks: 4)
    school.add(Lesson(id: "odd", duration: 60, weeks: .odd(4), groups: ["A"], teachers: ["T"]))
    school.add(Lesson(id: "even", duration: 60, weeks: .even(4), groups: ["A"], teachers: ["T"]))

    let run = try Runs(school.problem)

    #expect(run.timetable.entries.count == 2)
  }

  @Test func twoGridsClashOnMinutes() throws {
    // Lower house 8:00–9:00, upper house 8:30–9:30 and 9:30–10:30, one teacher: only the last is free of the first.
    var school = TinySchool(days: 1, periods: 1, rooms: (0..<2).map { Room(id: RoomID("R\($0)"), capacity: 30) })
    school.problem.timeGrids.append(TinySchool.grid("upper", days: 1, periods: 2, from: 510))
    school.add(Lesson(id: "low", duration: 60, groups: ["A"], teachers: ["T"]))
    school.add(Lesson(id: "high", duration: 60, timeGrid: "upper", groups: ["B"], teachers: ["T"]))

    let run = try Runs(school.problem)

    #expect(run.timetable.entries.map(\.time.start).sorted() == [480, 570])
  }

  @Test func aPoolGivesEachParallelLessonAnotherTeacher() throws {
    var school = TinySchool(days: 1, periods: 1, rooms: (0..<2).map { Room(id: RoomID("R\($0)"), capacity: 30) })
    for group in ["A", "B"] {
      school.add(
        Lesson(
          id: LessonID(group), duration: 60, groups: [ClassGroupID(group)], teacherPool: ["T1", "T2"],
          teachersFromPool: 1))
    }

    let run = try Runs(school.problem)

    #expect(run.timetable.unplaced.isEmpty)
    #expect(Set(run.timetable.entries.flatMap(\.teachers)).count == 2)
  }

  @Test func aLessonOfThreeRoomsHoldsThreeDifferentOnes() throws {
    var school = TinySchool(days: 1, periods: 2, rooms: (0..<4).map { Room(id: RoomID("R\($0)"), capacity: 10) })
    school.add(Lesson(id: "exam", duration: 60, groups: ["A"], size: 30, roomNeed: RoomNeed(count: 3)))
    school.add(Lesson(id: "pair", duration: 60, groups: ["B"], size: 20, roomNeed: RoomNeed(count: 2)))

    let run = try Runs(school.problem)

    #expect(run.timetable.unplaced.isEmpty)
    #expect(run.timetable.entries.map { Set($0.rooms).count }.sorted() == [2, 3])
    #expect(ConflictDetector(school.problem).conflicts(of: run.timetable).isEmpty)
  }

  @Test func pinsBlockedTimesAndHardConstraintsAreKept() throws {
    var school = TinySchool(days: 2, periods: 3)
    school.add(
      Lesson(id: "pinned", duration: 60, teachers: ["T"], pins: [Pin(day: 1, start: 540)]))
    school.add(Lesson(id: "blocked", duration: 60, teachers: ["U"]))
    school.add(Lesson(id: "late", duration: 60, teachers: ["V"]))
    school.problem.teachers[1].availability = [
      Availability(span: TimeSpan(day: 0, start: 480, end: 660), grade: .blocked)
    ]
    school.problem.constraints = [
      Constraint(
        id: "c", kind: .lessonsAllowedTimes, selector: Selector(lessons: ["late"]),
        times: [TimeSpan(day: 0, start: 600, end: 660)])
    ]

    let run = try Runs(school.problem)

    let times = Dictionary(uniqueKeysWithValues: run.timetable.entries.map { ($0.lesson, $0.time) })
    #expect(times["pinned"] == TimeSpan(day: 1, start: 540, end: 600))
    #expect(times["blocked"]?.day == 1)
    #expect(times["late"]?.start == 600)
  }

  @Test func aVirtualRoomHoldsManyAtOnce() throws {
    var school = TinySchool(days: 1, periods: 1, rooms: [Room(id: "V", capacity: 100, isVirtual: true)])
    for name in ["A", "B", "C"] { school.add(Lesson(id: LessonID(name), duration: 60, groups: [ClassGroupID(name)])) }

    #expect(try Runs(school.problem).timetable.entries.count == 3)
  }

  @Test func aRoomsBookingLimitAndATeachersDayAreKept() throws {
    var school = TinySchool(
      days: 2, periods: 4, rooms: [Room(id: "R1", capacity: 30, dailyBookingLimit: 2), Room(id: "R2", capacity: 30)])
    for number in 0..<6 { school.add(Lesson(id: LessonID("L\(number)"), duration: 60, teachers: ["T"])) }
    school.problem.teachers[0].maxMinutesPerDay = 180

    let run = try Runs(school.problem)

    #expect(run.timetable.unplaced.isEmpty)
    #expect(ConflictDetector(school.problem).conflicts(of: run.timetable).isEmpty)
  }
}
