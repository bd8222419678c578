import Optimization
import Testing
import Timetabling

/// Hard and soft costs share one number; neither may be taken for the other.
@Suite struct PackedCostTests {
  /// One lesson of nine periods in a day of ten: how a teacher's day is loaded is decided by the input alone.
  @Test func aCriterionThatNothingDecidesCostsNothing() throws {
    var school = TinySchool(days: 1, periods: 10)
    school.add(Lesson(id: "long", duration: 540, teachers: ["T"]))
    let index = Criterion.allCases.firstIndex(of: .workloadBalance) ?? 0
    var weights = Weights(school.problem.objectiveTerms.map { _ in 0 })
    weights.values[index] = Weights.range.upperBound

    let objective = Objective(ProblemIndex(school.problem), weights: weights)

    // Units 9² = 81 at both bounds; with the lesson left out they are 0, which must not read as a gain.
    #expect(objective.softCost(of: Timetable(entries: [])) == 0)
    #expect(objective.cost(of: Timetable(entries: [])) == Objective.faultPrice)
  }
}
