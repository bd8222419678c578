import Optimization
import Testing
import Timetabling

/// What cannot be placed is named with its reason; the rest stands.
@Suite struct UnplacedTests {
  @Test func oneLessonTooManyIsLeftOutAndNamesItsTeacher() throws {
    var school = TinySchool(days: 1, periods: 2, rooms: (0..<4).map { Room(id: RoomID("R\($0)"), capacity: 30) })
    for number in 0..<3 { school.add(Lesson(id: LessonID("L\(number)"), duration: 60, teachers: ["Dr K"])) }

    let run = try Runs(school.problem)

    #expect(run.timetable.entries.count == 2)
    let unplaced = try #require(run.timetable.unplaced.first)
    #expect(unplaced.reasons.contains { $0.contains("Dr K") && $0.contains("All 2 starts") })
  }

  @Test func aLessonNobodyHasARoomForSaysWhatItNeeds() throws {
    var school = TinySchool()
    school.add(Lesson(id: "choir", duration: 60, size: 500))

    let run = try Runs(school.problem)

    #expect(run.timetable.unplaced.first?.reasons.first?.contains("500 seats") == true)
  }

  @Test func aBlockedTeacherIsNamedWhereNoStartIsLeft() throws {
    var school = TinySchool(days: 1, periods: 2)
    school.add(Lesson(id: "L", duration: 60, teachers: ["T"]))
    school.problem.teachers[0].availability = [
      Availability(span: TimeSpan(day: 0, start: 480, end: 600), grade: .blocked)
    ]

    let run = try Runs(school.problem)

    #expect(run.timetable.unplaced.first?.reasons.first?.contains("T's blocked time") == true)
  }

  @Test func meetingsThatAHardConstraintForbidsAreLeftOut() throws {
    // Two lessons of one teacher on one day of three periods, who may teach one period a day.
    var school = TinySchool(days: 1, periods: 3)
    for number in 0..<2 { school.add(Lesson(id: LessonID("L\(number)"), duration: 60, teachers: ["T"])) }
    school.problem.constraints = [
      Constraint(id: "one", kind: .teacherMaxPeriodsPerDay, parameters: ["max": 1], enforcement: .hard)
    ]

    let run = try Runs(school.problem)

    #expect(run.timetable.entries.count == 1)
    #expect(run.timetable.unplaced.count == 1)
    #expect(PlainEvaluator(school.problem).score(run.timetable).hardViolations == 0)
    #expect(run.timetable.unplaced.first?.reasons.first?.contains("hard constraints") == true)
  }
}
