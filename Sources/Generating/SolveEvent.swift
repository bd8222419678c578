import Optimization

/// What a solver child says, one frame each: any number of `progress` and `checkpoint`, then `result` or `failed`, and
/// nothing after.
public enum SolveEvent: Sendable, Codable {
  case progress(GenerationProgress)
  /// What has changed since the one before; the last one comes when the child is told to stop.
  case checkpoint(Checkpoint)
  case result(Generation)
  case failed(SolveFailure)
}

/// Why a generation ended without a result, and what follows from it.
public struct SolveFailure: Error, Hashable, Sendable, Codable, CustomStringConvertible {
  public enum Consequence: String, Hashable, Sendable, Codable {
    /// The input is the reason: trying again would end the same way.
    case permanent
    /// The circumstances are the reason.
    case retry
  }

  public var consequence: Consequence
  /// Stable, dotted: `input.infeasible`, `strategy.unknown`.
  public var code: String
  /// For people, with names and values.
  public var message: String

  public init(_ consequence: Consequence, code: String, message: String) {
    self.consequence = consequence
    self.code = code
    self.message = message
  }

  public var description: String { message }
}
