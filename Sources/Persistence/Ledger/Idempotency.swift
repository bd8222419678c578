public import Foundation
public import Jobs
import Postgres

public enum IdempotencyState: Hashable, Sendable {
  /// The first request with this key: do it, then `recordIdempotent` in the same transaction.
  case fresh
  /// It was done before: the answer of that time.
  case replay(status: Int, body: Data)
  /// The key came before with another request, or for another operation.
  case mismatch
}

extension TenantTransaction {
  /// Takes a key. A rival request with the same key that is still at work is waited for.
  public func beginIdempotent(_ key: IdempotencyKey, operation: String) async throws -> IdempotencyState {
    if try await sql.execute(Self.take, (key, operation)) == 1 { return .fresh }
    guard let earlier = try await sql.first(Self.earlierAnswer, key.key), earlier.operation == operation,
      earlier.requestHash == key.requestHash, let status = earlier.status, let body = earlier.body
    else { return .mismatch }
    return .replay(status: status, body: body)
  }

  /// - Parameter body: JSON
  public func recordIdempotent(_ key: IdempotencyKey, status: Int, body: Data) async throws {
    try await sql.execute(Self.recordAnswer, (key.key, status, body))
  }

  private struct EarlierAnswer: Sendable {
    var operation: String
    var requestHash: [UInt8]
    var status: Int?
    var body: Data?
  }

  private static let take = Statement<(IdempotencyKey, String), Void>(
    """
    INSERT INTO horarium.idempotency (key, operation, request_hash) VALUES ($1, $2, $3)
    ON CONFLICT (tenant, key) DO NOTHING
    """
  ) { [.text($0.0.key), .text($0.1), .bytes($0.0.requestHash)] }

  private static let earlierAnswer = Statement<String, EarlierAnswer>(
    "SELECT operation, request_hash, status, body FROM horarium.idempotency WHERE key = $1", encode: { [.text($0)] }
  ) { (row: inout RowReader) throws(RowError) in
    EarlierAnswer(
      operation: try row.text(), requestHash: try row.bytes(), status: try row.intIfPresent().map(Int.init),
      body: try row.jsonIfPresent())
  }

  private static let recordAnswer = Statement<(String, Int, Data), Void>(
    "UPDATE horarium.idempotency SET status = $2, body = $3 WHERE key = $1"
  ) { [.text($0.0), .int(Int64($0.1)), .json($0.2)] }
}
