import Foundation

/// How cost, hard violations and missing places are weighed against each other while searching, and at which
/// temperatures; all in units of the soft cost.
///
/// A typical worsening step sets the scale, so that every problem and every set of weights is annealed alike.
/// Where placed meetings can break hard rules, these weigh more and cooling starts so hot that they are still crossed.
/// On ITC-2007's objective it is about 5: the feasible space is then cooled from 5 to 0.15 and the penalised space
/// from 15 with clashes at 40, the settings measured in research/solver.md.
struct Energy: Sendable {
  var hardWeight: Int64
  var hottest: Double
  var coldest: Double

  static func feasible(step: Step, hasHardCosts: Bool) -> Energy {
    hasHardCosts
      ? withHardRules(step: step)
      : Energy(hardWeight: Int64(max(1, step.typical * 8)), hottest: step.typical, coldest: step.typical * 0.03)
  }

  static func penalized(step: Step, hasHardCosts: Bool) -> Energy {
    hasHardCosts
      ? withHardRules(step: step)
      : Energy(hardWeight: Int64(max(1, step.typical * 8)), hottest: step.typical * 3, coldest: step.typical * 0.02)
  }

  /// For a start that keeps nearly all rules: these weigh much, and are not crossed on purpose.
  static func nearlyDone(step: Step) -> Energy {
    Energy(hardWeight: Int64(weightOfRules(step)), hottest: step.typical, coldest: step.typical * 0.03)
  }

  private static func weightOfRules(_ step: Step) -> Double { max(1, step.typical * 30, step.large * 2) }

  private static func withHardRules(step: Step) -> Energy {
    let weight = weightOfRules(step)
    return Energy(hardWeight: Int64(weight), hottest: weight * 0.4, coldest: step.typical * 0.03)
  }

  /// −ln of 1,024 evenly spread probabilities, the largest first: a change passes if it is at most temperature × one
  /// of them.
  static let thresholds: [Float] = (0..<1024).map { Float(-log((Double($0) + 0.5) / 1024)) }
}
