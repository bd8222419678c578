import Optimization
import Testing
import Timetabling

/// What the engine counts move by move is what the plain evaluator counts of the timetable, term by term.
@Suite struct DeltaTests {
  @Test(arguments: Criterion.allCases) func criterion(_ criterion: Criterion) throws {
    for seed in UInt64(1)...3 {
      var random = RandomProblem(seed: seed)
      random.problem.constraints = [random.constraint(.studentClash, .weighted(1))]
      let base = criterion == .disruption ? try Runs(random.problem, ticks: 5).timetable : nil
      try compare(random.problem, random.problem.weights([criterion: 1000]), base: base, seed: seed)
    }
  }

  @Test(arguments: ConstraintKind.allCases) func weightedConstraint(_ kind: ConstraintKind) throws {
    for seed in UInt64(1)...3 {
      var random = RandomProblem(seed: seed)
      random.problem.constraints = [random.constraint(kind, .weighted(3)), random.constraint(kind, .weighted(2))]
      try compare(random.problem, random.problem.violationsOnly, base: nil, seed: seed)
    }
  }

  @Test func allKindsAndCriteriaTogether() throws {
    for seed in UInt64(1)...3 {
      var random = RandomProblem(seed: seed)
      random.problem.constraints = ConstraintKind.allCases.map { random.constraint($0, .weighted(1)) }
      let weights = Weights(random.problem.objectiveTerms.map { _ in 500 })
      try compare(random.problem, weights, base: nil, seed: seed)
    }
  }

  private func compare(_ problem: Problem, _ weights: Weights, base: Timetable?, seed: UInt64) throws {
    let objective = Objective(ProblemIndex(problem), weights: weights, base: base)
    for allowsClashes in [false, true] {
      let trial = EvaluationTrial(problem, weights: weights, base: base, seed: seed, allowsClashes: allowsClashes)
      for _ in 0..<40 {
        trial.walk(25)
        try #require(trial.softCost == objective.cost(of: trial.timetable))
      }
      #expect(trial.recountedCost == 0, "clashes allowed: \(allowsClashes)")
      #expect(trial.accepted > 100)
    }
  }
}
