/// Why a strategy gave no weights. The timetable is unharmed: the variant goes on with built-in weights, visibly, or
/// fails where its plan is strict.
public struct StrategyFault: Error, Hashable, Sendable, Codable, CustomStringConvertible {
  /// Stable codes, for metrics and for records.
  public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
    /// No such strategy, library or host program.
    case missing
    /// The library was not loaded: its file, its digest or its ABI is not as it must be.
    case refused
    /// An option value that the strategy does not declare, or outside of its range.
    case invalidOption = "invalid-option"
    /// The strategy says that it cannot weigh this problem.
    case invalidProblem = "invalid-problem"
    /// The strategy says that it failed.
    case failed
    /// Its process ended.
    case crashed
    /// It took longer than its limit, and was killed.
    case timedOut = "timed-out"
    /// It answered with something that are no weights.
    case misbehaved
    /// Asked the same twice it gave different weights.
    case unsteady
  }

  public var kind: Kind
  /// The strategy's id, or its library's path where that is all one knows.
  public var strategy: String
  /// What happened, with names and values.
  public var message: String

  public init(_ kind: Kind, strategy: String, message: String) {
    self.kind = kind
    self.strategy = strategy
    self.message = message
  }

  public var description: String { "strategy \(strategy) (\(kind.rawValue)): \(message)" }

  /// Whether another try with the same input could end otherwise.
  public var isRetryable: Bool {
    switch kind {
    case .crashed, .timedOut, .failed: true
    case .missing, .refused, .invalidOption, .invalidProblem, .misbehaved, .unsteady: false
    }
  }
}
