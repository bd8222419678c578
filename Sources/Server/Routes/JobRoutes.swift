import Foundation
import Hummingbird
import Jobs
import Persistence

/// Generation jobs: submit, list, look, cancel.
enum JobRoutes {
  static let all: [Route] = [
    .member(.post, "/v1/generation-jobs", .submitJob, weight: .heavy, submit),
    .member(.get, "/v1/generation-jobs", .readJob, query: ["state", "cursor", "limit"], list),
    .member(.get, "/v1/generation-jobs/{id}", .readJob, one),
    .member(.post, "/v1/generation-jobs/{id}/cancel", .cancelJob, cancel),
  ]

  private static func submit(_ call: Call, _ identity: Identity) async throws -> Response {
    guard let key = try call.idempotencyKey() else {
      throw Problem(
        .idempotencyKeyMissing, "Without it a request that is sent twice would make two jobs.\nMaybe send a new UUID.")
    }
    var fields = try FieldReader(try await call.body())
    let submission = try Submission(&fields)
    try fields.finish()
    let outcome = try await call.dependencies.submit(
      submission, key: IdempotencyKey(key: key, requestHash: fields.fingerprint()), for: identity.tenant)
    var headers = Call.replayMark(outcome)
    headers[.location] = JobDocument.path(outcome.job.id)
    return Reply.json(try JobDocument(outcome.job), status: .accepted, headers: headers)
  }

  private struct JobsDocument: Encodable {
    var jobs: [JobDocument]
    /// Give it as `cursor` to read on; absent at the end.
    var next: String?
  }

  private static func list(_ call: Call, _ identity: Identity) async throws -> Response {
    let limit = Int(try call.query("limit", in: 1...200) ?? 50)
    let before = try call.query("cursor", in: 1...Int64.max)
    let name = try call.query("state")
    let state = name.flatMap(JobState.init(rawValue:))
    if let name, state == nil {
      let names = JobState.allCases.map(\.rawValue).joined(separator: ", ")
      let message = "'\(name)' is no state of a job.\nMaybe one of: \(names)."
      throw Problem(.invalid, issues: [.init(pointer: "state", code: "parameter.value", message: message)])
    }
    let jobs = try await call.dependencies.pool.withReadTransaction(for: identity.tenant) {
      try await call.dependencies.queue.jobs(state: state, before: before, limit: limit, in: $0)
    }
    let next = jobs.count == limit ? jobs.last.map { String($0.number) } : nil
    return Reply.json(JobsDocument(jobs: try jobs.map { try JobDocument($0) }, next: next))
  }

  private static func one(_ call: Call, _ identity: Identity) async throws -> Response {
    let id = try call.job()
    let (job, position) = try await call.dependencies.pool.withReadTransaction(for: identity.tenant) { transaction in
      (
        try await call.dependencies.queue.existing(id, in: transaction),
        try await call.dependencies.queue.position(id, in: transaction)
      )
    }
    let wait = position == nil ? nil : try await call.dependencies.secondsUntilStart(of: id)
    return Reply.json(try JobDocument(job, position: position, estimatedWait: wait))
  }

  private static func cancel(_ call: Call, _ identity: Identity) async throws -> Response {
    let id = try call.job()
    var fields = try await call.fields()
    let keep = fields.flag("keep") ?? false
    try fields.finish()
    let outcome = try await call.dependencies.pool.withTransaction(for: identity.tenant) { transaction in
      let job = try await call.dependencies.queue.existing(id, in: transaction)
      try await transaction.demand(.cancelJob, ofSnapshot: try job.generation().snapshot)
      return try await call.dependencies.queue.cancel(id, keepsBest: keep, in: transaction)
    }
    switch outcome {
    case .cancelled(let job), .requested(let job): return Reply.json(try JobDocument(job), status: .accepted)
    case .alreadyFinished(let job):
      throw Problem(.wrongState, "The job is \(job.state.rawValue) already.\nMaybe look at its result.")
    case .unknown: throw Problem.unknown("generation job", id)
    }
  }
}

extension Dependencies {
  /// Nil where nobody can say: no worker lives.
  func secondsUntilStart(of job: JobID) async throws -> Double? {
    try await pool.withControlTransaction { try await Workload.read(in: $0) }.secondsUntilStart(of: job)
  }
}

extension JobQueue {
  func existing(_ id: JobID, in transaction: TenantTransaction) async throws -> Job {
    guard let job = try await job(id, in: transaction) else { throw Problem.unknown("generation job", id) }
    return job
  }
}
