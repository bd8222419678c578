import Optimization
import Testing
import Timetabling

@Suite struct GreedySeedTests {
  /// Monday and Tuesday of two hours. T teaches an hour a day: B must be on Monday at 9, so A, on Monday or Tuesday at
  /// 8, must be on Tuesday, and C of the same class, with the same two starts, on Monday. Others need nobody.
  private var school: Problem {
    var school = TinySchool(days: 2, periods: 2)
    school.problem.teachers = [Teacher(id: "T", maxMinutesPerDay: 60)]
    school.add(Lesson(id: "A", duration: 60, groups: ["G"], teachers: ["T"], roomNeed: .none))
    school.add(
      Lesson(id: "B", duration: 60, teachers: ["T"], roomNeed: .none, pins: [Pin(day: 0, start: 540)]))
    school.add(Lesson(id: "C", duration: 60, groups: ["G"], roomNeed: .none))
    for number in 0..<200 { school.add(Lesson(id: LessonID("other \(number)"), duration: 60, roomNeed: .none)) }
    school.problem.constraints = [
      Constraint(
        id: "at eight", kind: .lessonsAllowedStarts, selector: Selector(lessons: ["A", "C"]),
        times: (0..<2).map { TimeSpan(day: $0, start: 480, end: 540) }, enforcement: .hard)
    ]
    return school.problem
  }

  @Test(arguments: UInt64(1)...10) func aRuleThatTheFirstStartBreaksIsMendedAtOnce(seed: UInt64) throws {
    let start = try #require(try Runs(school, ticks: 1, seed: seed).progress.first)

    #expect(start.phase == .seeding)
    #expect(start.unplaced == 0)
    #expect(start.hardViolations == 0)
  }

  @Test(arguments: UInt64(1)...5) func whoCannotAllBeHeldKeepNobodyElseOut(seed: UInt64) throws {
    // T has six lessons and four free hours; they have the fewest times and come first, again and again.
    var school = TinySchool(rooms: ["R1", "R2"].map { Room(id: $0, capacity: 30) })
    school.problem.teachers = [
      Teacher(id: "T", availability: [Availability(span: TimeSpan(day: 1, start: 480, end: 720), grade: .blocked)])
    ]
    for number in 0..<6 { school.add(Lesson(id: LessonID("L\(number)"), duration: 60, teachers: ["T"])) }
    for number in 0..<10 { school.add(Lesson(id: LessonID("other \(number)"), duration: 60)) }

    let start = try #require(try Runs(school.problem, ticks: 1, seed: seed).progress.first)

    #expect(start.phase == .seeding)
    #expect(start.unplaced <= 3)
  }
}
