import Foundation
import Jobs
import Postgres
import Tenancy

extension Retention {
  static let begin = Statement<(String, Duration), Void>(
    """
    INSERT INTO horarium.chore AS c (name, began_at, worker) VALUES ('retention', clock_timestamp(), $1)
    ON CONFLICT (name) DO UPDATE SET began_at = excluded.began_at, worker = excluded.worker
    WHERE c.began_at <= clock_timestamp() - make_interval(secs => $2)
    """
  ) { [.text($0.0), seconds($0.1)] }

  /// Ends with the transaction, whatever becomes of the pruner, and behind a pooler too.
  static let lock = Statement<Void, Bool>(
    "SELECT pg_try_advisory_xact_lock(hashtextextended('horarium retention', 0))"
  ) { (row: inout RowReader) throws(RowError) in try row.bool() }

  static let forgetWorkers = Statement<Void, Void>(
    "DELETE FROM horarium.worker WHERE seen_at < clock_timestamp() - interval '1 day'")

  static let pruneKeys = Statement<(TenantID, Duration, Int), Void>(
    """
    DELETE FROM horarium.idempotency WHERE tenant = $1 AND (account, key) IN (
      SELECT account, key FROM horarium.idempotency
      WHERE tenant = $1 AND created_at < clock_timestamp() - make_interval(secs => $2) ORDER BY created_at LIMIT $3)
    """
  ) { [.text($0.0.rawValue), seconds($0.1), .int(Int64($0.2))] }

  static let pruneMessages = Statement<(TenantID, Duration, Duration, Int), Void>(
    """
    DELETE FROM horarium.outbox WHERE id IN (
      SELECT id FROM horarium.outbox
      WHERE tenant = $1 AND created_at < clock_timestamp() - make_interval(secs => $2)
        AND (delivered_at IS NOT NULL OR created_at < clock_timestamp() - make_interval(secs => $3))
      ORDER BY created_at LIMIT $4)
    """
  ) { [.text($0.0.rawValue), seconds($0.1), seconds($0.2), .int(Int64($0.3))] }

  /// With the tenant's eyes. An hour for clocks that differ.
  static let pruneSessions = Statement<Int, Void>(
    """
    DELETE FROM revoked_session WHERE id IN (
      SELECT id FROM revoked_session WHERE ends_at < clock_timestamp() - interval '1 hour' LIMIT $1)
    """
  ) { [.int(Int64($0))] }

  static let pruneRetired = Statement<Int, Void>(
    """
    DELETE FROM retired_token WHERE jti IN (
      SELECT jti FROM retired_token WHERE ends_at < clock_timestamp() - interval '1 hour' LIMIT $1)
    """
  ) { [.int(Int64($0))] }

  static let pruneGenerations = Statement<(Duration, Int), Int64>(
    "SELECT prune_generations(make_interval(secs => $1), $2::integer)",
    encode: { [seconds($0.0), .int(Int64($0.1))] }
  ) { (row: inout RowReader) throws(RowError) in try row.int() }

  static let pruneSnapshots = Statement<(Duration, Int), Int64>(
    "SELECT prune_snapshots(make_interval(secs => $1), $2::integer)",
    encode: { [seconds($0.0), .int(Int64($0.1))] }
  ) { (row: inout RowReader) throws(RowError) in try row.int() }

  /// With the tenant's eyes: a job whose results are kept is kept.
  static let jobsWithoutResults = Statement<(Duration, Int), UUID>(
    """
    SELECT j.id FROM horarium.finished_job j
    WHERE j.tenant = horarium.current_tenant() AND j.finished_at < clock_timestamp() - make_interval(secs => $1)
      AND NOT EXISTS (SELECT FROM generation g WHERE g.job = j.id)
    ORDER BY j.finished_at LIMIT $2
    """,
    encode: { [seconds($0.0), .int(Int64($0.1))] }
  ) { (row: inout RowReader) throws(RowError) in try row.uuid() }

  static let pruneAttempts = Statement<(TenantID, [UUID]), Void>(
    "DELETE FROM horarium.attempt WHERE tenant = $1 AND job = ANY ($2)"
  ) { [.text($0.0.rawValue), .uuidArray($0.1)] }

  static let pruneJobs = Statement<(TenantID, [UUID]), Void>(
    "DELETE FROM horarium.finished_job WHERE tenant = $1 AND id = ANY ($2)"
  ) { [.text($0.0.rawValue), .uuidArray($0.1)] }

  private static func seconds(_ duration: Duration) -> Parameter { .double(Double(duration.components.seconds)) }
}

extension TenantTransaction {
  /// Until the transaction ends no snapshot is pruned: for whoever is about to refer to one.
  public func keepSnapshots() async throws { try await sql.execute(Self.holdSnapshots) }

  private static let holdSnapshots = Statement<Void, Void>(
    "SELECT pg_advisory_xact_lock_shared(hashtextextended('horarium snapshots ' || horarium.current_tenant(), 0))")
}
