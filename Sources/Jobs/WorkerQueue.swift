public import Foundation
public import Postgres
public import Tenancy

/// The worker's side of the queue. Each function is one transaction of its own.
///
/// Every write names the claim's fence and is refused unless the job still runs under it: a worker that was away
/// (stopped, partitioned, slow) can harm nothing when it comes back.
public struct WorkerQueue: Sendable {
  public let worker: WorkerID
  public let timing: LeaseTiming
  let pool: PostgresPool
  private let retry: RetryPolicy

  public init(
    pool: PostgresPool, worker: WorkerID, timing: LeaseTiming = .standard, retry: RetryPolicy = .standard
  ) {
    self.pool = pool
    self.worker = worker
    self.timing = timing
    self.retry = retry
  }

  // MARK: The worker itself

  /// To be repeated while the worker takes jobs: one that was not heard of for `Workload.aliveFor` does not count
  /// among those that the queue's waiting times reckon with.
  public func register(host: String, processID: Int32, version: String, capacity: Int) async throws {
    _ = try await pool.withControlTransaction { sql in
      try await sql.execute(Self.register, (worker, host, processID, version, capacity))
    }
  }

  /// Tells operators what the worker is up to. Says nothing to the queue.
  public func announce(_ state: WorkerState) async throws {
    _ = try await pool.withControlTransaction { try await $0.execute(Self.announce, (worker, state)) }
  }

  // MARK: Claim and lease

  /// The next job of the tenant whose turn it is, or nil where nothing can run now.
  public func claim(kinds: [JobKind] = JobKind.allCases) async throws -> Claim? {
    // A slot may be free whose tenant's last queued job a rival has just taken. Look again: the rival has
    // committed or will in a moment, and some other tenant may have work.
    for _ in 0..<4 {
      let answer = try await pool.withControlTransaction { sql in
        try await sql.first(Self.claim, (kinds, worker, timing.ttl))
      }
      guard let answer else { return nil }
      if let claim = answer { return claim }
    }
    return nil
  }

  public func heartbeat(_ claim: Claim, progress: CoarseProgress? = nil) async throws -> HeartbeatReply {
    try await pool.withControlTransaction { sql in
      guard let reply = try await sql.first(Self.heartbeat, (claim, timing.ttl, progress)) else { return .lost }
      try await sql.execute(Self.charge, claim.job.id)
      return reply
    }
  }

  // MARK: The end of an attempt

  /// Stores the results and ends the job in one transaction: both, or neither.
  ///
  /// - Parameters:
  ///   - outcome: JSON for whoever asks about the job
  ///   - effects: writes the results, with the tenant's eyes. An error undoes everything; the job runs on
  nonisolated(nonsending) public func complete(
    _ claim: Claim, outcome: Data, for tenant: TenantContext, deadline: Duration = .seconds(30),
    effects: (TenantTransaction) async throws -> Void
  ) async throws -> CompletionReply {
    precondition(tenant.tenant == claim.tenant, "a claim of \(claim.tenant) cannot be completed for \(tenant.tenant)")
    return try await pool.withControlTransaction(deadline: deadline) { sql in
      switch try await sql.first(Self.lock, claim) {
      case nil: return try await sql.execute(Self.completedBefore, claim) > 0 ? .alreadyCompleted : .refused(.lost)
      case .cancelRequested?: return .refused(.cancelRequested)
      case .keepRequested?: return .refused(.keepRequested)
      case .running?: break
      }
      try await sql.assuming(.tenant(tenant.tenant), from: .control) {
        try await effects(TenantTransaction(context: tenant, sql: sql))
      }
      try await sql.execute(Self.endAttempt, (claim.job.id, claim.fence, "completed"))
      try await sql.execute(Self.complete, (claim, outcome))
      try await sql.execute(Self.tell, (claim, "job.completed"))
      try await sql.execute(Self.record, (claim, worker, "job.completed", outcome))
      return .completed
    }
  }

  public func fail(_ claim: Claim, _ failure: JobFailure) async throws -> FailureReply {
    let jitter = Double.random(in: 0...1)
    return try await pool.withControlTransaction { sql in
      switch try await sql.first(Self.lock, claim) {
      case nil: return .lost
      case .cancelRequested?, .keepRequested?:
        return try await finish(claim.job.id, claim.fence, .cancelled, failure, in: sql)
      case .running?:
        let crashes = claim.job.crashCount + (failure.failureClass == .crash ? 1 : 0)
        let reply = decide(
          failure, attempt: claim.job.attempt, of: claim.job.maxAttempts, crashes: crashes, jitter: jitter)
        return try await finish(claim.job.id, claim.fence, reply, failure, in: sql)
      }
    }
  }

