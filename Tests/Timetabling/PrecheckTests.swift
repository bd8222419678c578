import Testing
import Timetabling

@Suite struct PrecheckTests {
  typealias School = TinySchool

  private func findings(_ lessons: Int, edit: (inout Problem) -> Void = { _ in }) -> [Precheck.Finding] {
    var problem = School.problem(lessons: School.lessons(lessons))
    edit(&problem)
    return Precheck.findings(in: problem)
  }

  @Test func aFullWeekIsNoFinding() { #expect(findings(20).isEmpty) }

  @Test func oneLessonMoreThanTheWeekHolds() {
    let found = findings(21)
    #expect(found.map(\.code) == ["teacher.too-few-periods", "group.too-few-periods"])
    #expect(found.map { [$0.needed, $0.available] } == [[21, 20], [21, 20]])
  }

  @Test func dayLimitsNarrowTheWeek() {
    let found = findings(9) {
      $0.constraints = [
        Constraint(id: "a", kind: .teacherMaxDaysPerWeek, parameters: ["max": 4]),
        Constraint(id: "b", kind: .teacherMaxPeriodsPerDay, parameters: ["max": 2]),
      ]
    }
    #expect(found.map(\.code) == ["teacher.too-few-periods"])
    #expect(found.first?.available == 8)
  }

  @Test func alternateWeeksShareTheTime() {
    #expect(
      findings(40) { problem in
        for lesson in problem.lessons.indices { problem.lessons[lesson].weeks = lesson < 20 ? .odd(4) : .even(4) }
      }.isEmpty)
  }

  @Test func contractsAreKept() {
    let found = findings(3) { $0.teachers[0].maxMinutesPerWeek = 120 }
    #expect(found.map(\.code) == ["teacher.weekly-maximum"])
    #expect(found.first?.message == "T is given 180 minutes a week, but may teach at most 120 minutes.")
  }

  @Test func blockedPeopleLeaveNoTime() {
    let week = (0..<5).map { Availability(span: TimeSpan(day: $0, start: 0, end: 1440), grade: .blocked) }
    #expect(findings(1) { $0.teachers[0].availability = week }.map(\.code).first == "lesson.no-time")
  }

  @Test func roomsOfAKindAreCounted() {
    // 21 lessons of 40 students in different groups; only R2 has so many seats: 20 periods.
    let found = findings(21) { problem in
      problem.groups = (0..<21).map { ClassGroup(id: ClassGroupID("G\($0)"), size: 40) }
      for lesson in problem.lessons.indices {
        problem.lessons[lesson].groups = [problem.groups[lesson].id]
        problem.lessons[lesson].teachers = []
        problem.lessons[lesson].roomNeed = RoomNeed()
      }
    }
    #expect(found.map(\.code) == ["rooms.too-few"])
    #expect(found.first?.needed == 21 && found.first?.available == 20)
    #expect(
      found.first?.message
        == "21 meetings need a room of at least 40 seats, for 21 periods a week; there is 1 such room, open for "
        + "20 periods in all.")
  }

  @Test func aStudentOfTooManyElectives() {
    let found = findings(21) { problem in
      problem.students = [Student(id: "s")]
      for lesson in problem.lessons.indices {
        problem.lessons[lesson].groups = []
        problem.lessons[lesson].teachers = []
        problem.lessons[lesson].students = ["s"]
      }
    }
    #expect(found.map(\.code) == ["student.too-few-periods"])
  }

  @Test func pinsMayExcludeOneAnother() {
    let found = findings(2) {
      $0.lessons[0].pins = [Pin(day: 0, start: 480)]
      $0.lessons[1].pins = [Pin(day: 0, start: 480)]
    }
    #expect(found.map(\.code) == ["pin.clash"])
  }

  /// T gives three lessons that may only lie on Monday morning, where there are two periods; the week has room enough.
  @Test func meetingsConfinedToAFewPeriodsAreCountedThere() {
    let found = findings(6) {
      $0.constraints = [
        Constraint(
          id: "early", kind: .lessonsAllowedTimes, selector: Selector(lessons: ["L0", "L1", "L2"]),
          times: [School.span(0, 0, 2)])
      ]
    }
    #expect(found.map(\.code) == ["teacher.crowded-times", "group.crowded-times"])
    #expect(
      found.first?.message
        == "T teaches 3 meetings that can be held only within Mon 08:00–10:00, for 3 periods; there are 2.")
  }

  @Test func roomsAreCountedWhereTheirLessonsAreConfined() {
    let found = findings(5) { problem in
      problem.groups = (0..<5).map { ClassGroup(id: ClassGroupID("G\($0)"), size: 40) }
      for lesson in problem.lessons.indices {
        problem.lessons[lesson].groups = [problem.groups[lesson].id]
        problem.lessons[lesson].teachers = []
        problem.lessons[lesson].roomNeed = RoomNeed()
        problem.lessons[lesson].pins = [Pin(day: 1)]
      }
    }
    #expect(found.map(\.code) == ["rooms.crowded-times"])
    #expect(found.first?.needed == 5 && found.first?.available == 4)
  }

  /// Three lessons for one slot: each has two rooms to choose from, all three together only two.
  @Test func unionsOfRoomSetsAreCounted() {
    #expect(HallSets.closure(of: [[1, 2], [2, 3], [5]], limit: 9) == [[5], [1, 2], [2, 3], [1, 2, 3]])
    #expect(HallSets.closure(of: [[1, 2], [2, 3], [3, 4]], limit: 2).count == 2)
  }

  @Test func everyFindingOffersARepair() {
    #expect(findings(21).allSatisfy { !$0.repairs.isEmpty })
  }
}
