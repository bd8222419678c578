import Foundation
import Postgres
import Tenancy

extension Duration {
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}

extension WorkerQueue {
  static let register = Statement<(WorkerID, String, Int32, String, Int), Void>(
    """
    INSERT INTO horarium.worker (id, host, process_id, version, capacity, state) VALUES ($1, $2, $3, $4, $5, 'active')
    ON CONFLICT (id) DO UPDATE SET seen_at = clock_timestamp(), state = 'active', capacity = excluded.capacity
    """
  ) { [.text($0.0.rawValue), .text($0.1), .int(Int64($0.2)), .text($0.3), .int(Int64($0.4))] }

  static let announce = Statement<(WorkerID, WorkerState), Void>(
    "UPDATE horarium.worker SET state = $2, seen_at = clock_timestamp() WHERE id = $1"
  ) { [.text($0.0.rawValue), .text($0.1.rawValue)] }

  /// One statement, so that nobody can be over a limit even for an instant.
  ///
  /// `FOR UPDATE SKIP LOCKED` re-checks `job IS NULL` on the newest version of a slot's row, which counting running
  /// jobs could not do. Each CTE that locks is MATERIALIZED and has its own LIMIT: inlined into a join it could be
  /// run again and lock more than one row. No row: nothing to do. A row of nulls: a free slot, but its job was gone.
  static let claim = Statement<([JobKind], WorkerID, Duration), Claim?>(
    """
    WITH free AS MATERIALIZED (
      -- A free slot of the tenant that has had least of the workers, among those with something to run.
      SELECT s.tenant, s.number
      FROM horarium.slot s
      JOIN horarium.tenant t ON t.id = s.tenant AND t.state = 'active'
      JOIN horarium.fair_share f ON f.tenant = s.tenant
      -- ORDER BY and LIMIT keep this a look into `job_waiting` for each slot: an EXISTS may become a join that reads
      -- every queued job of every tenant.
      WHERE s.job IS NULL AND s.is_enabled
        AND (SELECT true FROM horarium.job j WHERE j.tenant = s.tenant AND j.state = 'queued'
               AND j.run_after <= clock_timestamp() AND j.kind = ANY ($1) ORDER BY j.number LIMIT 1)
      ORDER BY f.virtual_time, s.tenant, s.number
      LIMIT 1
      FOR UPDATE OF s SKIP LOCKED
    ), picked AS MATERIALIZED (
      -- That tenant's oldest job whose time has come.
      SELECT j.id, free.tenant, free.number AS slot
      FROM free, LATERAL (
        SELECT j.id FROM horarium.job j
        WHERE j.tenant = free.tenant AND j.state = 'queued' AND j.run_after <= clock_timestamp() AND j.kind = ANY ($1)
        ORDER BY j.number
        LIMIT 1
        FOR UPDATE SKIP LOCKED
      ) j
    ), charged AS (
      -- The fence is drawn after both locks, so that the fences of a job and of a slot can only rise. One second in
      -- advance, so that a burst of claims is spread. A tenant that had nothing to run joins at the level of those at
      -- work: it has no credit for the time it was away.
      UPDATE horarium.fair_share f
      SET last_fence = f.last_fence + 1,
        virtual_time = 1.0 / f.weight + greatest(f.virtual_time, coalesce(
          (SELECT min(o.virtual_time) FROM horarium.fair_share o
           WHERE EXISTS (SELECT FROM horarium.slot s WHERE s.tenant = o.tenant AND s.job IS NOT NULL)), 0))
      FROM picked WHERE f.tenant = picked.tenant
      RETURNING f.tenant, f.last_fence AS fence
    ), fenced AS MATERIALIZED (
      SELECT picked.*, charged.fence, clock_timestamp() AS at FROM picked JOIN charged ON charged.tenant = picked.tenant
    ), claimed AS (
      UPDATE horarium.job j
      SET state = 'running', fence = n.fence, worker = $2, attempt = j.attempt + 1,
          lease_until = n.at + make_interval(secs => $3), charged_until = n.at + interval '1 second',
          started_at = coalesce(j.started_at, n.at), claimed_at = n.at,
          -- The percent stays: what was shown is not taken back, and a new attempt goes on from a checkpoint.
          phase = 'preparing', message = NULL, progress_at = n.at
      FROM fenced n WHERE j.id = n.id
      RETURNING j.id, j.payload, j.outcome, to_jsonb(j) - 'payload' - 'outcome' AS columns, j.lease_until, j.attempt
    ), held AS (
      UPDATE horarium.slot s SET job = n.id, fence = n.fence FROM fenced n
      WHERE s.tenant = n.tenant AND s.number = n.slot
    ), history AS (
      INSERT INTO horarium.attempt (fence, job, tenant, slot, number, worker, claimed_at)
      SELECT n.fence, n.id, n.tenant, n.slot, c.attempt, $2, n.at FROM fenced n JOIN claimed c ON c.id = n.id
    )
    SELECT c.payload, c.outcome, c.columns, n.fence, n.slot, c.lease_until
    FROM free LEFT JOIN fenced n ON true LEFT JOIN claimed c ON c.id = n.id
    """,
    encode: { [.textArray($0.0.map(\.rawValue)), .text($0.1.rawValue), .double($0.2.seconds)] }
  ) { (row: inout RowReader) throws(RowError) in
    guard let payload = try row.jsonIfPresent() else {
      _ = try row.jsonIfPresent()
      _ = try row.jsonIfPresent()
      _ = try row.intIfPresent()
      _ = try row.intIfPresent()
      _ = try row.timestampIfPresent()
      return nil
    }
    let job = try Job(payload: payload, &row)
    return Claim(
      job: job, fence: Fence(rawValue: try row.int()), slot: Int(try row.int()), leaseUntil: try row.timestamp())
  }

