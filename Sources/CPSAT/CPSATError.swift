/// Why CP-SAT could not be asked, or its answer not be used.
public enum CPSATError: Error, Equatable, CustomStringConvertible {
  case notFound(folder: String)
  case notLoadable(path: String, reason: String)
  /// The model breaks a rule of `ChoiceModel`; CP-SAT was not asked, since malformed input can abort the process.
  case malformed(String)
  /// CP-SAT called the model invalid, or answered with bytes that are no response.
  case refused(String)
  /// CP-SAT's answer does not satisfy the model when checked here.
  case untrustworthy(String)

  public var description: String {
    switch self {
    case .notFound(let folder):
      "OR-Tools was not found in \(folder)\nMaybe run ops/fetch-ortools"
    case .notLoadable(let path, let reason):
      "OR-Tools could not be loaded from \(path): \(reason)\n"
        + "Maybe remove that folder and run ops/fetch-ortools again"
    case .malformed(let what): "the model for CP-SAT is malformed: \(what)"
    case .refused(let what): "CP-SAT refused the model: \(what)"
    case .untrustworthy(let what): "CP-SAT's answer is wrong: \(what)"
    }
  }
}
