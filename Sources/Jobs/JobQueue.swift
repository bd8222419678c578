import Foundation
public import Postgres

/// The tenant's side of the queue. Every function runs inside the caller's transaction, so that a job is enqueued
/// with the rows that belong to it, or not at all.
public struct JobQueue: Sendable {
  public init() {}

  /// - Parameters:
  ///   - hold: the idempotency key that the job is the answer to
  ///   - requestedSeconds: solver seconds, checked against the quotas for a job and for a month
  ///   - variants: how many, checked against the quota
  /// - Throws: `EnqueueRefusal`, `IdempotencyHoldLost`; nothing is stored then
  public func enqueue(
    _ job: NewJob, answering hold: IdempotencyHold? = nil, requestedSeconds: Double = 0, variants: Int = 1,
    in transaction: TenantTransaction
  ) async throws -> EnqueueOutcome {
    let sql = transaction.sql
    try await refuseOverQuota(requestedSeconds: requestedSeconds, variants: variants, in: transaction)
    if let key = job.dedupeKey, let twin = try await sql.first(Self.twin, (job.kind, key)) {
      try await answer(hold, with: twin, in: transaction)
      return .duplicate(twin)
    }
    guard let stored = try await sql.first(Self.insert, (job, transaction.actor, requestedSeconds)) else {
      throw EnqueueRefusal.keyReused(job.dedupeKey ?? job.id.description)
    }
    try await answer(hold, with: stored, in: transaction)
    try await record("job.queued", stored.id, Data(#"{"kind":"\#(stored.kind.rawValue)"}"#.utf8), in: transaction)
    return .enqueued(stored)
  }

  /// The job that an idempotency key was answered with.
  public func job(answeredWith body: Data, in transaction: TenantTransaction) async throws -> Job? {
    try await job(try JSONDecoder().decode(Answer.self, from: body).job, in: transaction)
  }

  private struct Answer: Codable {
    var job: JobID
  }

  private func answer(_ hold: IdempotencyHold?, with job: Job, in transaction: TenantTransaction) async throws {
    guard let hold else { return }
    try await transaction.answer(hold, status: 202, body: try JSONEncoder().encode(Answer(job: job.id)))
  }

  public func job(_ id: JobID, in transaction: TenantTransaction) async throws -> Job? {
    try await transaction.sql.first(Self.one, id)
  }

  /// The newest job that whoever ordered it called so; the asker's own come before those of others.
  public func job(calledByCaller name: String, in transaction: TenantTransaction) async throws -> Job? {
    try await transaction.sql.first(Self.byCallerName, (name, transaction.actor))
  }

  /// Newest first. `before`: the `number` of the last job of the page before.
  public func jobs(
    state: JobState? = nil, before: Int64? = nil, limit: Int = 50, in transaction: TenantTransaction
  ) async throws -> [Job] {
    let (before, limit) = (before ?? .max, max(1, min(200, limit)))
    guard let state else { return try await transaction.sql.run(Self.page, (before, limit)) }
    return try await transaction.sql.run(Self.pageOfState, (state, before, limit))
  }

  /// Those of them that exist, in no order.
  public func jobs(_ ids: [JobID], in transaction: TenantTransaction) async throws -> [Job] {
    try await transaction.sql.run(Self.several, ids)
  }

  /// - Parameter keepsBest: whether the best so far is to become variants. A job that waits has none, unless an earlier
  ///   attempt has left a checkpoint: then it waits for a worker to make variants of that. Of two cancels the first counts
  public func cancel(
    _ id: JobID, keepsBest: Bool = false, in transaction: TenantTransaction
  ) async throws -> CancelOutcome {
    let changed = try await transaction.sql.execute(Self.cancel, (id, transaction.actor, keepsBest))
    if changed > 0 {
      try await record("job.cancel-requested", id, Data(#"{"keep":\#(keepsBest)}"#.utf8), in: transaction)
    }
    guard let job = try await transaction.sql.first(Self.one, id) else { return .unknown }
    switch job.state {
    case .running: return .requested(job)
    case .queued where job.keepsBest: return .requested(job)
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
        retryAfter: .seconds(Int64(max(1, min(3600, load.nextEndSeconds.rounded(.up))))))
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
    /// Until one of the tenant's running jobs should end and make room for a queued one.
    var nextEndSeconds: Double
  }
}

// MARK: SQL. Row-level security narrows every statement to the tenant.

extension JobQueue {
  private static let lockQueue = Statement<Void, Void>(
    "SELECT pg_advisory_xact_lock(hashtextextended('horarium queue ' || horarium.current_tenant(), 0))")

  /// Seconds that open jobs may still use count as used: a month's last seconds are promised once.
  private static let load = Statement<Void, Load>(
    """
    SELECT (SELECT count(*) FROM horarium.job WHERE state = 'queued') AS queued,
           q.queued_jobs, q.solver_seconds_per_month,
           coalesce((SELECT worker_seconds FROM horarium.tenant_usage u
                     WHERE u.month = date_trunc('month', now() AT TIME ZONE 'UTC')::date), 0)
             + coalesce((SELECT sum(CASE state WHEN 'running'
                           THEN greatest(0, ordered_seconds - extract(epoch FROM charged_until - claimed_at))
                           ELSE ordered_seconds END) FROM horarium.job), 0) AS month_seconds,
           coalesce((SELECT min(greatest(1, ordered_seconds - extract(epoch FROM clock_timestamp() - claimed_at)))
                     FROM horarium.job WHERE state = 'running'), 30) AS next_end_seconds
    FROM horarium.tenant_quota q
    """
  ) { (row: inout RowReader) throws(RowError) in
    let queued = Int(try row.int())
    let queueLimit = Int(try row.int())
    let monthLimit = Int(try row.int())
    return Load(
      queued: queued, queueLimit: queueLimit, monthSeconds: try row.double(), monthLimit: monthLimit,
      nextEndSeconds: try row.double())
  }

  private static let twin = Statement<(JobKind, String), Job>(
    """
    SELECT payload, outcome, to_jsonb(j) - 'payload' - 'outcome' FROM horarium.job j
    WHERE kind = $1 AND dedupe_key = $2 AND state IN ('queued', 'running')
    """,
    encode: { [.text($0.0.rawValue), .text($0.1)] }
  ) { (row: inout RowReader) throws(RowError) in try Job(&row) }

  private static let insert = Statement<(NewJob, String, Double), Job>(
    """
    INSERT INTO horarium.job AS j (id, kind, payload, dedupe_key, created_by, max_attempts, ordered_seconds, caller_name)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    RETURNING payload, outcome, to_jsonb(j) - 'payload' - 'outcome'
    """,
    encode: { job, actor, seconds in
      [
        .uuid(job.id.rawValue), .text(job.kind.rawValue), .json(job.payload), .optional(job.dedupeKey), .text(actor),
        .int(Int64(job.maxAttempts)), .double(seconds), .optional(job.callerName),
      ]
    }
  ) { (row: inout RowReader) throws(RowError) in try Job(&row) }

  private static let one = Statement<JobID, Job>(
    "SELECT payload, outcome, to_jsonb(j) - 'payload' - 'outcome' FROM horarium.every_job j WHERE id = $1",
    encode: { [.uuid($0.rawValue)] }
  ) { (row: inout RowReader) throws(RowError) in try Job(&row) }

  private static let several = Statement<[JobID], Job>(
    "SELECT payload, outcome, to_jsonb(j) - 'payload' - 'outcome' FROM horarium.every_job j WHERE id = ANY ($1::uuid[])",
    encode: { [.uuidArray($0.map(\.rawValue))] }
  ) { (row: inout RowReader) throws(RowError) in try Job(&row) }

  private static let byCallerName = Statement<(String, String), Job>(
    """
    SELECT payload, outcome, to_jsonb(j) - 'payload' - 'outcome' FROM horarium.every_job j
    WHERE tenant = horarium.current_tenant() AND caller_name = $1 ORDER BY created_by = $2 DESC, number DESC LIMIT 1
    """,
    encode: { [.text($0.0), .text($0.1)] }
  ) { (row: inout RowReader) throws(RowError) in try Job(&row) }

  private static let page = Statement<(Int64, Int), Job>(
    """
    SELECT payload, outcome, to_jsonb(j) - 'payload' - 'outcome' FROM horarium.every_job j
    WHERE tenant = horarium.current_tenant() AND number < $1 ORDER BY number DESC LIMIT $2
    """,
    encode: { [.int($0.0), .int(Int64($0.1))] }
  ) { (row: inout RowReader) throws(RowError) in try Job(&row) }

  /// Apart from `page`, because `$1 IS NULL OR state = $1` fits no index.
  private static let pageOfState = Statement<(JobState, Int64, Int), Job>(
    """
    SELECT payload, outcome, to_jsonb(j) - 'payload' - 'outcome' FROM horarium.every_job j
    WHERE tenant = horarium.current_tenant() AND state = $1::text AND number < $2 ORDER BY number DESC LIMIT $3
    """,
    encode: { [.text($0.0.rawValue), .int($0.1), .int(Int64($0.2))] }
  ) { (row: inout RowReader) throws(RowError) in try Job(&row) }

  /// What waits is cancelled at once, unless a checkpoint is to be kept of it. What runs keeps its slot until its worker
  /// has stopped; from this moment on its completion is refused. The conditions look at the row itself, not at a copy
  /// joined to it: a claim that came first must be seen.
  private static let cancel = Statement<(JobID, String, Bool), Void>(
    """
    UPDATE horarium.job j SET
      state = CASE WHEN state = 'queued' AND NOT ($3 AND EXISTS (SELECT FROM horarium.checkpoint c WHERE c.job = j.id))
        THEN 'cancelled'::horarium.job_state ELSE state END,
      finished_at = CASE WHEN state = 'queued'
        AND NOT ($3 AND EXISTS (SELECT FROM horarium.checkpoint c WHERE c.job = j.id)) THEN clock_timestamp() END,
      run_after = CASE state WHEN 'queued' THEN clock_timestamp() ELSE run_after END,
      cancel_requested_at = clock_timestamp(), cancelled_by = $2, keeps_best = $3
    WHERE id = $1 AND state IN ('queued', 'running') AND cancel_requested_at IS NULL
    """
  ) { [.uuid($0.0.rawValue), .text($0.1), .bool($0.2)] }

  private static let position = Statement<JobID, QueuePosition>(
    """
    SELECT (SELECT count(*) FROM horarium.job a WHERE a.state = 'queued' AND a.number < j.number) AS ahead,
           count(s.job) AS running, count(*) FILTER (WHERE s.is_enabled) AS slots
    FROM horarium.job j, horarium.slot s
    WHERE j.id = $1 AND j.state = 'queued'
    GROUP BY j.number
    """,
    encode: { [.uuid($0.rawValue)] }
  ) { (row: inout RowReader) throws(RowError) in
    QueuePosition(ahead: Int(try row.int()), running: Int(try row.int()), limit: Int(try row.int()))
  }
}
