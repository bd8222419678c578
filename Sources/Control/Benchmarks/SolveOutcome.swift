import Foundation
import Optimization

/// The part of what `solve --json` prints that a benchmark reads: of variants of an institution's problem, or of the one
/// solution in pattern mode.
package struct SolveOutcome: Sendable {
  /// In pattern mode classes.
  package var lessons: Int
  package var measures: RunMeasures
  package var wasCancelled: Bool
  /// The competition's cost where there is one, else the objective in the strategy's weights.
  package var cost: Int64
  package var unplaced: Int
  /// Of hard rules; each is an entry of the report.
  package var broken: Int

  package var isWhole: Bool { unplaced == 0 && broken == 0 }

  /// Why nobody should use it.
  var failure: String? { broken > 0 ? "not verified: \(broken) violations of hard rules" : nil }
}

extension SolveOutcome: Codable {
  private enum Key: String, CodingKey {
    case lessons, classes, meetings, measures, wasCancelled, variants, valid, violations, total
  }

  private struct Variant: Decodable {
    struct Card: Decodable { var unplacedMeetings: Int }
    struct Violation: Decodable {}

    var cost: Int64
    var ud2Cost: Int64?
    var scoreCard: Card
    var violations: [Violation]?
  }

  package init(from decoder: any Decoder) throws {
    let report = try decoder.container(keyedBy: Key.self)
    measures = try report.decode(RunMeasures.self, forKey: .measures)
    wasCancelled = try report.decode(Bool.self, forKey: .wasCancelled)
    guard report.contains(.variants) else {
      lessons = try report.decode(Int.self, forKey: .classes)
      cost = try report.decode(Int64.self, forKey: .total)
      unplaced = 0
      let violations = try report.decode([String: Int].self, forKey: .violations)
      broken = try report.decode(Bool.self, forKey: .valid) ? 0 : max(1, violations.values.reduce(0, +))
      return
    }
    lessons = try report.decode(Int.self, forKey: .lessons)
    let first = try report.decode([Variant].self, forKey: .variants).first
    cost = first.map { $0.ud2Cost ?? $0.cost } ?? 0
    unplaced = try first?.scoreCard.unplacedMeetings ?? report.decode(Int.self, forKey: .meetings)
    broken = first?.violations?.count ?? 0
  }

  package func encode(to encoder: any Encoder) throws {
    var report = encoder.container(keyedBy: EncodedKey.self)
    try report.encode(lessons, forKey: .lessons)
    try report.encode(measures, forKey: .measures)
    try report.encode(wasCancelled, forKey: .wasCancelled)
    try report.encode(cost, forKey: .cost)
    try report.encode(unplaced, forKey: .unplaced)
    try report.encode(broken, forKey: .broken)
  }

  private enum EncodedKey: String, CodingKey { case lessons, measures, wasCancelled, cost, unplaced, broken }
}
