public import Foundation

/// Numbers the events of one claim and keeps the bar from falling. Pure.
public struct ProgressSequence: Hashable, Sendable {
  private let job: JobID
  private let fence: Fence
  private var seq: Int64 = 0
  private var highest = 0.0

  public init(job: JobID, fence: Fence) {
    self.job = job
    self.fence = fence
  }

  /// - Parameter fraction: 0...1 of the whole run, as the engine says; a lower one than before is not shown
  public mutating func next(
    phase: String, variant: String? = nil, fraction: Double, message: String, etaLow: Double? = nil,
    etaHigh: Double? = nil, hardViolations: Int = 0, unplaced: Int = 0, cost: Int64 = 0,
    gainOfTwiceTheTime: Double? = nil, at now: Date
  ) -> Progress {
    seq += 1
    // The comparison is false for NaN, which leaves the bar where it is.
    if fraction * 100 > highest { highest = min(99.9, fraction * 100) }
    return Progress(
      job: job, fence: fence, seq: seq, phase: phase, variant: variant, percent: highest, message: message,
      etaLow: etaLow, etaHigh: etaHigh, hardViolations: hardViolations, unplaced: unplaced, cost: cost,
      gainOfTwiceTheTime: gainOfTwiceTheTime, updatedAt: now)
  }
}
