import Optimization
import Testing
import Timetabling

/// Problems of 1,500 meetings and more are annealed by threads that own days of one timetable.
@Suite struct OwnedAnnealingTests {
  /// 60 class groups with 25 lessons each in a week of 40 periods; every teacher has lessons with many groups.
  private var university: Problem {
    var school = TinySchool(
      days: 5, periods: 8, rooms: (0..<50).map { Room(id: RoomID("R\($0)"), capacity: 20 + $0 % 3 * 10) })
    for number in 0..<1500 {
      school.add(
        Lesson(
          id: LessonID("L\(number)"), duration: 60, groups: [ClassGroupID("G\(number % 60)")],
          teachers: [TeacherID("T\(number % 77)")]))
    }
    return school.problem
  }

  @Test func whatOwnersPutTogetherHasNoClashAndIsBetterThanTheStart() throws {
    let problem = university
    let weights = problem.weights([.compactness: 1000])

    let run = try Runs(problem, ticks: 400, weights: weights)

    #expect(run.timetable.unplaced.isEmpty)
    #expect(ConflictDetector(problem).conflicts(of: run.timetable).isEmpty)
    let seeded = run.progress.first { $0.phase == .seeding }
    #expect(run.generation.variants[0].cost < (seeded?.cost ?? 0))
  }

  @Test func ownersRepeatTheirWork() throws {
    let problem = university

    let one = try Runs(problem, ticks: 100, seed: 3, threads: 2)
    let two = try Runs(problem, ticks: 100, seed: 3, threads: 2)

    #expect(one.timetable == two.timetable)
    #expect(one.generation.proposals == two.generation.proposals)
  }

  @Test func aDayRuleThatTwoOwnersCouldBreakTogetherIsKept() throws {
    // Each teacher may come on four days: owners of different days could each open one more.
    var problem = university
    problem.constraints.append(
      Constraint(id: "days", kind: .teacherMaxDaysPerWeek, parameters: ["max": 4], enforcement: .hard))

    let run = try Runs(problem, ticks: 3000, weights: problem.weights([.compactness: 1000]))

    #expect(PlainEvaluator(problem).score(run.timetable).hardViolations == 0)
  }
}
