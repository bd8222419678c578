import Timetabling

/// One repair of a timetable from anywhere: what the tests look at.
package struct RepairTrial {
  package let timetable: Timetable

  package init(_ problem: Problem, _ start: Timetable, solver: any ExactSolver, seed: UInt64) throws {
    let compiled = CompiledProblem(ProblemIndex(problem))
    let bounds = CriterionBounds(compiled.index, base: nil)
    let weights = Weights(problem.objectiveTerms.map(\.defaultWeight))
    let scoring = Scoring(compiled, weights, nil, Criterion.allCases.map { bounds.bounds(of: $0) })
    let state = SearchState(scoring)
    state.load(compiled.snapshot(of: start))
    var random = RandomSource(seed: seed)
    let limit = ExactLimit(seconds: 5, deterministicTime: 5, seed: 1)
    let found = try ExactRepair(scoring, solver)
      .improve(state.snapshot(), limit: limit, random: &random, isCancelled: { false })
    if let found { state.load(found) }
    timetable = Publishing(state: state).timetable(explainsUnplaced: false)
  }
}
