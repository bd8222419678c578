import Patterns
import Testing

@testable import Optimization

@Suite struct CourseDeltaTests {
  /// Walks a little at a time and compares what the deltas add up to with the plain scorer's count.
  private func expectAgreement(_ problem: CourseProblem, seed: UInt64, steps: Int) {
    let compiled = CompiledCourses(problem)
    defer { compiled.free() }
    var walker = CourseWalker(compiled, seed: seed, chain: 0)
    defer { walker.free() }
    walker.setWeights(20)
    walker.temperature = 30
    let scorer = PlainScorer(problem)
    for step in 0..<steps {
      walker.walk(3) { false }
      if step % 4 == 3 { walker.seatStudents(5) { false } }
      if step % 10 == 9 { walker.raiseWeights(by: 5, most: 200) }
      let score = scorer.score(walker.currentSolution(of: problem))
      #expect(walker.soft == score.total, "after \(step) steps from seed \(seed)")
      #expect(walker.hard == score.violationCount, "after \(step) steps from seed \(seed): \(score.violations)")
      if walker.soft != score.total || walker.hard != score.violationCount { return }
    }
  }

  @Test(arguments: 0..<UInt64(24)) func deltasAddUpToThePlainScoreWithAllKindsOfDistributions(seed: UInt64) {
    expectAgreement(RandomCourseProblem.make(seed: seed), seed: seed, steps: 200)
  }

  @Test(arguments: RandomCourseProblem.allKinds)
  func deltasAddUpToThePlainScoreWithOneKindOfDistribution(kind: Distribution.Kind) {
    for seed in 0..<UInt64(4) {
      expectAgreement(RandomCourseProblem.make(seed: seed, kinds: [kind]), seed: seed, steps: 100)
    }
  }

  @Test func whatIsKnownOfAClassIsWhatIsFoundAfresh() {
    for seed in 0..<UInt64(6) {
      let compiled = CompiledCourses(RandomCourseProblem.make(seed: seed))
      defer { compiled.free() }
      var walker = CourseWalker(compiled, seed: seed, chain: 0)
      defer { walker.free() }
      walker.temperature = 20
      for _ in 0..<100 {
        walker.walk(5) { false }
        let known = (0..<compiled.classes).map { walker.state.ownTally($0) }
        walker.state.forgetOwns()
        #expect(known == (0..<compiled.classes).map { walker.state.ownTally($0) })
      }
    }
  }

  @Test func aCloserLookAtADeltaFindsTheSameUnlessItIsRefused() {
    let compiled = CompiledCourses(RandomCourseProblem.make(seed: 5))
    defer { compiled.free() }
    var walker = CourseWalker(compiled, seed: 3, chain: 0)
    defer { walker.free() }
    for index in 0..<compiled.classes {
      for time in 0..<compiled.times.count(index) {
        for choice in 0..<compiled.roomChoices.count(index) {
          let whole = walker.state.delta(index, time, choice)
          for limit in [-50, -5, 0, 3, 40] {
            let cut = walker.state.delta(index, time, choice, limit: limit)
            if walker.energy(whole) <= limit { #expect(cut == whole) } else { #expect(walker.energy(cut) > limit) }
          }
        }
      }
    }
  }

  @Test func takingTheBestBackRestoresItsScore() {
    let problem = RandomCourseProblem.make(seed: 8)
    let compiled = CompiledCourses(problem)
    defer { compiled.free() }
    var walker = CourseWalker(compiled, seed: 1, chain: 0)
    defer { walker.free() }
    walker.temperature = 5
    walker.walk(2_000) { false }
    walker.keepBest()
    let best = (walker.best.hard, walker.best.soft)
    walker.temperature = 500
    walker.walk(50) { false }
    walker.best.give(to: &walker)
    #expect((walker.hard, walker.soft) == best)
  }
}
