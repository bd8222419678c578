import Foundation

/// One chain and its plan: first validity, then cost.
///
/// Used by one thread at a time; the search hands it from its own thread to a chain's and back.
final class CourseChain: @unchecked Sendable {
  private(set) var walker: CourseWalker
  private let problem: CompiledCourses
  private let number: Int
  private var stage = Stage.seeking
  private var base = 1.0
  private var start = 1.0
  private var invalidSlices = 0

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
    var left = hasStudents ? proposals * 2 / 3 : proposals
    while left > 0 {
      let slice = min(left, max(5_000, problem.classes * 10))
      walker.walk(slice, isCancelled: isCancelled)
      left -= slice
      steerWeights()
    }
    if hasStudents { walker.seatStudents(proposals / 3, isCancelled: isCancelled) }
    walker.keepBest()
  }

  private func steerWeights() {
    if walker.hard > 0 {
      invalidSlices += 1
      if walker.best.hard == 0, invalidSlices > 200 {
        if Tuning.show > 0 { print("back", walker.hard, base) }
        invalidSlices = 0
        base = start
        walker.best.give(to: &walker)
        walker.setWeights(Int(base))
        return
      }
      base = min(base * Tuning.up, start * 4)
      walker.baseWeight = Int(base)
      walker.raiseWeights(by: max(1, walker.baseWeight / 4), most: walker.baseWeight * 20)
    } else {
      invalidSlices = 0
      base = max(base * Tuning.down, walker.temperature * Tuning.floor + 1)
      walker.baseWeight = Int(base)
      walker.relaxWeights(2)
    }
  }

  private func beginCooling(at fraction: Double) {
    walker.scale = 1
    walker.setWeights(100_000)
    walker.best.give(to: &walker)
    walker.temperature = 0.01
    walker.walk(problem.classes * 100) { false }
    let step = walker.typicalStep(samples: 20_000)
    let hot = step * Tuning.hot
    base = step * Tuning.weight
    start = base
    if Tuning.show > 0 { print("step", step, "soft", walker.soft, "best", walker.best.soft) }
    walker.setWeights(Int(base))
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
  static let hot = get("HOT", 0.5)
  static let cold = get("COLD", 1)
  static let weight = get("WEIGHT", 3)
  static let up = get("UP", 1.01)
  static let down = get("DOWN", 0.99)
  static let floor = get("FLOOR", 2)
  static let show = get("SHOW", 0)
}
