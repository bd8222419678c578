import Foundation
import Generating
import Optimization
import Timetabling
import Verification

/// What `solve` prints: measures of each variant, certificates, and everything that is left to say.
package struct SolveReport {
  let problem: Problem
  let form: ProblemInput.Form
  let generation: Generation
  let variants: [JudgedVariant]
  let measures: RunMeasures

  var text: String {
    var parts: [String] = []
    parts.append(criteria)
    if let violations { parts.append(violations) }
    for variant in variants { parts.append(describe(variant)) }
    let notes = generation.notes.map { "note: \($0.what) \($0.why)" }
    if !notes.isEmpty { parts.append(notes.joined(separator: "\n")) }
    parts.append(
      "\(generation.proposals) proposals in \(generation.ticks) ticks, \(generation.clusters.count) clusters "
        + "(modularity \(Self.decimals(generation.modularity)))"
        + (generation.wasCancelled ? ", ended early as asked" : ""))
    if let gain = generation.gainOfTwiceTheTime {
      parts.append("Twice the time is expected to lower the first objective by about \(Int((gain * 100).rounded())) %.")
    }
    return parts.joined(separator: "\n\n")
  }

  /// Each criterion from 1 (best) to 0, with its units.
  private var criteria: String {
    var table = TextTable(header: ["criterion"] + variants.map(\.variant.name))
    for criterion in Criterion.allCases {
      let scores = variants.map { $0.scoreCard[criterion] }
      // Where the input leaves no choice, the value says nothing about a timetable.
      guard scores.contains(where: { $0.map { $0.worst > $0.best } ?? false }) else { continue }
      table.add([criterion.rawValue] + scores.map { $0.map { "\(Self.decimals($0.value)) (\($0.units))" } ?? "–" })
    }
    table.add(["hard violations"] + variants.map { "\($0.scoreCard.hardViolations)" })
    table.add(["meetings placed"] + variants.map { "\($0.scoreCard.placedMeetings)" })
    table.add(["meetings left out"] + variants.map { "\($0.scoreCard.unplacedMeetings)" })
    table.add(["objective"] + variants.map { "\($0.variant.cost)" })
    // A partial timetable has no cost in the competition: what is left out would save it.
    if form == .ctt {
      table.add(["UD2 cost"] + variants.map { $0.scoreCard.isWhole ? "\(Self.ud2Cost($0.scoreCard))" : "–" })
    }
    return table.text
  }

  private var violations: String? {
    let kinds = Set(variants.flatMap { $0.scoreCard.constraintViolations.keys }).sorted()
    guard !kinds.isEmpty else { return nil }
    var table = TextTable(header: ["weighted constraints"] + variants.map(\.variant.name))
    for kind in kinds { table.add([kind] + variants.map { "\($0.scoreCard.constraintViolations[kind] ?? 0)" }) }
    return table.text
  }

  private func describe(_ judged: JudgedVariant) -> String {
    let variant = judged.variant
    var lines: [String] = []
    if let certificate = judged.certificate {
      lines.append("\(variant.name): verified, no hard rule is broken.")
      lines.append("  certificate  timetable \(certificate.timetableHash)")
      lines.append("               problem   \(certificate.problemHash)")
    } else {
      lines.append("\(variant.name): NOT VERIFIED, \(judged.violations.count) violations of hard rules.")
      lines += judged.violations.prefix(20).map { "  \($0.rule): \($0.message)" }
    }
    lines.append(
      "  strategy     \(variant.strategy.id) \(variant.strategy.version) \(variant.strategy.digest.prefix(16))")
    for unplaced in variant.timetable.unplaced {
      lines.append("  left out     \(unplaced.lesson), meeting \(unplaced.meeting + 1)")
      lines += unplaced.reasons.prefix(4).map { "                 \($0)" }
    }
    lines += variant.notes.map { "  note: \($0.what) \($0.why)" }
    return lines.joined(separator: "\n")
  }

  /// The objective of ITC-2007: seats missing 1, working days missing 5, isolated lectures 2, extra rooms 1.
  static let ud2Weights: [(kind: ConstraintKind, weight: Int)] = [
    (.roomCapacity, 1), (.courseMinWorkingDays, 5), (.groupIsolatedPeriods, 2), (.courseRoomStability, 1),
  ]

  package static func ud2Cost(_ card: ScoreCard) -> Int {
    ud2Weights.reduce(0) { $0 + $1.weight * (card.constraintViolations[$1.kind.rawValue] ?? 0) }
  }

  private static func decimals(_ value: Double) -> String { String(format: "%.3f", value) }
}

extension SolveReport {
  private struct Document: Encodable {
    struct Variant: Encodable {
      var name: String
      var strategy: StrategyIdentity
      var cost: Int64
      var ud2Cost: Int?
      var scoreCard: ScoreCard
      var certificate: Certificate?
      var violations: [Violation]
      var unplaced: [Unplaced]
      var notes: [RunNote]
    }
    var problem: String
    var lessons: Int
    var meetings: Int
    var measures: RunMeasures
    var variants: [Variant]
    var notes: [RunNote]
    var phaseSeconds: [String: Double]
    var proposals: UInt64
    var ticks: UInt64
    var schedule: [Int]
    var clusters: Int
    var modularity: Double
    var wasCancelled: Bool
  }

  func json() throws -> String {
    let document = Document(
      problem: problem.name, lessons: problem.lessons.count,
      meetings: problem.lessons.reduce(0) { $0 + $1.meetingsPerWeek }, measures: measures,
      variants: variants.map {
        Document.Variant(
          name: $0.variant.name, strategy: $0.variant.strategy, cost: $0.variant.cost,
          ud2Cost: form == .ctt && $0.scoreCard.isWhole ? Self.ud2Cost($0.scoreCard) : nil, scoreCard: $0.scoreCard,
          certificate: $0.certificate, violations: $0.violations, unplaced: $0.variant.timetable.unplaced,
          notes: $0.variant.notes)
      },
      notes: generation.notes, phaseSeconds: generation.phaseSeconds, proposals: generation.proposals,
      ticks: generation.ticks, schedule: generation.schedule, clusters: generation.clusters.count,
      modularity: generation.modularity,
      wasCancelled: generation.wasCancelled)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601
    return String(decoding: try encoder.encode(document), as: UTF8.self)
  }
}
