import Optimization

/// What a job's child has told of its work so far, and what of that is still to be stored. Pure.
///
/// One store at a time: whatever comes meanwhile is stored in one go afterwards, so that a slow database delays
/// checkpoints and piles nothing up.
package struct CheckpointLog: Sendable {
  /// All that is known, of all variants.
  package private(set) var newest: Checkpoint?
  private var waiting: Checkpoint?
  private var isStoring = false

  /// - Parameter earlier: what earlier attempts have left
  package init(_ earlier: Checkpoint? = nil) { newest = earlier }

  /// Returns what to store now.
  package mutating func arrived(_ checkpoint: Checkpoint) -> Checkpoint? {
    newest = newest?.followed(by: checkpoint) ?? checkpoint
    waiting = waiting?.followed(by: checkpoint) ?? checkpoint
    return next()
  }

  /// What was being stored is, or cannot be. Returns what to store next.
  package mutating func settled() -> Checkpoint? {
    isStoring = false
    return next()
  }

  private mutating func next() -> Checkpoint? {
    guard !isStoring, let checkpoint = waiting else { return nil }
    waiting = nil
    isStoring = true
    return checkpoint
  }
}
