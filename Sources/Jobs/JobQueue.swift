import Foundation
public import Postgres

/// The tenant's side of the queue. Every function runs inside the caller's transaction, so that a job is enqueued
/// with the rows that belong to it, or not at all.
public struct JobQueue: Sendable {
  public init() {}

  /// - Parameters:
  ///   - requestedSeconds: solver seconds, checked against the quotas for a job and for a month
  ///   - variants: how many, checked against the quota
  /// - Throws: `EnqueueRefusal`; nothing is stored then
  public func enqueue(
    _ job: NewJob, idempotency: IdempotencyKey? = nil, requestedSeconds: Double = 0, variants: Int = 1,
    in transaction: TenantTransaction
  ) async throws -> EnqueueOutcome {
    let sql = transaction.sql
    if let idempotency, let earlier = try await begin(idempotency, in: transaction) { return .replayed(earlier) }
    try await refuseOverQuota(requestedSeconds: requestedSeconds, variants: variants, in: transaction)
    if let key = job.dedupeKey, let twin = try await sql.first(Self.twin, (job.kind, key)) { return .duplicate(twin) }
    let parameters = (job, transaction.actor)
    guard let stored = try await sql.first(Self.insert, parameters) else {
      throw EnqueueRefusal.keyReused(job.dedupeKey ?? job.id.description)
    }
    if let idempotency {
      try await sql.execute(Self.answer, (idempotency.key, Data(#"{"job":"\#(stored.id)"}"#.utf8)))
    }
    try await record("job.queued", stored.id, Data(#"{"kind":"\#(stored.kind.rawValue)"}"#.utf8), in: transaction)
    return .enqueued(stored)
  }

  public func job(_ id: JobID, in transaction: TenantTransaction) async throws -> Job? {
    try await transaction.sql.first(Self.one, id)
  }

  /// Newest first. `before`: the `number` of the last job of the page before.
  public func jobs(
    state: JobState? = nil, before: Int64? = nil, limit: Int = 50, in transaction: TenantTransaction
  ) async throws -> [Job] {
    try await transaction.sql.run(Self.page, (state, before, max(1, min(200, limit))))
  }

  /// Those of them that exist, in no order.
  public func jobs(_ ids: [JobID], in transaction: TenantTransaction) async throws -> [Job] {
    try await transaction.sql.run(Self.several, ids)
  }

  public func cancel(_ id: JobID, in transaction: TenantTransaction) async throws -> CancelOutcome {
    let changed = try await transaction.sql.execute(Self.cancel, (id, transaction.actor))
    if changed > 0 { try await record("job.cancel-requested", id, in: transaction) }
    guard let job = try await transaction.sql.first(Self.one, id) else { return .unknown }
    switch job.state {
    case .running: return .requested(job)
    case .cancelled: return .cancelled(job)
    default: return .alreadyFinished(job)
    }
  }

  /// Nil unless the job is queued.
  public func position(_ id: JobID, in transaction: TenantTransaction) async throws -> QueuePosition? {
    try await transaction.sql.first(Self.position, id)
  }

  private func record(
    _ action: String, _ job: JobID, _ detail: Data = Data("{}".utf8), in transaction: TenantTransaction
  ) async throws {
    try await transaction.appendAudit(action: action, subject: "job:\(job)", detail: detail)
  }

  // MARK: Steps of enqueue

  /// The job of an earlier request with this key; nil for a first one, whose key is taken with it.
  private func begin(_ key: IdempotencyKey, in transaction: TenantTransaction) async throws -> Job? {
    // An insert meets a rival's uncommitted row by waiting for its commit: afterwards the rival's answer is there.
    if try await transaction.sql.execute(Self.takeKey, key) == 1 { return nil }
    guard let earlier = try await transaction.sql.first(Self.earlier, key.key),
      earlier.requestHash == key.requestHash, earlier.operation == "job.submit", let id = earlier.job,
      let job = try await transaction.sql.first(Self.one, id)
    else { throw EnqueueRefusal.keyReused(key.key) }
    return job
  }

  private func refuseOverQuota(
    requestedSeconds: Double, variants: Int, in transaction: TenantTransaction
  ) async throws {
    let quotas = transaction.context.quotas
    guard variants <= quotas.variantsPerJob else {
      throw EnqueueRefusal.variantsPerJobExceeded(limit: quotas.variantsPerJob, requested: variants)
    }
    guard requestedSeconds <= Double(quotas.solverSecondsPerJob) else {
      throw EnqueueRefusal.secondsPerJobExceeded(limit: quotas.solverSecondsPerJob, requested: requestedSeconds)
    }
    // Count only after the lock is held, in a statement of its own: the snapshot of a statement that takes the lock
    // and counts at once is older than the lock, and two enqueues would both see the last free place.
    try await transaction.sql.execute(Self.lockQueue)
    guard let load = try await transaction.sql.first(Self.load) else { return }
    guard load.queued < load.queueLimit else {
      throw EnqueueRefusal.queueFull(
        limit: load.queueLimit, queued: load.queued, position: load.queued + 1,
        retryAfter: .seconds(Int64(max(1, min(3600, load.averageSeconds)))))
    }
    guard load.monthSeconds + requestedSeconds <= Double(load.monthLimit) else {
      throw EnqueueRefusal.monthlySecondsExhausted(
        limit: load.monthLimit, used: load.monthSeconds, requested: requestedSeconds)
    }
  }

  private struct Load: Sendable {
    var queued: Int
    var queueLimit: Int
    var monthSeconds: Double
    var monthLimit: Int
    var averageSeconds: Double
  }

  private struct Earlier: Sendable {
    var operation: String
    var requestHash: [UInt8]
    var job: JobID?
  }
}

// MARK: SQL. Row-level security narrows every statement to the tenant.

extension JobQueue {
  private static let lockQueue = Statement<Void, Void>(
    "SELECT pg_advisory_xact_lock(hashtextextended('horarium queue ' || horarium.current_tenant(), 0))")

  private static let load = Statement<Void, Load>(
    """
    SELECT (SELECT count(*) FROM horarium.job WHERE state = 'queued') AS queued,
           q.queued_jobs, q.solver_seconds_per_month,
           coalesce((SELECT worker_seconds FROM horarium.tenant_usage u
                     WHERE u.month = date_trunc('month', now() AT TIME ZONE 'UTC')::date), 0) AS month_seconds,
           coalesce((SELECT avg(extract(epoch FROM finished_at - claimed_at))::float8
                     FROM (SELECT finished_at, claimed_at FROM horarium.job
                           WHERE state = 'completed' ORDER BY number DESC LIMIT 20) AS latest), 30) AS average_seconds
    FROM horarium.tenant_quota q
    """
  ) { (row: inout RowReader) throws(RowError) in
    let queued = Int(try row.int())
    let queueLimit = Int(try row.int())
    let monthLimit = Int(try row.int())
    return Load(
      queued: queued, queueLimit: queueLimit, monthSeconds: try row.double(), monthLimit: monthLimit,
      averageSeconds: try row.double())
  }

  private static let takeKey = Statement<IdempotencyKey, Void>(
    """
    INSERT INTO horarium.idempotency (key, operation, request_hash) VALUES ($1, 'job.submit', $2)
    ON CONFLICT (tenant, key) DO NOTHING
    """
  ) { [.text($0.key), .bytes($0.requestHash)] }

  private static let earlier = Statement<String, Earlier>(
    "SELECT operation, request_hash, (body ->> 'job')::uuid FROM horarium.idempotency WHERE key = $1",
    encode: { [.text($0)] }
  ) { (row: inout RowReader) throws(RowError) in
    Earlier(
      operation: try row.text(), requestHash: try row.bytes(), job: try row.uuidIfPresent().map(JobID.init(rawValue:)))
  }

  private static let answer = Statement<(String, Data), Void>(
    "UPDATE horarium.idempotency SET status = 202, body = $2 WHERE key = $1"
  ) { [.text($0.0), .json($0.1)] }

  private static let twin = Statement<(JobKind, String), Job>(
    """
    SELECT payload, outcome, to_jsonb(j) - 'payload' - 'outcome' FROM horarium.job j
    WHERE kind = $1 AND dedupe_key = $2 AND state IN ('queued', 'running')
    """,
    encode: { [.text($0.0.rawValue), .text($0.1)] }
  ) { (row: inout RowReader) throws(RowError) in try Job(&row) }

  private static let insert = Statement<(NewJob, String), Job>(
    """
    INSERT INTO horarium.job AS j (id, kind, payload, dedupe_key, created_by, max_attempts)
    VALUES ($1, $2, $3, $4, $5, $6)
    RETURNING payload, outcome, to_jsonb(j) - 'payload' - 'outcome'
    """,
    encode: { job, actor in
      [
        .uuid(job.id.rawValue), .text(job.kind.rawValue), .json(job.payload), .optional(job.dedupeKey), .text(actor),
        .int(Int64(job.maxAttempts)),
      ]
    }
  ) { (row: inout RowReader) throws(RowError) in try Job(&row) }

  private static let one = Statement<JobID, Job>(
    "SELECT payload, outcome, to_jsonb(j) - 'payload' - 'outcome' FROM horarium.job j WHERE id = $1",
    encode: { [.uuid($0.rawValue)] }
  ) { (row: inout RowReader) throws(RowError) in try Job(&row) }

  private static let several = Statement<[JobID], Job>(
    "SELECT payload, outcome, to_jsonb(j) - 'payload' - 'outcome' FROM horarium.job j WHERE id = ANY ($1::uuid[])",
    encode: { [.uuidArray($0.map(\.rawValue))] }
  ) { (row: inout RowReader) throws(RowError) in try Job(&row) }

  private static let page = Statement<(JobState?, Int64?, Int), Job>(
    """
    SELECT payload, outcome, to_jsonb(j) - 'payload' - 'outcome' FROM horarium.job j
    WHERE tenant = horarium.current_tenant() AND ($1::text IS NULL OR state = $1::text::horarium.job_state)
      AND number < coalesce($2, 9223372036854775807)
    ORDER BY number DESC LIMIT $3
    """,
    encode: { [.optional($0.0?.rawValue), .optional($0.1), .int(Int64($0.2))] }
  ) { (row: inout RowReader) throws(RowError) in try Job(&row) }

  /// What waits is cancelled at once. What runs keeps its slot until its worker has stopped; from this moment on its
  /// completion is refused.
  private static let cancel = Statement<(JobID, String), Void>(
    """
    UPDATE horarium.job SET
      state = CASE state WHEN 'queued' THEN 'cancelled'::horarium.job_state ELSE state END,
      finished_at = CASE state WHEN 'queued' THEN clock_timestamp() END,
      cancel_requested_at = clock_timestamp(), cancelled_by = $2
    WHERE id = $1 AND state IN ('queued', 'running') AND cancel_requested_at IS NULL
    """
  ) { [.uuid($0.0.rawValue), .text($0.1)] }

  private static let position = Statement<JobID, QueuePosition>(
    """
    SELECT (SELECT count(*) FROM horarium.job a WHERE a.state = 'queued' AND a.number < j.number) AS ahead,
           count(s.job) AS running, count(*) FILTER (WHERE s.is_enabled) AS slots,
           (SELECT avg(extract(epoch FROM finished_at - claimed_at))::float8
            FROM (SELECT finished_at, claimed_at FROM horarium.job
                  WHERE state = 'completed' ORDER BY number DESC LIMIT 20) AS latest) AS average_seconds
    FROM horarium.job j, horarium.slot s
    WHERE j.id = $1 AND j.state = 'queued'
    GROUP BY j.number
    """,
    encode: { [.uuid($0.rawValue)] }
  ) { (row: inout RowReader) throws(RowError) in
    let ahead = Int(try row.int())
    let running = Int(try row.int())
    let limit = Int(try row.int())
    let average = try row.doubleIfPresent()
    let rounds = Double((ahead + running) / max(1, limit))
    return QueuePosition(ahead: ahead, running: running, limit: limit, estimatedWait: average.map { $0 * rounds })
  }
}
