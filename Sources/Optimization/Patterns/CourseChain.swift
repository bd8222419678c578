import Foundation

/// One chain and its plan: first validity, then cost.
///
/// Used by one thread at a time; the search hands it from its own thread to a chain's and back.
final class CourseChain: @unchecked Sendable {
  private(set) var walker: CourseWalker
  private let problem: CompiledCourses
  private var stage = Stage.seeking
  /// What hard rules weigh at least, while the cost is annealed.
  private var weight = 1.0
  private var firstWeight = 1.0
  /// Slices in a row after which the walk was not valid.
  private var invalidSlices = 0
  private var proposalsSinceStudents = 0
  private var seeking: ValiditySeeking

  private enum Stage {
    /// No valid assignment yet: only rules count.
    case seeking
    /// From `since` of the search on, cooling from `hot` to `cold` until its end.
    case cooling(since: Double, hot: Double, cold: Double)
  }

  init(_ problem: CompiledCourses, seed: UInt64, number: Int) {
    self.problem = problem
    walker = CourseWalker(problem, seed: seed, chain: number)
    walker.countRules(weight: ValiditySeeking.weight)
    seeking = ValiditySeeking(problem)
  }

  func run(_ round: CourseRound, isCancelled: () -> Bool) {
    switch stage {
    case .seeking:
      seeking.seek(&walker, round.proposals, isCancelled: isCancelled)
      if walker.best.hard == 0 { beginCooling(round, isCancelled) }
    case .cooling(let since, let hot, let cold):
      let done = max(0, min(1, (round.fraction - since) / max(1e-9, 1 - since)))
      walker.temperature = hot * pow(cold / hot, done)
      anneal(round.proposals, isCancelled)
    }
  }

  /// Goes on from another chain's best.
  func takeOver(_ elite: CourseElite, at round: CourseRound, isCancelled: () -> Bool) {
    elite.give(to: &walker)
    walker.best.noteSeats()
    walker.best.take(walker)
    if case .seeking = stage { beginCooling(round, isCancelled) }
  }

  /// Where nothing valid was found, the best is counted with all that it costs at least.
  func settle() {
    guard case .seeking = stage else { return }
    walker.best.give(to: &walker)
    walker.countEverything(weight: ValiditySeeking.weight)
    walker.best.take(walker)
  }

  /// Whether no proposal can be made: no class can move, and no student has to.
  var isIdle: Bool {
    problem.movable.count == 0
      && (problem.sections.requests == 0 || problem.weights.student == 0 && walker.sectioning.overfull == 0)
  }

  func free() { walker.free() }

  // MARK: cost

  /// Twenty times as much, what a stubborn rule may weigh, still fits into 32 bits.
  private static let mostWeight = 5_000_000.0

  /// Temperatures and weights follow what a move that costs something typically costs here. Found on tg-fal17 with 15
  /// million proposals: starts from 0.25 to 1 differ little, and weights above 8 make walls that nothing
  /// crosses. A cooler start was worse also with few proposals per class (8,744 classes, 30 million).
  private func beginCooling(_ round: CourseRound, _ isCancelled: () -> Bool) {
    walker.keepToNoRegion()
    walker.best.give(to: &walker)
    walker.countEverything(weight: 100_000)
    walker.best.take(walker)
    walker.temperature = 0.01
    walker.walk(problem.classes * 100, isCancelled: isCancelled)
    let step = walker.typicalStep(samples: 20_000)
    firstWeight = min(Self.mostWeight / 4, max(4, step * 3))
    weight = firstWeight
    invalidSlices = 0
    walker.setWeights(Int(weight))
    stage = .cooling(since: round.fraction, hot: max(0.5, step * 0.7), cold: max(0.2, step * 0.006))
  }

  private func anneal(_ proposals: Int, _ isCancelled: () -> Bool) {
    var left = proposals
    while left > 0, !isCancelled() {
      let slice = min(left, max(5_000, problem.classes * 10))
      walker.walk(slice, isCancelled: isCancelled)
      left -= slice
      steerWeights()
      if problem.weights.student > 0 || walker.sectioning.overfull > 0 {
        left -= seatStudents(after: slice, isCancelled)
      }
    }
    walker.keepBest()
  }

  /// Keeps the walk at the edge of validity: weights fall while it is valid and rise while it is not. Where it stays
  /// invalid, it goes back to the best.
  private func steerWeights() {
    if walker.hard == 0 {
      invalidSlices = 0
      weight = min(Self.mostWeight, max(weight * 0.99, walker.temperature * 2 + 1))
      walker.baseWeight = Int(weight)
      walker.relaxWeights(2)
      return
    }
    invalidSlices += 1
    if invalidSlices > 200 {
      invalidSlices = 0
      weight = firstWeight
      walker.keepBest()
      walker.best.give(to: &walker)
      walker.setWeights(Int(weight))
      return
    }
    weight = min(weight * 1.01, firstWeight * 4)
    walker.baseWeight = Int(weight)
    walker.raiseWeights(by: max(1, Int(weight) / 4), most: Int(weight) * 20)
  }

  /// Now and then students are given other classes, for half as many proposals as classes had. Counting who attends what
  /// together is dear with many students, so it is done the less often. Returns how many proposals were used.
  private func seatStudents(after proposals: Int, _ isCancelled: () -> Bool) -> Int {
    guard problem.sections.requests > 0 else { return 0 }
    proposalsSinceStudents += proposals
    guard proposalsSinceStudents >= max(20_000, walker.state.joint.pairs / 4) else { return 0 }
    let count = proposalsSinceStudents / 2
    proposalsSinceStudents = 0
    walker.seatStudents(count, isCancelled: isCancelled)
    return count
  }
}
