import Foundation
import Jobs
import Logging
import Optimization
import Redis

/// The one writer of a claim's progress: numbers the events, keeps the bar from falling, and remembers the last one
/// for the heartbeat, which carries it to PostgreSQL. Only what has arrived there is shown: see `ProgressSequence`.
package struct ProgressForwarder {
  package typealias Instant = ContinuousClock.Instant

  /// What the next heartbeat stores.
  package private(set) var coarse: CoarseProgress?
  private var sequence: ProgressSequence
  private var nextStoring: Instant?
  private let outbox: AsyncStream<Jobs.Progress>.Continuation

  /// Heartbeats that carry progress come no closer; those of the lease come besides.
  static let storing = Duration.seconds(1)

  /// `outbox` may drop all but the newest event: each stands for itself.
  package init(claim: Claim, outbox: AsyncStream<Jobs.Progress>.Continuation) {
    self.sequence = ProgressSequence(job: claim.job.id, fence: claim.fence, stored: claim.job.percent)
    self.outbox = outbox
  }

  /// Whether a heartbeat should go out now, only so that the bar may go on.
  package mutating func wantsStoring(at now: Instant) -> Bool {
    guard sequence.reached >= sequence.stored + 0.1, nextStoring.map({ now >= $0 }) ?? true else { return false }
    nextStoring = now + Self.storing
    return true
  }

  /// A heartbeat that carried this percent was answered: PostgreSQL has it.
  package mutating func isStored(_ percent: Double) { sequence.isStored(percent) }

  package mutating func forward(_ state: GenerationProgress, at now: Date) {
    send(
      sequence.next(
        phase: state.phase.rawValue, variant: state.variant, fraction: state.fraction * Self.solving,
        message: Self.message(state), etaLow: state.etaLow, etaHigh: state.etaHigh,
        hardViolations: state.hardViolations, unplaced: state.unplaced, cost: state.cost,
        gainOfTwiceTheTime: state.gainOfTwiceTheTime, at: now))
  }

  /// What the worker itself does.
  package mutating func enter(_ phase: Phase, message: String, fraction: Double, at now: Date) {
    send(sequence.next(phase: phase.rawValue, fraction: fraction, message: message, at: now))
  }

  private mutating func send(_ progress: Jobs.Progress) {
    coarse = CoarseProgress(phase: progress.phase, percent: sequence.reached, message: progress.message)
    outbox.yield(progress)
  }

  /// The share of a job that the solver takes; verifying and storing take the rest.
  private static let solving = 0.97

  private static func message(_ state: GenerationProgress) -> String {
    let what =
      switch state.phase {
      case .preparing: "Reading the problem"
      case .clustering: "Finding lessons that belong together"
      case .seeding: "Placing every lesson once"
      case .annealing: "Improving"
      case .genetic: "Crossing good timetables"
      case .repairing: "Resolving what is left"
      case .verifying: "Verifying"
      }
    let whose = state.variant.map { " '\($0)'" } ?? ""
    return state.unplaced > 0 ? "\(what)\(whose), \(state.unplaced) not placed yet" : "\(what)\(whose)"
  }
}

/// Writes events to Redis, where watchers see them at once. Without Redis they go nowhere, and nothing else changes:
/// PostgreSQL has the coarse progress.
struct ProgressWriter: Sendable {
  let claim: Claim
  let redis: RedisClient
  let logger: Logger
  private static let script = RedisScript(ProgressScript.write)

  func write(_ events: AsyncStream<Jobs.Progress>) async {
    let keys = ProgressScript.keys(ProgressKeys(tenant: claim.tenant, job: claim.job.id))
    var isLost = false
    for await event in events {
      do {
        let arguments = try ProgressScript.arguments(event).map(RedisArgument.string)
        _ = try await redis.eval(Self.script, keys: keys, arguments: arguments)
        isLost = false
      } catch {
        // Once for each outage, not once for each event.
        if !isLost { logger.warning("Progress is not shown live.", metadata: ["error": "\(error)"]) }
        isLost = true
      }
    }
  }
}
