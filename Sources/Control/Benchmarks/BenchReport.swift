import Foundation
import Generating
import Processes
import Verification

/// What `bench` found, run by run, and the table of its medians.
package struct BenchReport: Encodable {
  package var engine = EngineVersion.current
  package var seconds: Double
  package var threads: Int
  package var rows: [Row]

  package init(seconds: Double, threads: Int, rows: [Row]) {
    self.seconds = seconds
    self.threads = threads
    self.rows = rows
  }

  package enum Status: String, Codable, Sendable {
    /// Verified, everything placed.
    case complete
    /// Verified, some lessons left out.
    case incomplete
    /// Not verified, or ended without an answer.
    case failed
    case wrongInput = "wrong-input"
    case unsupported

    var isReadable: Bool { self != .wrongInput && self != .unsupported }
    var isVerified: Bool { self == .complete || self == .incomplete }
  }

  package struct Run: Encodable {
    package var seed: Int
    package var status: Status
    package var outcome: SolveOutcome?
  }

  package struct Row: Encodable {
    package var instance: String
    package var bestKnown: Int64?
    package var runs: [Run] = []
    /// Those of a program beside the engine, with the same seeds.
    package var peers: [PeerRun] = []

    package init(instance: String, bestKnown: Int64?, runs: [Run] = [], peers: [PeerRun] = []) {
      self.instance = instance
      self.bestKnown = bestKnown
      self.runs = runs
      self.peers = peers
    }

    var outcomes: [SolveOutcome] { runs.compactMap(\.outcome) }
    package var medianCost: Double? { outcomes.map { Double($0.cost) }.median }
    /// (cost − best known) / best known of the median cost, in percent. Nil without a best known cost, and where that
    /// is 0 and not reached.
    package var gap: Double? {
      guard let bestKnown, let medianCost else { return nil }
      if bestKnown == 0 { return medianCost == 0 ? 0 : nil }
      return (medianCost - Double(bestKnown)) / Double(bestKnown) * 100
    }

    /// Over the runs that have the figure.
    func median(_ figure: (SolveOutcome) -> Double?) -> Double? { outcomes.compactMap(figure).median }
  }
}

extension [Double] {
  /// Between the two in the middle where their number is even.
  var median: Double? {
    guard !isEmpty else { return nil }
    let sorted = sorted()
    let middle = count / 2
    return count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}

/// The part of what `solve --json` prints that a benchmark reads.
package struct SolveOutcome: Codable, Sendable {
  private struct Variant: Codable {
    struct Card: Codable { var unplacedMeetings: Int }
    var cost: Int64
    var ud2Cost: Int64?
    var scoreCard: Card
  }

  package var lessons: Int
  package var meetings: Int
  package var measures: RunMeasures
  package var wasCancelled: Bool
  private var variants: [Variant]

  /// The competition's cost where there is one, else the objective in the strategy's weights.
  package var cost: Int64 { variants.first.map { $0.ud2Cost ?? $0.cost } ?? 0 }
  package var unplaced: Int { variants.first?.scoreCard.unplacedMeetings ?? meetings }
}

extension BenchReport.Run {
  package init(seed: Int, end: ChildEnd, output: Data) {
    let outcome = try? JSONDecoder().decode(SolveOutcome.self, from: output)
    let status: BenchReport.Status =
      switch end {
      case .exited(0) where outcome != nil: .complete
      case .exited(4) where outcome != nil: .incomplete
      case .exited(2): .wrongInput
      case .exited(3): .unsupported
      default: .failed
      }
    self.init(seed: seed, status: status, outcome: outcome)
  }
}

extension BenchReport {
  package var text: String {
    var table = TextTable(
      header: [
        "instance", "lessons", "cost", "best", "gap %", "left out", "feasible s", "CPU s", "M proposals/s", "M moves/s",
        "MiB",
        "verified",
      ])
    for row in rows {
      let refused = row.runs.map(\.status).first { !$0.isReadable }
      table.add([
        row.instance, row.outcomes.first.map { "\($0.lessons)" } ?? "–", decimals(row.medianCost, 0),
        row.bestKnown.map { "\($0)" } ?? "–", decimals(row.gap, 1), decimals(row.median { Double($0.unplaced) }, 0),
        decimals(row.median(\.measures.firstFeasibleSeconds), 2),
        decimals(row.median(\.measures.cpuSeconds), 1),
        decimals(row.median { $0.measures.proposalsPerSecond / 1e6 }, 2),
        decimals(row.median { $0.measures.evaluatedPerSecond.map { $0 / 1e6 } }, 2),
        decimals(row.median(\.measures.peakMemoryMiB), 0),
        refused?.rawValue ?? "\(row.runs.count { $0.status.isVerified }) of \(row.runs.count)",
      ])
    }
    let compared = rows.filter { $0.gap != nil }
    var lines = [table.text]
    if !compared.isEmpty {
      let sum = compared.compactMap(\.medianCost).reduce(0, +)
      let best = compared.compactMap(\.bestKnown).reduce(0, +)
      lines.append(
        "sum of \(compared.count) median costs \(decimals(sum, 0)), of best known \(best); mean gap "
          + "\(decimals(compared.compactMap(\.gap).reduce(0, +) / Double(compared.count), 1)) %")
    }
    lines.append("\(engine), \(decimals(seconds, 1)) s and \(threads) threads a run, medians over the seeds")
    return lines.joined(separator: "\n")
  }

  private func decimals(_ value: Double?, _ places: Int) -> String {
    value.map { String(format: "%.\(places)f", $0) } ?? "–"
  }

  package func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self)
  }
}
