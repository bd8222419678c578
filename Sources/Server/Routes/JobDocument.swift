import Foundation
import Jobs
import Tokens

/// A generation job as the API shows it.
struct JobDocument: Encodable {
  struct Failure: Encodable {
    var code: String
    var message: String?
  }

  struct Position: Encodable {
    var ahead: Int
    var running: Int
    var limit: Int
    /// Seconds until it should begin: what running jobs have left, and what the jobs before it have ordered, of all
    /// tenants, on the workers that live. Absent while none does.
    var estimatedWait: Double?
  }

  var id: String
  var number: Int64
  var state: String
  var title: String?
  var term: String
  var snapshot: String
  var variants: [String]
  var seed: UInt64
  var seconds: Double
  var attempt: Int
  var percent: Double
  var phase: String?
  var message: String?
  var createdBy: String
  var createdAt: Date
  var startedAt: Date?
  var finishedAt: Date?
  var cancelRequested: Bool
  /// Whether the cancel asked for the best so far.
  var keepsBest: Bool
  /// What was stored, once the job has ended with something.
  var outcome: Job.Ending?
  var error: Failure?
  var position: Position?
  var links: [String: String]

  init(_ job: Job, position: QueuePosition? = nil, estimatedWait: Double? = nil) throws {
    let payload = try job.generation()
    id = job.id.description
    number = job.number
    state = job.state.rawValue
    title = payload.title
    term = payload.term
    snapshot = payload.snapshot
    variants = payload.variants.map(\.name)
    seed = payload.seed
    seconds = payload.seconds
    attempt = job.attempt
    let reading = ProgressReading.merge(job: job, cached: nil)
    percent = reading.percent
    phase = reading.phase
    message = reading.message
    createdBy = job.createdBy
    createdAt = job.createdAt
    startedAt = job.startedAt
    finishedAt = job.finishedAt
    cancelRequested = job.cancelRequestedAt != nil
    keepsBest = job.keepsBest
    outcome = job.ending
    error = job.errorCode.map { Failure(code: $0, message: job.errorMessage) }
    self.position = position.map {
      Position(ahead: $0.ahead, running: $0.running, limit: $0.limit, estimatedWait: estimatedWait)
    }
    let path = Self.path(job.id)
    links = ["self": path]
    for name in ["progress", "events", "ws", "variants", "comparison"] { links[name] = path + "/" + name }
  }

  static func path(_ id: JobID) -> String { "/v1/generation-jobs/\(id)" }
}
