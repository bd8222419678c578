import Instances
import Optimization
import Patterns
import Testing

/// What the search counts move by move is what the plain scorer counts of the solution.
@Suite struct CourseDeltaTests {
  private func expectAgreement(_ problem: CourseProblem, seed: UInt64, steps: Int) throws {
    let trial = CourseTrial(problem, seed: seed)
    let scorer = PlainScorer(problem)
    var seen: Set<CourseSolution> = []
    for step in 0..<steps {
      trial.walk(3)
      if step % 4 == 3 { trial.seatStudents(5) }
      if step % 10 == 9 { trial.raiseWeights() }
      let solution = trial.solution
      let score = scorer.score(solution)
      try #require(trial.cost == score.total, "after \(step) steps from seed \(seed)")
      try #require(
        trial.violations == score.violationCount, "after \(step) steps from seed \(seed): \(score.violations)")
      seen.insert(solution)
    }
    #expect(seen.count > steps / 4, "the walk hardly moves")
  }

  @Test(arguments: 0..<UInt64(24)) func deltasAddUpToThePlainScoreWithAllKindsOfDistributions(seed: UInt64) throws {
    try expectAgreement(RandomCourseProblem.make(seed: seed), seed: seed, steps: 200)
  }

  @Test(arguments: RandomCourseProblem.allKinds)
  func deltasAddUpToThePlainScoreWithOneKindOfDistribution(kind: Distribution.Kind) throws {
    for seed in 0..<UInt64(4) {
      try expectAgreement(RandomCourseProblem.make(seed: seed, kinds: [kind]), seed: seed, steps: 100)
    }
  }

  @Test(arguments: 1..<UInt64(7)) func deltasAddUpToThePlainScoreOfACatalog(seed: UInt64) throws {
    let plan = try CatalogPlan(classes: 40, students: 60, weeks: 1 + Int(seed) * 3, load: 0.9, seed: seed)
    try expectAgreement(CourseCatalog(plan).problem, seed: seed, steps: 120)
  }

  /// Students are set aside then, and everything is there again afterwards.
  @Test func violationsAndPenaltiesAreCountedExactlyWhileOnlyRulesCount() throws {
    for seed in 0..<UInt64(6) {
      let problem = RandomCourseProblem.make(seed: seed)
      let trial = CourseTrial(problem, seed: seed, temperature: 8)
      trial.onlyRulesCount()
      for step in 0..<100 {
        trial.walk(5)
        if step % 4 == 3 { trial.seatStudents(5) }
        let score = PlainScorer(problem).score(trial.solution)
        try #require(trial.violations == score.violationCount)
        try #require(trial.cost == score.total - score.student * score.weights.student)
      }
      trial.countEverything()
      #expect(trial.cost == PlainScorer(problem).score(trial.solution).total)
    }
  }

  @Test(arguments: 0..<UInt64(12)) func deltasAddUpToThePlainScoreWhileRepairing(seed: UInt64) throws {
    let problem = RandomCourseProblem.make(seed: seed)
    let trial = CourseTrial(problem, seed: seed, temperature: 1)
    for step in 0..<60 {
      trial.repair(40)
      if step % 5 == 4 {
        trial.keepToRegion(of: 4)
        trial.walk(10)
      }
      let score = PlainScorer(problem).score(trial.solution)
      try #require(trial.violations == score.violationCount, "after \(step) steps: \(score.violations)")
      try #require(trial.cost == score.total)
      try #require(trial.keepsWhatItFinds())
    }
  }

  @Test func whatIsKeptOfAClassIsWhatIsFoundAfresh() {
    for seed in 0..<UInt64(6) {
      let trial = CourseTrial(RandomCourseProblem.make(seed: seed), seed: seed)
      for _ in 0..<100 {
        trial.walk(5)
        #expect(trial.keepsWhatItFinds())
      }
    }
  }

  @Test(arguments: [-50, -5, 0, 3, 40]) func aLookThatEndsEarlyRefusesWhatAWholeOneRefuses(limit: Int) {
    let trial = CourseTrial(RandomCourseProblem.make(seed: 5), seed: 3)
    let energies = trial.energies(limit: limit)
    #expect(energies.allSatisfy { $0.whole <= limit ? $0.limited == $0.whole : $0.limited > limit })
    #expect(energies.contains { $0.limited != $0.whole })
  }

  @Test func takingTheBestBackRestoresItsScore() {
    let trial = CourseTrial(RandomCourseProblem.make(seed: 8), seed: 1, temperature: 5)
    trial.walk(2_000)
    trial.keepBest()
    let best = trial.best
    trial.temperature = 500
    trial.walk(50)
    trial.takeBestBack()
    #expect(trial.violations == best.violations)
    #expect(trial.cost == best.cost)
  }
}