  /// No row: lost.
  static let heartbeat = Statement<(Claim, Duration, CoarseProgress?), HeartbeatReply>(
    """
    UPDATE horarium.job SET lease_until = clock_timestamp() + make_interval(secs => $3),
      phase = coalesce($4, phase), percent = greatest(percent, coalesce($5, percent)), message = coalesce($6, message),
      progress_at = CASE WHEN $4::text IS NULL THEN progress_at ELSE clock_timestamp() END
    WHERE id = $1 AND fence = $2 AND state = 'running'
    RETURNING cancel_requested_at IS NOT NULL, keeps_best
    """,
    encode: { claim, ttl, progress in
      [
        .uuid(claim.job.id.rawValue), .int(claim.fence.rawValue), .double(ttl.seconds), .optional(progress?.phase),
        .optional(progress.map { max(0, min(99.9, $0.percent)) }), .optional(progress?.message),
      ]
    }
  ) { (row: inout RowReader) throws(RowError) in
    let isCancelled = try row.bool()
    return try row.bool() ? .keepRequested : isCancelled ? .cancelRequested : .held
  }

  enum Standing: Sendable { case running, cancelRequested, keepRequested }

  /// Locks the job if the claim still stands. No row: lost, or over.
  static let lock = Statement<Claim, Standing>(
    """
    SELECT cancel_requested_at IS NOT NULL, keeps_best FROM horarium.job
    WHERE id = $1 AND fence = $2 AND state = 'running' FOR UPDATE
    """,
    encode: { [.uuid($0.job.id.rawValue), .int($0.fence.rawValue)] }
  ) { (row: inout RowReader) throws(RowError) in
    let isCancelled = try row.bool()
    return try row.bool() ? .keepRequested : isCancelled ? .cancelRequested : .running
  }

  /// A row: this very claim was completed. To be asked after `lock`, in a statement of its own: the end of a job that
  /// `lock` waited for is in no older snapshot.
  static let completedBefore = Statement<Claim, Void>(
    "SELECT FROM horarium.finished_job WHERE id = $1 AND fence = $2 AND state = 'completed'"
  ) { [.uuid($0.job.id.rawValue), .int($0.fence.rawValue)] }

  static let charge = Statement<JobID, Void>("SELECT horarium.charge($1)") { [.uuid($0.rawValue)] }

  static let endAttempt = Statement<(JobID, Fence, String), Void>("SELECT horarium.end_attempt($1, $2, $3)") {
    [.uuid($0.0.rawValue), .int($0.1.rawValue), .text($0.2)]
  }

  static let complete = Statement<(Claim, Data), Void>(
    """
    UPDATE horarium.job SET state = 'completed', percent = 100, phase = 'completed', outcome = $2,
      finished_at = clock_timestamp(), progress_at = clock_timestamp(), lease_until = NULL,
      error_class = NULL, error_code = NULL, error_message = NULL
    WHERE id = $1
    """
  ) { [.uuid($0.0.job.id.rawValue), .json($0.1)] }