  /// Says that the work has stopped after a cancel, with nothing to keep. False: the claim was lost before.
  public func cancelled(_ claim: Claim) async throws -> Bool {
    try await pool.withControlTransaction { sql in
      switch try await sql.first(Self.lock, claim) {
      case nil, .running?: return false
      case .cancelRequested?, .keepRequested?:
        try await finish(claim.job.id, claim.fence, .cancelled, nil, in: sql)
        return true
      }
    }
  }

  /// Gives a job back unharmed, because the worker shuts down: the attempt does not count.
  public func release(_ claim: Claim) async throws -> Bool {
    try await pool.withControlTransaction { sql in
      switch try await sql.first(Self.lock, claim) {
      case nil: return false
      case .cancelRequested?, .keepRequested?:
        try await finish(claim.job.id, claim.fence, .cancelled, nil, in: sql)
        return true
      case .running?:
        try await sql.execute(Self.endAttempt, (claim.job.id, claim.fence, "released"))
        try await sql.execute(Self.release, claim.job.id)
        return true
      }
    }
  }

  /// Takes jobs from workers whose lease has expired: back to the queue, or to their end. Any worker may call this
  /// at any time; two that call it at once share the work.
  public func rescue(limit: Int = 50) async throws -> [Rescued] {
    var rescued: [Rescued] = []
    while rescued.count < limit, let next = try await rescueOne() { rescued.append(next) }
    return rescued
  }

  /// One job a transaction: nobody holds one tenant's fair share while waiting for another's.
  private func rescueOne() async throws -> Rescued? {
    try await pool.withControlTransaction { sql in
      guard let lease = try await sql.first(Self.expired) else { return nil }
      let failure = JobFailure(
        .crash, code: "worker.lost",
        message: "Worker \(lease.worker) stopped answering in attempt \(lease.attempt) of \(lease.maxAttempts).")
      let reply: FailureReply =
        lease.isCancelled
        ? .cancelled
        : decide(
          failure, attempt: lease.attempt, of: lease.maxAttempts, crashes: lease.crashCount + 1,
          jitter: Double.random(in: 0...1))
      let outcome = try await finish(
        lease.job, lease.fence, reply, lease.isCancelled ? nil : failure, in: sql, endedAs: "lost")
      return Rescued(
        job: lease.job, tenant: lease.tenant, fence: lease.fence, worker: lease.worker, outcome: outcome)
    }
  }

  /// For metrics and scaling.
  public func backlog() async throws -> Backlog {
    try await pool.withControlTransaction { sql in
      try await sql.first(Self.backlog)
        ?? Backlog(queued: 0, running: 0, freeSlots: 0, oldestQueuedSeconds: 0)
    }
  }

  private func decide(
    _ failure: JobFailure, attempt: Int, of maxAttempts: Int, crashes: Int, jitter: Double
  ) -> FailureReply {
    switch retry.verdict(
      on: failure.failureClass, attempt: attempt, of: maxAttempts, crashes: crashes, jitter: jitter)
    {
    case .retry(let delay): .retry(after: delay)
    case .fail: .failed
    case .die: .dead
    }
  }

  /// The caller holds the job's row lock and has checked the fence. Returns what has become of the job: a cancelled one
  /// whose best so far is still to be kept goes back to the queue for that.
  @discardableResult private func finish(
    _ job: JobID, _ fence: Fence, _ reply: FailureReply, _ failure: JobFailure?, in sql: Transaction,
    endedAs: String? = nil
  ) async throws -> FailureReply {
    var reply = reply
    if reply == .cancelled, try await hasSomethingToKeep(job, in: sql) { reply = .retry(after: .zero) }
    let (state, ending, delay): (JobState, String, Duration) =
      switch reply {
      case .retry(let delay): (.queued, "retried", delay)
      case .failed: (.failed, "failed", .zero)
      case .dead: (.dead, "dead", .zero)
      case .cancelled: (.cancelled, "cancelled", .zero)
      case .lost: preconditionFailure("a lost claim has nothing to finish")
      }
    try await sql.execute(Self.endAttempt, (job, fence, endedAs ?? ending))
    try await sql.execute(Self.finish, (job, state, delay, failure))
    if state != .queued {
      try await sql.execute(Self.tellOf, (job, "job." + state.rawValue))
      try await sql.execute(Self.recordOf, (job, worker, "job." + state.rawValue))
    }
    return reply
  }
}
