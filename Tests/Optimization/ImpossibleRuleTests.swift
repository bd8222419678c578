import Instances
import Testing
import Timetabling

@Suite struct ImpossibleRuleTests {
  /// One lesson on Tuesday before another that is before a third on Monday: who breaks that goes, and nobody else.
  @Test func aRuleThatCannotBeKeptCostsNoOthersTheirPlaces() throws {
    var problem = try University(UniversityPlan(lessons: 1_000)).problem
    let free = problem.lessons.indices.filter {
      problem.lessons[$0].meetingsPerWeek == 1 && problem.lessons[$0].pins.isEmpty
    }
    let chain = [free[free.count / 5], free[free.count / 2], free[free.count * 4 / 5]]
    problem.lessons[chain[0]].pins = [Pin(day: 1)]
    problem.lessons[chain[2]].pins = [Pin(day: 0)]
    for (number, pair) in zip(chain, chain.dropFirst()).enumerated() {
      problem.constraints.append(
        Constraint(
          id: ConstraintID("order \(number)"), kind: .lessonsOrdered,
          selector: Selector(lessons: [problem.lessons[pair.0].id, problem.lessons[pair.1].id]), enforcement: .hard))
    }

    let run = try Runs(problem, ticks: 1_000)

    #expect(run.timetable.unplaced.count <= 2)
  }

  /// Two classes of lessons on each of three days; a third has two lessons, and can't have one on each day.
  @Test func aDayThatCannotHaveLessonsCostsOnlyItsOwnWeek() throws {
    var school = TinySchool(days: 3, periods: 3, rooms: (0..<3).map { Room(id: RoomID("R\($0)"), capacity: 30) })
    for group in ["A", "B", "C"] {
      for number in 0..<(group == "C" ? 2 : 6) {
        school.add(
          Lesson(id: LessonID("\(group)\(number)"), duration: 60, groups: [ClassGroupID(group)]))
      }
    }
    school.problem.constraints = [
      Constraint(id: "every day", kind: .groupMinPeriodsPerDay, parameters: ["min": 1, "everyDay": 1])
    ]

    let run = try Runs(school.problem, ticks: 100)

    #expect(Set(run.timetable.unplaced.map(\.lesson)) == ["C0", "C1"])
    #expect(PlainEvaluator(school.problem).score(run.timetable).hardViolations == 0)
  }
}
