public import Foundation
import Postgres
import Tenancy

/// What a client sends so that a request that was lost on the way can be sent again without harm. A key belongs to
/// the account that chose it, for `life`.
public struct IdempotencyKey: Hashable, Sendable {
  /// 1...200 characters.
  public var key: String
  /// SHA-256 of what was asked for.
  public var requestHash: [UInt8]

  /// After this the same key is a new one.
  public static let life = Duration.seconds(86_400)
  /// A request that holds its key for longer has died with its server: the next one takes the key over.
  public static let longestHold = Duration.seconds(120)

  public init(key: String, requestHash: [UInt8]) {
    self.key = key
    self.requestHash = requestHash
  }
}

/// The right to answer for a key.
public struct IdempotencyHold: Hashable, Sendable {
  public let key: String
  let holder: UUID
}

public enum IdempotencyState: Hashable, Sendable {
  /// The first request with this key: do it, then answer in the transaction that does it, or let go.
  case held(IdempotencyHold)
  /// It was done before: the answer of that time.
  case answered(status: Int, body: Data)
  /// The same request is at work.
  case inFlight
  /// The key came before with another request, or for another operation.
  case mismatch
}

/// Thrown where another request has taken the key over meanwhile: nothing of this one may be stored.
public struct IdempotencyHoldLost: Error, Hashable, Sendable, CustomStringConvertible {
  public let key: String

  public var description: String {
    "The idempotency key '\(key)' was taken over by a later request.\nMaybe send the same request again."
  }
}

extension TenantTransaction {
  /// Takes a key, before anything else is looked at. Commit at once: who comes next shall see that it is taken.
  public func takeIdempotencyKey(_ key: IdempotencyKey, operation: String) async throws -> IdempotencyState {
    let holder = UUID()
    if try await sql.execute(Self.take, Take(key: key, operation: operation, account: actor, holder: holder)) == 1 {
      return .held(IdempotencyHold(key: key.key, holder: holder))
    }
    guard let earlier = try await sql.first(Self.earlierAnswer, (actor, key.key)) else { return .inFlight }
    guard earlier.operation == operation, earlier.requestHash == key.requestHash else { return .mismatch }
    guard let status = earlier.status, let body = earlier.body else { return .inFlight }
    return .answered(status: status, body: body)
  }

  /// To be called in the transaction whose effects the answer tells of.
  /// - Parameter body: JSON
  public func answer(_ hold: IdempotencyHold, status: Int, body: Data) async throws {
    guard try await sql.execute(Self.recordAnswer, (actor, hold, status, body)) == 1 else {
      throw IdempotencyHoldLost(key: hold.key)
    }
  }

  /// After a request that was refused: with the same key it may be tried again.
  public func letGo(_ hold: IdempotencyHold) async throws {
    try await sql.execute(Self.release, (actor, hold))
  }

  private struct Take: Sendable {
    var key: IdempotencyKey
    var operation: String
    var account: String
    var holder: UUID
  }

  private struct EarlierAnswer: Sendable {
    var operation: String
    var requestHash: [UInt8]
    var status: Int?
    var body: Data?
  }

  /// A row: the key was new, outlived its life, or was left behind by an equal request whose time is up.
  private static let take = Statement<Take, Void>(
    """
    INSERT INTO horarium.idempotency AS i (account, key, operation, request_hash, holder, held_until)
    VALUES ($1, $2, $3, $4, $5, clock_timestamp() + make_interval(secs => $6))
    ON CONFLICT (tenant, account, key) DO UPDATE SET operation = excluded.operation,
      request_hash = excluded.request_hash, holder = excluded.holder, held_until = excluded.held_until,
      created_at = clock_timestamp(), status = NULL, body = NULL
    WHERE i.created_at < clock_timestamp() - make_interval(secs => $7)
      OR i.held_until < clock_timestamp() AND i.request_hash = excluded.request_hash
        AND i.operation = excluded.operation
    """
  ) { take in
    [
      .text(take.account), .text(take.key.key), .text(take.operation), .bytes(take.key.requestHash),
      .uuid(take.holder), .double(IdempotencyKey.longestHold.seconds), .double(IdempotencyKey.life.seconds),
    ]
  }

  private static let earlierAnswer = Statement<(String, String), EarlierAnswer>(
    "SELECT operation, request_hash, status, body FROM horarium.idempotency WHERE account = $1 AND key = $2",
    encode: { [.text($0.0), .text($0.1)] }
  ) { (row: inout RowReader) throws(RowError) in
    EarlierAnswer(
      operation: try row.text(), requestHash: try row.bytes(), status: try row.intIfPresent().map(Int.init),
      body: try row.jsonIfPresent())
  }

  private static let recordAnswer = Statement<(String, IdempotencyHold, Int, Data), Void>(
    """
    UPDATE horarium.idempotency SET status = $4, body = $5, holder = NULL, held_until = NULL
    WHERE account = $1 AND key = $2 AND holder = $3
    """
  ) { [.text($0.0), .text($0.1.key), .uuid($0.1.holder), .int(Int64($0.2)), .json($0.3)] }

  private static let release = Statement<(String, IdempotencyHold), Void>(
    "DELETE FROM horarium.idempotency WHERE account = $1 AND key = $2 AND holder = $3"
  ) { [.text($0.0), .text($0.1.key), .uuid($0.1.holder)] }
}
