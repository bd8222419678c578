/// The stages among which slices are dealt out; their order is that of the actions in the learned table.
enum ClosingStage: Int, CaseIterable, Sendable {
  /// Two walkers at low temperature whose operators an agent picks.
  case repair
  /// Children of two good placements.
  case crossing
  /// The best placement annealed once more.
  case reheating

  var phase: Phase {
    switch self {
    case .repair: .repairing
    case .crossing: .genetic
    case .reheating: .annealing
    }
  }
}

/// A stage that works slice by slice and keeps its chains in between.
protocol SlicedStage: AnyObject {
  /// Proposals of all its chains together that make a slice worth while; nil: any number.
  var slice: Int? { get }

  /// Spends the slice; ends early only when the run is cancelled. `gone` is the share of all slices' time that is over.
  /// The best of `elites` never gets worse.
  func work(_ proposals: Int, gone: Double, _ elites: inout Elites)
}
