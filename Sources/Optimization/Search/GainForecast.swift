import Foundation

/// What more time would bring: a power law, cost ~ work to the minus `exponent`, through a short annealing and the whole
/// one of the same problem.
///
/// Costs count from what no timetable can better, so the law never promises more than that. Two annealings are a small
/// sample: take it as a hint. How well it told what came: ops/decisions/0013-what-more-time-brings.md.
package struct GainForecast {
  /// An annealing from hottest to coldest: its proposals and the best cost it found.
  package struct Effort {
    var proposals: UInt64
    var cost: Int64

    package init(proposals: UInt64, cost: Int64) {
      self.proposals = proposals
      self.cost = cost
    }
  }

  /// The law bends: of what it promised for twice the work this much came, on average.
  private static let bend = 0.7

  /// The law was measured for 0.2 to 0.5. A steeper fall is a short annealing that was far too short, and no law.
  private static let steepest = 0.6

  private let exponent: Double

  /// Nil where there is nothing left to save, the efforts cannot be told apart, or they lie on no law.
  package init?(short: Effort, whole: Effort) {
    guard short.proposals > 0, short.proposals < whole.proposals, whole.cost > 0 else { return nil }
    let fall = log(Double(max(short.cost, whole.cost)) / Double(whole.cost))
    exponent = fall / log(Double(whole.proposals) / Double(short.proposals))
    guard exponent <= Self.steepest else { return nil }
  }

  /// The share of the cost that is expected to go with so many times the work; 0...1.
  package func gain(times factor: Double) -> Double { Self.bend * (1 - exp(-exponent * log(factor))) }
}
