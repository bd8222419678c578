import Foundation

/// What `bench --ablate` found: the whole search, and the search without each of its parts, on equal terms.
package struct AblationReport: Encodable {
  package struct Setting: Encodable {
    /// "everything", or the part that was left out.
    package var name: String
    package var rows: [BenchReport.Row]

    package init(name: String, rows: [BenchReport.Row]) {
      self.name = name
      self.rows = rows
    }
  }

  /// The whole search first.
  package var settings: [Setting]

  package init(settings: [Setting]) { self.settings = settings }

  /// Relative differences of cost, run by run with equal instance and seed, of runs that placed equally much.
  package static func differences(_ whole: [BenchReport.Row], _ less: [BenchReport.Row]) -> [Double] {
    zip(whole, less).flatMap { one, other in
      zip(one.runs, other.runs).compactMap { run, rival -> Double? in
        guard let cost = run.outcome?.cost, let rivalCost = rival.outcome?.cost,
          run.outcome?.unplaced == rival.outcome?.unplaced
        else { return nil }
        return Double(rivalCost - cost) / Double(max(1, cost, rivalCost))
      }
    }
  }

  package var text: String {
    guard let whole = settings.first else { return "" }
    var table = TextTable(header: ["without", "sum of medians", "left out", "worse by %", "pairs", "p"])
    for setting in settings {
      let differences = Self.differences(whole.rows, setting.rows)
      let test = SignedRankTest(differences)
      let mean = differences.isEmpty ? 0 : differences.reduce(0, +) / Double(differences.count) * 100
      table.add([
        setting.name, String(format: "%.0f", setting.rows.compactMap(\.medianCost).reduce(0, +)),
        "\(setting.rows.flatMap(\.runs).compactMap(\.outcome?.unplaced).reduce(0, +))",
        setting.name == whole.name ? "" : String(format: "%+.1f", mean), "\(test.count)",
        setting.name == whole.name ? "" : String(format: "%.3f", test.probability),
      ])
    }
    return table.text
      + "\nWorse by: mean over pairs of equal instance and seed; p: two-sided signed-rank test (Wilcoxon).\n"
  }

  func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    return try encoder.encode(self)
  }
}
