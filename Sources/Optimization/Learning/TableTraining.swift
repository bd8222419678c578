public import Timetabling

/// Makes the tables that the agents start with, from runs whose agents know nothing at first.
///
/// Operators: the mean of what all repair agents have learned, each anew. Stages: what one agent has learned in all runs
/// after another, since a run has few slices. The same problems, ticks and seed give the same tables. Blocks the calling
/// thread for as long as the runs take.
public struct TableTraining: Sendable {
  /// Rows: what the agent may find (temperature × stagnation × whether something is broken). Columns: operator mixes.
  public let operators: [[Int32]]
  /// Rows: what the agent may find (stagnation × whether there are hard rules). Columns: repair, crossing,
  /// reheating.
  public let stages: [[Int32]]

  /// - Parameter ticks: for each problem
  public init(
    problems: [(problem: Problem, weights: Weights?)], ticks: UInt64, seed: UInt64,
    isCancelled: @escaping @Sendable () -> Bool
  ) throws {
    var tables: [QTable] = []
    var stageTable = StageAgent.table(for: .untrained)
    for (number, (problem, weights)) in problems.enumerated() {
      let plan = GenerationPlan(
        problem: problem, variants: [VariantPlan(name: "training", strategy: FixedWeights(weights))],
        seed: seed &+ UInt64(number), ticks: ticks, stages: StageSelection(repair: .untrained, choice: .untrained))
      let run = Run(plan: plan, exactSolver: nil, observer: Observer({ _ in }, { _ in }, isCancelled))
      run.stageTable = stageTable
      _ = try run.generate()
      tables += run.learned
      stageTable = run.stageTable
    }
    operators = (tables.isEmpty ? QTable.learned : QTable(mean: tables)).rows
    stages = stageTable.rows
  }

  /// The file `LearnedTable.swift` with these tables.
  public var source: String {
    """
    /// Made by `horariumctl train`; not to be edited by hand.
    extension QTable {
    \(Self.declaration("learned", operators))

    \(Self.declaration("learnedStages", stages))
    }

    """
  }

  private static func declaration(_ name: String, _ rows: [[Int32]]) -> String {
    """
      static let \(name) = QTable(
        actions: \(rows.first?.count ?? 0),
        values: [
    \(rows.map { "      " + $0.map(String.init).joined(separator: ", ") + "," }.joined(separator: "\n"))
        ])
    """
  }
}
