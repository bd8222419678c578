import Foundation

/// One chain and its plan: first validity, then cost.
///
/// Used by one thread at a time; the search hands it from its own thread to a chain's and back.
final class CourseChain: @unchecked Sendable {
  private(set) var walker: CourseWalker
  private let problem: CompiledCourses
  private let number: Int
  private var stage = Stage.seeking

  private enum Stage {
    /// No valid assignment yet: rules weigh all, the cost little or nothing.
    case seeking
    /// From `since` of the search on, cooling from `hot` to `cold` until its end.
    case cooling(since: Double, hot: Double, cold: Double)
  }

  init(_ problem: CompiledCourses, seed: UInt64, number: Int) {
    self.problem = problem
    self.number = number
    walker = CourseWalker(problem, seed: seed, chain: number)
    walker.scale = 0
    walker.setWeights(Self.seekingWeight)
  }

  private static let seekingWeight = 1_000

  func run(_ round: CourseRound, isCancelled: () -> Bool) {
    switch stage {
    case .seeking:
      seek(round, isCancelled)
      if walker.best.hard == 0 { beginCooling(at: round.fraction) }
    case .cooling(let since, let hot, let cold):
      let done = max(0, min(1, (round.fraction - since) / max(1e-9, 1 - since)))
      walker.temperature = hot * pow(cold / hot, done)
      anneal(round.proposals, isCancelled)
    }
  }

  private func seek(_ round: CourseRound, _ isCancelled: () -> Bool) {
    var left = round.proposals
    while left > 0, walker.best.hard > 0, !isCancelled() {
      let slice = min(left, 5_000)
      // A saw: hot enough to shake, then nearly still.
      let phase = Double(walker.proposals % 200_000) / 200_000
      walker.temperature = Double(Self.seekingWeight) * (0.5 * (1 - phase) + 0.05)
      walker.walk(slice, isCancelled: isCancelled)
      if walker.sectioning.overfull > 0 { walker.seatStudents(slice, isCancelled: isCancelled) }
      walker.raiseWeights(by: Self.seekingWeight / 10, most: Self.seekingWeight * 50)
      walker.relaxWeights(1)
      walker.keepBest()
      left -= slice
    }
  }

  private func anneal(_ proposals: Int, _ isCancelled: () -> Bool) {
    let hasStudents = problem.sections.requests > 0 && problem.weights.student > 0
    walker.walk(hasStudents ? proposals * 2 / 3 : proposals, isCancelled: isCancelled)
    if hasStudents { walker.seatStudents(proposals / 3, isCancelled: isCancelled) }
    if walker.hard > 0 {
      walker.raiseWeights(by: walker.baseWeight / 4, most: walker.baseWeight * 20)
    } else {
      walker.relaxWeights(2)
    }
    walker.keepBest()
  }

  private func beginCooling(at fraction: Double) {
    walker.scale = 1
    let hot = Tuning.hot
    walker.setWeights(Int(Tuning.weight * hot))
    walker.best.give(to: &walker)
    stage = .cooling(since: fraction, hot: hot, cold: Tuning.cold)
  }

  /// Goes on from another chain's best.
  func takeOver(_ elite: CourseElite, at fraction: Double) {
    elite.give(to: &walker)
    walker.best.noteSeats()
    walker.keepBest()
    if case .seeking = stage { beginCooling(at: fraction) }
  }

  func free() { walker.free() }
}
enum Tuning {
  static func get(_ name: String, _ value: Double) -> Double { ProcessInfo.processInfo.environment[name].flatMap(Double.init) ?? value }
  static let hot = get("HOT", 50)
  static let cold = get("COLD", 1)
  static let weight = get("WEIGHT", 5)
}
