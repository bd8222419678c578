public import Foundation
public import Postgres
public import Tenancy

/// A message that shall leave the system because something was committed.
public struct OutboxMessage: Hashable, Sendable {
  public var id: Int64
  public var tenant: TenantID
  /// `job.completed`, `workflow.approve`, `timetable.published` …
  public var topic: String
  /// JSON.
  public var payload: Data
  public var createdAt: Date
  public var attempts: Int
}

/// The way out, for whoever delivers: at least once, in control transactions.
public enum Outbox {
  /// Takes up to `limit` due messages for `hold`; what is not reported as delivered by then is due again. Two takers
  /// never hold the same message.
  public static func take(limit: Int, hold: Duration, in sql: Transaction) async throws -> [OutboxMessage] {
    try await sql.run(take, (limit, hold))
  }

  public static func delivered(_ id: Int64, in sql: Transaction) async throws {
    try await sql.execute(delivered, id)
  }

  public static func failed(_ id: Int64, error: String, retryAfter: Duration, in sql: Transaction) async throws {
    try await sql.execute(failed, (id, error, retryAfter))
  }

  private static let take = Statement<(Int, Duration), OutboxMessage>(
    """
    WITH due AS MATERIALIZED (
      SELECT id FROM horarium.outbox WHERE delivered_at IS NULL AND due_at <= clock_timestamp()
      ORDER BY due_at, id LIMIT $1 FOR UPDATE SKIP LOCKED
    )
    UPDATE horarium.outbox o SET attempts = attempts + 1, due_at = clock_timestamp() + make_interval(secs => $2)
    FROM due WHERE o.id = due.id
    RETURNING o.id, o.tenant, o.topic, o.payload, o.created_at, o.attempts
    """,
    encode: { [.int(Int64($0.0)), .double(Double($0.1.components.seconds))] }
  ) { (row: inout RowReader) throws(RowError) in
    let id = try row.int()
    guard let tenant = TenantID(rawValue: try row.text()) else { throw row.refusal("not a tenant id") }
    return OutboxMessage(
      id: id, tenant: tenant, topic: try row.text(), payload: try row.json(), createdAt: try row.timestamp(),
      attempts: Int(try row.int()))
  }

  private static let delivered = Statement<Int64, Void>(
    "UPDATE horarium.outbox SET delivered_at = clock_timestamp(), last_error = NULL WHERE id = $1"
  ) { [.int($0)] }

  private static let failed = Statement<(Int64, String, Duration), Void>(
    """
    UPDATE horarium.outbox SET last_error = $2, due_at = clock_timestamp() + make_interval(secs => $3)
    WHERE id = $1 AND delivered_at IS NULL
    """
  ) { [.int($0.0), .text($0.1), .double(Double($0.2.components.seconds))] }
}
