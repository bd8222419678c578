import Optimization
import Testing
import Timetabling
import Verification

/// Meetings that hold several rooms at once, one of each of the sets that hard constraints name.
@Suite struct RoomPartsTests {
  /// Two labs and two halls; each lesson needs one of both.
  private func school(lessons: Int, periods: Int) -> Problem {
    var school = TinySchool(
      days: 1, periods: periods, rooms: ["L1", "L2", "H1", "H2"].map { Room(id: $0, capacity: 30) })
    for number in 0..<lessons {
      school.add(
        Lesson(
          id: LessonID("\(number)"), duration: 60, teachers: [TeacherID("T\(number)")], size: 20,
          roomNeed: RoomNeed(count: 2)))
    }
    school.problem.constraints = [
      Constraint(id: "lab", kind: .lessonsAllowedRooms, rooms: ["L1", "L2"]),
      Constraint(id: "hall", kind: .lessonsAllowedRooms, rooms: ["H1", "H2"]),
    ]
    return school.problem
  }

  /// Six lessons in three periods: each takes a lab and a hall, or not all fit.
  @Test(arguments: 1...3) func eachMeetingTakesOneOfEachSet(seed: UInt64) throws {
    let problem = school(lessons: 6, periods: 3)

    let timetable = try Runs(problem, ticks: 20, seed: seed).timetable

    #expect(timetable.unplaced.isEmpty)
    #expect(Verifier.verify(problem, timetable).violations.map(\.message) == [])
  }

  @Test func theConstructionTakesOneOfEachSet() {
    let problem = school(lessons: 6, periods: 3)
    var trial = SeedingTrial(problem)

    let isComplete = trial.run(steps: 2_000)

    #expect(isComplete)
    #expect(Verifier.verify(problem, trial.timetable).isValid)
  }

  @Test func whoLosesALabTakesTheOther() throws {
    var problem = school(lessons: 1, periods: 1)
    let base = Timetable(
      entries: [
        Entry(
          lesson: "0", weeks: .first(4), time: TimeSpan(day: 0, start: 480, end: 540), rooms: ["H2", "L1"],
          teachers: ["T0"])
      ])
    problem.rooms[0].availability = [Availability(span: TimeSpan(day: 0, start: 480, end: 540), grade: .blocked)]

    let replan = Replanner(ReplanPlan(problem: problem, base: base)).run()

    #expect(replan.timetable.entries.map { Set($0.rooms) } == [["H2", "L2"]])
  }

  /// Two labs are no lab and a hall: the base is not taken as it is.
  @Test func aBaseWithTheWrongRoomsIsPutRight() throws {
    let problem = school(lessons: 1, periods: 1)
    let base = Timetable(
      entries: [
        Entry(
          lesson: "0", weeks: .first(4), time: TimeSpan(day: 0, start: 480, end: 540), rooms: ["L1", "L2"],
          teachers: ["T0"])
      ])

    let replan = Replanner(ReplanPlan(problem: problem, base: base)).run()

    #expect(replan.timetable.unplaced.isEmpty)
    #expect(Verifier.verify(problem, replan.timetable).isValid)
  }
}
