public import Foundation

/// Numbers the events of one claim, keeps the bar from falling, and shows no more of it than PostgreSQL holds. Pure.
///
/// Whatever is lost (Redis, a connection, the worker itself), whoever asks next is told what PostgreSQL has. So nobody
/// may be shown more than that: an event says at most what is known to be stored, a second or so behind the engine.
public struct ProgressSequence: Hashable, Sendable {
  private let job: JobID
  private let fence: Fence
  private var seq: Int64 = 0
  /// The most that the engine has said, 0...99.9: what is to be stored next.
  public private(set) var reached: Double
  /// What PostgreSQL is known to hold.
  public private(set) var stored: Double

  /// - Parameter stored: what the job's row says at the claim; an earlier attempt may have come that far
  public init(job: JobID, fence: Fence, stored: Double = 0) {
    self.job = job
    self.fence = fence
    self.stored = stored
    reached = stored
  }

  /// PostgreSQL has this percent now. Answers that cross one another change nothing.
  public mutating func isStored(_ percent: Double) { stored = max(stored, percent) }

  /// - Parameter fraction: 0...1 of the whole run, as the engine says; a lower one than before is not shown
  public mutating func next(
    phase: String, variant: String? = nil, fraction: Double, message: String, etaLow: Double? = nil,
    etaHigh: Double? = nil, hardViolations: Int = 0, unplaced: Int = 0, cost: Int64 = 0,
    gainOfTwiceTheTime: Double? = nil, at now: Date
  ) -> Progress {
    seq += 1
    // The comparison is false for NaN, which leaves the bar where it is.
    if fraction * 100 > reached { reached = min(99.9, fraction * 100) }
    return Progress(
      job: job, fence: fence, seq: seq, phase: phase, variant: variant, percent: min(reached, stored), message: message,
      etaLow: etaLow, etaHigh: etaHigh, hardViolations: hardViolations, unplaced: unplaced, cost: cost,
      gainOfTwiceTheTime: gainOfTwiceTheTime, updatedAt: now)
  }
}
