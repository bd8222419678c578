public import Foundation

public struct NewJob: Hashable, Sendable {
  public var id: JobID
  public var kind: JobKind
  /// JSON.
  public var payload: Data
  /// Of two jobs with the same key only one is queued or running at a time.
  public var dedupeKey: String?
  /// What whoever orders it calls it, to find it again. 1...200 characters.
  public var callerName: String?
  public var maxAttempts: Int

  public init(
    id: JobID, kind: JobKind = .generation, payload: Data, dedupeKey: String? = nil, callerName: String? = nil,
    maxAttempts: Int = 5
  ) {
    self.id = id
    self.kind = kind
    self.payload = payload
    self.dedupeKey = dedupeKey
    self.callerName = callerName
    self.maxAttempts = maxAttempts
  }

  public static func generation(
    _ payload: GenerationPayload, id: JobID, dedupeKey: String? = nil, callerName: String? = nil
  ) throws -> NewJob {
    NewJob(id: id, payload: try JSONEncoder().encode(payload), dedupeKey: dedupeKey, callerName: callerName)
  }
}

public enum EnqueueOutcome: Hashable, Sendable {
  case enqueued(Job)
  /// The same key with the same request came before: that job, in its present state.
  case replayed(Job)
  /// Another job with the same dedupe key is still queued or running.
  case duplicate(Job)

  public var job: Job {
    switch self {
    case .enqueued(let job), .replayed(let job), .duplicate(let job): job
    }
  }
}

public enum EnqueueRefusal: Error, Hashable, Sendable {
  /// `position`: the place the job would have had among the tenant's queued ones.
  case queueFull(limit: Int, queued: Int, position: Int, retryAfter: Duration)
  case secondsPerJobExceeded(limit: Int, requested: Double)
  /// `used`: what is promised to open jobs counts too.
  case monthlySecondsExhausted(limit: Int, used: Double, requested: Double)
  case variantsPerJobExceeded(limit: Int, requested: Int)
  /// The key came before, with another request.
  case keyReused(String)
  /// The same request is at work, and has been for longer than a client should wait.
  case keyInFlight(String)
}

extension EnqueueRefusal: CustomStringConvertible {
  public var description: String {
    switch self {
    case .queueFull(let limit, let queued, _, let retryAfter):
      """
      \(queued) jobs are queued, and the plan allows \(limit).
      Maybe try again in \(retryAfter.components.seconds) seconds, or cancel a queued job.
      """
    case .secondsPerJobExceeded(let limit, let requested):
      "The job asks for \(Int(requested)) solver seconds, and the plan allows \(limit) for each.\nMaybe ask for fewer."
    case .monthlySecondsExhausted(let limit, let used, let requested):
      """
      \(Int(used)) of \(limit) solver seconds of this month are used or promised to open jobs, and this one asks for \
      \(Int(requested)).
      Maybe ask for fewer, or wait for the next month.
      """
    case .variantsPerJobExceeded(let limit, let requested):
      "The job asks for \(requested) variants, and the plan allows \(limit).\nMaybe ask for fewer."
    case .keyReused(let key):
      "The idempotency key '\(key)' came before with another request.\nMaybe use a new key for a new request."
    case .keyInFlight(let key):
      """
      The first request with the idempotency key '\(key)' is still at work.
      Maybe send the same request again in a few seconds.
      """
    }
  }
}

public enum CancelOutcome: Hashable, Sendable {
  case cancelled(Job)
  /// It runs; its worker has been told, and nothing it finds from now on is stored.
  case requested(Job)
  case alreadyFinished(Job)
  case unknown
}

public struct QueuePosition: Hashable, Sendable, Codable {
  /// Queued jobs of the tenant before this one.
  public var ahead: Int
  /// Running jobs of the tenant, and how many it may run at once.
  public var running: Int
  public var limit: Int

  public init(ahead: Int, running: Int, limit: Int) {
    self.ahead = ahead
    self.running = running
    self.limit = limit
  }
}