  static let finish = Statement<(JobID, JobState, Duration, JobFailure?), Void>(
    """
    UPDATE horarium.job SET state = $2::text::horarium.job_state, lease_until = NULL,
      run_after = clock_timestamp() + make_interval(secs => $3),
      finished_at = CASE WHEN $2::text = 'queued' THEN NULL ELSE clock_timestamp() END,
      crash_count = crash_count + CASE WHEN $4::text = 'crash' THEN 1 ELSE 0 END,
      error_class = coalesce($4::text, error_class), error_code = coalesce($5::text, error_code),
      error_message = coalesce($6::text, error_message)
    WHERE id = $1
    """
  ) { job, state, delay, failure in
    [
      .uuid(job.rawValue), .text(state.rawValue), .double(delay.seconds), .optional(failure?.failureClass.rawValue),
      .optional(failure?.code), .optional(failure?.message),
    ]
  }

  static let release = Statement<JobID, Void>(
    """
    UPDATE horarium.job SET state = 'queued', lease_until = NULL, attempt = attempt - 1, run_after = clock_timestamp()
    WHERE id = $1
    """
  ) { [.uuid($0.rawValue)] }

  struct ExpiredLease: Sendable {
    var job: JobID
    var tenant: TenantID
    var fence: Fence
    var worker: String
    var attempt: Int
    var maxAttempts: Int
    var crashCount: Int
    var isCancelled: Bool
  }

  /// The lock re-checks the condition on the newest row: a heartbeat or a completion that came first wins.
  static let expired = Statement<Void, ExpiredLease>(
    """
    SELECT id, tenant, fence, worker, attempt, max_attempts, crash_count, cancel_requested_at IS NOT NULL
    FROM horarium.job WHERE state = 'running' AND lease_until < clock_timestamp()
    ORDER BY lease_until LIMIT 1 FOR UPDATE SKIP LOCKED
    """
  ) { (row: inout RowReader) throws(RowError) in
    let job = JobID(rawValue: try row.uuid())
    guard let tenant = TenantID(rawValue: try row.text()) else { throw row.refusal("not a tenant id") }
    let fence = Fence(rawValue: try row.int())
    let worker = try row.text()
    let attempt = Int(try row.int())
    let maxAttempts = Int(try row.int())
    return ExpiredLease(
      job: job, tenant: tenant, fence: fence, worker: worker, attempt: attempt, maxAttempts: maxAttempts,
      crashCount: Int(try row.int()), isCancelled: try row.bool())
  }

  static let tell = Statement<(Claim, String), Void>(
    "INSERT INTO horarium.outbox (tenant, topic, payload) VALUES ($1, $2, jsonb_build_object('job', $3::uuid))"
  ) { [.text($0.0.tenant.rawValue), .text($0.1), .uuid($0.0.job.id.rawValue)] }

  static let tellOf = Statement<(JobID, String), Void>(
    """
    INSERT INTO horarium.outbox (tenant, topic, payload)
    SELECT tenant, $2, jsonb_build_object('job', id, 'code', error_code, 'message', error_message)
    FROM horarium.every_job WHERE id = $1
    """
  ) { [.uuid($0.0.rawValue), .text($0.1)] }

  static let record = Statement<(Claim, WorkerID, String, Data), Void>(
    """
    INSERT INTO horarium.audit (tenant, actor, action, subject, detail)
    VALUES ($1, 'worker:' || $2, $3, $4, jsonb_build_object('fence', $5::bigint, 'outcome', $6::jsonb))
    """
  ) { claim, worker, action, outcome in
    [
      .text(claim.tenant.rawValue), .text(worker.rawValue), .text(action), .text("job:" + claim.job.id.description),
      .int(claim.fence.rawValue), .json(outcome),
    ]
  }

  static let recordOf = Statement<(JobID, WorkerID, String), Void>(
    """
    INSERT INTO horarium.audit (tenant, actor, action, subject, detail)
    SELECT tenant, 'worker:' || $2, $3, 'job:' || id, jsonb_build_object('fence', fence, 'code', error_code)
    FROM horarium.every_job WHERE id = $1
    """
  ) { [.uuid($0.0.rawValue), .text($0.1.rawValue), .text($0.2)] }

  static let backlog = Statement<Void, Backlog>(
    """
    SELECT (SELECT count(*) FROM horarium.job WHERE state = 'queued'),
           (SELECT count(*) FROM horarium.job WHERE state = 'running'),
           (SELECT count(*) FROM horarium.slot WHERE job IS NULL AND is_enabled),
           coalesce((SELECT extract(epoch FROM clock_timestamp() - min(run_after))::float8 FROM horarium.job
                     WHERE state = 'queued' AND run_after <= clock_timestamp()), 0)
    """
  ) { (row: inout RowReader) throws(RowError) in
    Backlog(
      queued: Int(try row.int()), running: Int(try row.int()), freeSlots: Int(try row.int()),
      oldestQueuedSeconds: try row.double())
  }
}
