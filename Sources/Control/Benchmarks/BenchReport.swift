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
    /// Why it is not verified.
    package var reason: String?
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
    /// Of the runs that left nothing out and kept every rule: what is left out would save cost.
    package var medianCost: Double? { outcomes.filter(\.isWhole).map { Double($0.cost) }.median }
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

extension BenchReport.Run {
  package init(seed: Int, end: ChildEnd, output: Data) {
    let reading = Result { try JSONDecoder().decode(SolveOutcome.self, from: output) }
    let outcome = try? reading.get()
    let status: BenchReport.Status =
      switch end {
      case .exited(0) where outcome?.isWhole == true: .complete
      case .exited(0) where outcome != nil, .exited(4) where outcome != nil: .incomplete
      case .exited(2): .wrongInput
      case .exited(3): .unsupported
      default: .failed
      }
    self.init(
      seed: seed, status: status, reason: status.isVerified ? nil : Self.reason(end, reading), outcome: outcome)
  }

  private static func reason(_ end: ChildEnd, _ reading: Result<SolveOutcome, any Error>) -> String {
    switch (end, reading) {
    case (.exited(2), _): "the instance has mistakes, which were printed"
    case (.exited(3), _): "the instance uses what is not supported, which was printed"
    case (.exited(1), .success(let outcome)): outcome.failure ?? "it ended with status 1"
    case (.exited(0), .failure(let error)), (.exited(4), .failure(let error)):
      "what it printed could not be read: \(error)"
    case (.exited(let status), _): "it ended with status \(status)"
    case (.killed(let signal), _): "it was ended by signal \(signal)"
    default: "it ended as \(end)"
    }
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
    lines += failures
    lines.append("\(engine), \(decimals(seconds, 1)) s and \(threads) threads a run, medians over the seeds")
    return lines.joined(separator: "\n")
  }

  /// Each run that is not verified, with its reason.
  private var failures: [String] {
    let all = rows.flatMap { row in
      row.runs.compactMap { run in run.reason.map { "\(row.instance), seed \(run.seed): \($0)" } }
    }
    return all.prefix(Self.mostFailures)
      + (all.count > Self.mostFailures ? ["and \(all.count - Self.mostFailures) more runs that were not verified"] : [])
  }

  private static let mostFailures = 20

  private func decimals(_ value: Double?, _ places: Int) -> String {
    value.map { String(format: "%.\(places)f", $0) } ?? "–"
  }

  package func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self)
  }
}
