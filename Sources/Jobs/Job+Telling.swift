import Foundation

/// What a job says of itself to people once nothing more happens to it, or before anything has.
extension Job {
  /// What the worker stored when the job ended, as far as everybody needs it.
  public struct Ending: Hashable, Sendable, Codable {
    public var variants: Int
    public var certified: Int
    public var unplaced: Int?
  }

  /// Nil for a job that has stored nothing.
  public var ending: Ending? { outcome.flatMap { try? JSONDecoder().decode(Ending.self, from: $0) } }

  /// Of a job that has ended: what came of it. The last words of a run name a phase that is over.
  var lastWords: String {
    let count = ending.map { "\($0.variants) \($0.variants == 1 ? "variant" : "variants")" }
    return switch state {
    case .completed:
      ending.flatMap { ending in count.map { "Completed: \($0), \(ending.certified) verified." } } ?? "Completed."
    case .cancelled: count.map { "Cancelled; the best so far was kept: \($0)." } ?? "Cancelled."
    case .failed, .dead: errorMessage ?? "Ended without a result."
    case .queued, .running: message ?? ""
    }
  }

  /// Seconds of the order that are left by its percent; nil where the order names none.
  var secondsLeft: Double? {
    guard !state.isTerminal, let seconds = try? generation().seconds else { return nil }
    return seconds * (1 - percent / 100)
  }
}
