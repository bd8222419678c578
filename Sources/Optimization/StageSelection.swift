/// Which parts of a run take part: everything, or less, to measure what a part is worth.
///
/// The time of what is left out goes to annealing, so that runs are compared at equal work.
public struct StageSelection: Hashable, Sendable, Codable {
  /// How the last stage chooses its operators.
  public enum Repair: String, Hashable, Sendable, Codable, CaseIterable {
    /// By a table learned before and learned on.
    case learned
    /// By a table that starts with zeros.
    case untrained
    /// Any, with equal chance.
    case uniform
    /// The standard mix throughout.
    case fixed
    case none
  }

  /// How it is decided which stage goes on after annealing.
  public enum Choice: String, Hashable, Sendable, Codable, CaseIterable {
    /// As measured for the kind of problem (ops/decisions/0012-choosing-stages.md): learned where placed lessons can break
    /// hard rules, elsewhere fixed.
    case suited
    /// By a table learned before and learned on, slice by slice.
    case learned
    /// By a table that starts with zeros.
    case untrained
    /// Any, with equal chance.
    case uniform
    /// In fixed shares: crossing, where it has one, then repair.
    case fixed
  }

  /// Communities of lessons as blocks for crossing; otherwise random halves.
  public var usesClusters: Bool
  /// CP-SAT where the greedy start stalls.
  public var usesExactSolver: Bool
  /// The genetic stage.
  public var usesCrossing: Bool
  public var repair: Repair
  /// Of the stages after annealing.
  public var choice: Choice

  public init(
    usesClusters: Bool = true, usesExactSolver: Bool = true, usesCrossing: Bool = true, repair: Repair = .learned,
    choice: Choice = .suited
  ) {
    self.usesClusters = usesClusters
    self.usesExactSolver = usesExactSolver
    self.usesCrossing = usesCrossing
    self.repair = repair
    self.choice = choice
  }

  public static let all = StageSelection()
}
