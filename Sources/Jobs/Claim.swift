public import Foundation
public import Tenancy

/// A worker process: host, process id and a random part, so that a restarted one is another.
public struct WorkerID: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
  public let rawValue: String

  public init(rawValue: String) { self.rawValue = rawValue }

  public static func make(
    host: String, processID: Int32, using generator: inout some RandomNumberGenerator
  ) -> WorkerID {
    let random = UInt32.random(in: .min ... .max, using: &generator)
    return WorkerID(rawValue: "\(host):\(processID):\(String(random, radix: 36))")
  }

  public var description: String { rawValue }
}

public enum WorkerState: String, Hashable, Sendable, CaseIterable { case active, draining, gone }

/// A job in a worker's hands, and the number that every later write about it must show.
public struct Claim: Hashable, Sendable {
  public let job: Job
  public let fence: Fence
  public let slot: Int
  public let leaseUntil: Date

  public var tenant: TenantID { job.tenant }
}

/// What a heartbeat stores beside the lease, so that polling works without Redis.
public struct CoarseProgress: Hashable, Sendable {
  public var phase: String
  public var percent: Double
  public var message: String

  public init(phase: String, percent: Double, message: String) {
    self.phase = phase
    self.percent = percent
    self.message = message
  }
}

public enum HeartbeatReply: Hashable, Sendable {
  case held
  /// Still ours: stop the work, then say `cancelled`.
  case cancelRequested
  /// The same, and the best so far is to become variants: stop the work, then `keep` it.
  case keepRequested
  /// Somebody else's by now, or over: stop, and write nothing more.
  case lost
}

public enum CompletionReply: Hashable, Sendable {
  case completed
  /// This very claim was completed before: the answer to that COMMIT was lost on the way.
  case alreadyCompleted
  /// Nothing was stored.
  case refused(HeartbeatReply)
}

public enum FailureReply: Hashable, Sendable {
  case retry(after: Duration)
  case failed
  case dead
  case cancelled
  case lost
}

/// One lease that had expired.
public struct Rescued: Hashable, Sendable {
  public let job: JobID
  public let tenant: TenantID
  public let fence: Fence
  public let worker: String
  public let outcome: FailureReply
}

public struct Backlog: Hashable, Sendable, Codable {
  public var queued: Int
  public var running: Int
  public var freeSlots: Int
  /// Seconds the oldest job has waited that could run now.
  public var oldestQueuedSeconds: Double
}

/// Names of NOTIFY channels. What they carry is a hint to look, never the truth.
public enum JobChannel {
  /// Something can be claimed. No payload.
  public static let queued = "horarium_job_queued"
  /// Payload: the id of a running job that shall stop.
  public static let cancel = "horarium_job_cancel"
  /// Payload: `<tenant> <job> <state>`.
  public static let changed = "horarium_job_changed"
}
