import ArgumentParser
import Optimization

/// A part of the search that can be left out.
enum SearchPart: String, CaseIterable, ExpressibleByArgument {
  /// Communities of lessons as blocks for crossing: random halves instead.
  case clusters
  /// CP-SAT.
  case exact
  /// The genetic stage.
  case crossing
  /// What the repair agents have learned before.
  case training
  /// Learning at all: operators by equal chance.
  case learning
  /// The choice of operators: the standard mix throughout.
  case choice
  /// Choosing stages after annealing: fixed shares.
  case stages
  /// The repair stage.
  case repair
}

extension StageSelection {
  init(without parts: [SearchPart]) {
    self.init()
    for part in parts {
      switch part {
      case .clusters: usesClusters = false
      case .exact: usesExactSolver = false
      case .crossing: usesCrossing = false
      case .training: repair = .untrained
      case .learning: repair = .uniform
      case .choice: repair = .fixed
      case .stages: choice = .fixed
      case .repair: repair = .none
      }
    }
  }
}
