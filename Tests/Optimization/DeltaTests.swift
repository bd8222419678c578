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

  /// Lessons of two grids may lie in one period of the scale without a clash.
  @Test func chainsAndExchangesWherePeopleAreInOnePlaceAtATime() throws {
    for seed in UInt64(1)...6 {
      for usesSecondGrid in [false, true] {
        var random = RandomProblem(seed: seed)
        // Without limits on persons' and rooms' days, which couple the members of a chain.
        random.problem.teachers[0].maxMinutesPerDay = nil
        random.problem.teachers[1].maxMinutesPerWeek = nil
        random.problem.rooms[1].dailyBookingLimit = nil
        for lesson in random.problem.lessons.indices {
          random.problem.lessons[lesson].weeks = nil
          random.problem.lessons[lesson].roomNeed.count = min(1, random.problem.lessons[lesson].roomNeed.count)
          if !usesSecondGrid { random.problem.lessons[lesson].timeGrid = nil }
        }
        let weights = random.problem.weights([.compactness: 1000, .spreadOverDays: 500, .roomStability: 300])
        try compare(random.problem, weights, base: nil, seed: seed)
        let trial = EvaluationTrial(random.problem, weights: weights, seed: seed, allowsClashes: false)
        #expect(trial.isKempeAdditive == !usesSecondGrid)
      }
    }
  }

  private func compare(_ problem: Problem, _ weights: Weights, base: Timetable?, seed: UInt64) throws {
    let objective = Objective(ProblemIndex(problem), weights: weights, base: base)
    for allowsClashes in [false, true] {
      let trial = EvaluationTrial(problem, weights: weights, base: base, seed: seed, allowsClashes: allowsClashes)
      for _ in 0..<40 {
        trial.walk(25)
        try #require(trial.softCost == objective.softCost(of: trial.timetable))
      }
      #expect(trial.recountedCost == 0, "clashes allowed: \(allowsClashes)")
      #expect(trial.accepted > 100)
    }
  }
}
