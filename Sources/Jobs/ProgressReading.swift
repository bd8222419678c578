public import Foundation

/// What somebody who asks how a job is doing gets to see.
public struct ProgressReading: Hashable, Sendable, Codable {
  public var job: JobID
  public var state: JobState
  public var attempt: Int
  public var isCancelRequested: Bool
  public var phase: String?
  public var variant: String?
  /// 0...100, 100 exactly when the job is completed.
  public var percent: Double
  public var message: String?
  public var etaLow: Double?
  public var etaHigh: Double?
  public var hardViolations: Int?
  public var unplaced: Int?
  public var cost: Int64?
  /// As in `Progress`.
  public var gainOfTwiceTheTime: Double?
  public var updatedAt: Date
  /// True where a worker's own event is shown, at most a second or two old; false where PostgreSQL speaks alone.
  public var isLive: Bool

  /// PostgreSQL has the last word: on the state, on the end, and on which claim may speak. An event of another claim
  /// (an attempt that was lost, or one that PostgreSQL has not heard of) is not shown; without a fitting event the
  /// progress is what the last heartbeat stored. The bar never falls, between attempts neither: a new one first catches
  /// up with what was shown.
  public static func merge(job: Job, cached: Progress?) -> ProgressReading {
    var reading = ProgressReading(
      job: job.id, state: job.state, attempt: job.attempt, isCancelRequested: job.cancelRequestedAt != nil,
      phase: job.state == .running ? job.phase : nil, variant: nil, percent: job.percent, message: job.message,
      etaLow: nil, etaHigh: nil, hardViolations: nil, unplaced: nil, cost: nil,
      gainOfTwiceTheTime: nil,
      updatedAt: job.finishedAt ?? job.progressAt ?? job.createdAt, isLive: false)
    switch job.state {
    case .completed, .failed, .dead, .cancelled:
      if job.state == .completed { reading.percent = 100 }
      reading.phase = job.state.rawValue
      reading.message = job.lastWords
    case .queued:
      reading.message = job.errorMessage.map { "Waits for another attempt. \($0)" }
    case .running:
      guard let cached, cached.job == job.id, cached.fence == job.fence else { break }
      reading.phase = cached.phase
      reading.variant = cached.variant
      reading.percent = min(99.9, max(cached.percent, job.percent))
      reading.message = cached.message
      (reading.etaLow, reading.etaHigh) = (cached.etaLow, cached.etaHigh)
      reading.hardViolations = cached.hardViolations
      reading.unplaced = cached.unplaced
      reading.cost = cached.cost
      reading.gainOfTwiceTheTime = cached.gainOfTwiceTheTime
      reading.updatedAt = max(cached.updatedAt, reading.updatedAt)
      reading.isLive = true
    }
    // The order has to be decoded for it: only where the worker has told nothing better.
    if reading.etaLow == nil || reading.etaHigh == nil {
      let left = job.secondsLeft
      (reading.etaLow, reading.etaHigh) = (reading.etaLow ?? left, reading.etaHigh ?? left)
    }
    return reading
  }
}
