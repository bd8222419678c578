import Foundation
import Jobs

/// A job's progress as every way of watching shows it.
struct ProgressDocument: Encodable {
  var job: String
  var state: String
  var attempt: Int
  var cancelRequested: Bool
  var phase: String?
  var variant: String?
  var percent: Double
  var message: String?
  var etaLow: Double?
  var etaHigh: Double?
  var hardViolations: Int?
  var unplaced: Int?
  var cost: Int64?
  var gainOfTwiceTheTime: Double?
  var updatedAt: Date
  var live: Bool
  /// Over WebSocket: what to come back with as `after`. Server-sent events carry it as their id.
  var event: String?

  init(_ reading: ProgressReading, event: String? = nil) {
    self.event = event
    job = reading.job.description
    state = reading.state.rawValue
    attempt = reading.attempt
    cancelRequested = reading.isCancelRequested
    phase = reading.phase
    variant = reading.variant
    percent = reading.percent
    message = reading.message
    etaLow = reading.etaLow
    etaHigh = reading.etaHigh
    hardViolations = reading.hardViolations
    unplaced = reading.unplaced
    cost = reading.cost
    gainOfTwiceTheTime = reading.gainOfTwiceTheTime
    updatedAt = reading.updatedAt
    live = reading.isLive
  }
}
