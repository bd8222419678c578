public import Timetabling

/// Makes the table that repair agents start with, from runs whose agents know nothing at first.
///
/// The mean of what all agents have learned; the same problems, ticks and seed give the same table. Blocks the calling
/// thread for as long as the runs take.
public struct RepairTraining: Sendable {
  /// Rows: what the agent may find (temperature × stagnation × whether something is broken). Columns: operator mixes.
  public let rows: [[Int32]]

  /// - Parameter ticks: for each problem
  public init(
    problems: [(problem: Problem, weights: Weights?)], ticks: UInt64, seed: UInt64,
    isCancelled: @escaping @Sendable () -> Bool
  ) throws {
    var tables: [QTable] = []
    for (number, (problem, weights)) in problems.enumerated() {
      let plan = GenerationPlan(
        problem: problem, variants: [VariantPlan(name: "training", strategy: FixedWeights(weights))],
        seed: seed &+ UInt64(number), ticks: ticks, stages: StageSelection(usesCrossing: false, repair: .untrained))
      let run = Run(plan: plan, exactSolver: nil, observer: Observer({ _ in }, { _ in }, isCancelled))
      _ = try run.generate()
      tables += run.learned
    }
    let table = tables.isEmpty ? QTable.learned : QTable(mean: tables)
    rows = stride(from: 0, to: table.values.count, by: table.actions).map {
      Array(table.values[$0..<($0 + table.actions)])
    }
  }

  /// The file `LearnedTable.swift` with this table.
  public var source: String {
    """
    /// Made by `horariumctl train`; not to be edited by hand.
    extension QTable {
      static let learned = QTable(
        actions: \(rows.first?.count ?? 0),
        values: [
    \(rows.map { "      " + $0.map(String.init).joined(separator: ", ") + "," }.joined(separator: "\n"))
        ])
    }

    """
  }
}
