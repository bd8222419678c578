public import Foundation
import Postgres
public import Tenancy

/// The end of a job that was cancelled and whose best so far was asked for.
extension WorkerQueue {
  /// Stores the best so far and ends the job as cancelled, in one transaction: both, or neither.
  ///
  /// Refused where the cancel asked for nothing, or nobody has cancelled: then `complete` says what stands.
  nonisolated(nonsending) public func keep(
    _ claim: Claim, outcome: Data, for tenant: TenantContext, deadline: Duration = .seconds(30),
    effects: (TenantTransaction) async throws -> Void
  ) async throws -> CompletionReply {
    precondition(tenant.tenant == claim.tenant, "a claim of \(claim.tenant) cannot be kept for \(tenant.tenant)")
    return try await pool.withControlTransaction(deadline: deadline) { sql in
      switch try await sql.first(Self.lock, claim) {
      case nil: return try await sql.execute(Self.endedBefore, claim) > 0 ? .alreadyCompleted : .refused(.lost)
      case .running?: return .refused(.held)
      case .cancelRequested?: return .refused(.cancelRequested)
      case .keepRequested?: break
      }
      try await sql.assuming(.tenant(tenant.tenant), from: .control) {
        try await effects(TenantTransaction(context: tenant, sql: sql))
      }
      try await sql.execute(Self.endAttempt, (claim.job.id, claim.fence, "cancelled"))
      try await sql.execute(Self.endKept, (claim, outcome))
      try await sql.execute(Self.tell, (claim, "job.cancelled"))
      try await sql.execute(Self.record, (claim, worker, "job.cancelled", outcome))
      return .completed
    }
  }

  /// Whether a cancelled job has something to keep that no worker has made variants of: then it waits for one. A job
  /// whose attempts are used up does not; that bounds how often this can go wrong.
  func hasSomethingToKeep(_ job: JobID, in sql: Transaction) async throws -> Bool {
    try await sql.first(Self.somethingToKeep, job) ?? false
  }

  /// A row: this very claim has ended the job, with what there was. To be asked after `lock`, as `completedBefore` is.
  private static let endedBefore = Statement<Claim, Void>(
    """
    SELECT FROM horarium.finished_job
    WHERE id = $1 AND fence = $2 AND (state = 'completed' OR state = 'cancelled' AND outcome IS NOT NULL)
    """
  ) { [.uuid($0.job.id.rawValue), .int($0.fence.rawValue)] }

  private static let endKept = Statement<(Claim, Data), Void>(
    """
    UPDATE horarium.job SET state = 'cancelled', outcome = $2, finished_at = clock_timestamp(),
      progress_at = clock_timestamp(), lease_until = NULL
    WHERE id = $1
    """
  ) { [.uuid($0.0.job.id.rawValue), .json($0.1)] }

  private static let somethingToKeep = Statement<JobID, Bool>(
    """
    SELECT keeps_best AND attempt < max_attempts AND EXISTS (SELECT FROM horarium.checkpoint c WHERE c.job = j.id)
    FROM horarium.job j WHERE id = $1
    """,
    encode: { [.uuid($0.rawValue)] }
  ) { (row: inout RowReader) throws(RowError) in try row.bool() }
}
