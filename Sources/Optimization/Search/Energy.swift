import Foundation

/// How cost, hard violations and missing places are weighed against each other while searching, and at which
/// temperatures; all in units of the soft cost.
///
/// A typical worsening step `step` sets the scale, so that every problem and every set of weights is annealed alike.
/// On ITC-2007's objective `step` is about 5: the feasible space is then cooled from 5 to 0.15 and the penalised space
/// from 15 with clashes at 40, the settings measured in research/solver.md.
struct Energy: Sendable {
  var step: Double
  var hardWeight: Int64
  var hottest: Double
  var coldest: Double

  static func feasible(step: Double, hasHardCosts: Bool) -> Energy {
    Energy(
      step: step, hardWeight: Int64(max(1, step * 8)), hottest: hasHardCosts ? step * 2.5 : step, coldest: step * 0.03)
  }

  static func penalized(step: Double) -> Energy {
    Energy(step: step, hardWeight: Int64(max(1, step * 8)), hottest: step * 3, coldest: step * 0.02)
  }

  /// −ln of 4,096 evenly spread probabilities: a change passes if it is at most temperature × one of them.
  static let thresholds: [Float] = (0..<4096).map { Float(-log((Double($0) + 0.5) / 4096)) }
}
