public import Foundation
public import Jobs
import Postgres
public import Tenancy

/// What a token names, to be looked up together.
public struct StandingQuestion: Hashable, Sendable {
  public var account: UUID
  /// The token's own name.
  public var token: String
  /// All tokens that came of one sign-in.
  public var session: String

  public init(account: UUID, token: String, session: String) {
    self.account = account
    self.token = token
    self.session = session
  }
}

/// What the database says, right now, about somebody who shows a token: one look for the tenant, the account, the
/// session and the token.
public struct Standing: Sendable {
  public var tenantState: TenantState
  public var tenantVersion: Int
  public var isSessionRevoked: Bool
  /// Seconds since the token was refreshed; nil while it has no successor.
  public var retiredFor: Double?
  /// Nil where there is no such account any more.
  public var account: Account?
}

/// A name for the next token of a session, and when it was issued.
public struct TokenSuccessor: Hashable, Sendable {
  public var id: String
  /// Seconds since 1970 UTC.
  public var issuedAt: Int64

  public init(id: String, issuedAt: Int64) {
    self.id = id
    self.issuedAt = issuedAt
  }
}

extension TenantTransaction {
  /// One for each question, in their order.
  public func standings(_ questions: [StandingQuestion]) async throws -> [Standing] {
    try await sql.run(Self.standings, questions)
  }

  /// Marks the token as refreshed and returns what came in its place: `proposed`, or what was proposed by whoever
  /// refreshed it first.
  ///
  /// - Parameter end: when the token would have expired anyway
  public func retire(token: String, for proposed: TokenSuccessor, until end: Date) async throws -> TokenSuccessor {
    try await sql.execute(Self.forgetRetired)
    return try await sql.first(Self.retire, (token, proposed, end)) ?? proposed
  }

  /// All tokens of the session are void from now on.
  ///
  /// - Parameter end: when the last of them would have expired anyway
  public func revoke(session: String, until end: Date) async throws {
    try await sql.execute(Self.forgetRevoked)
    try await sql.execute(Self.revoke, (session, end))
  }
}

// MARK: SQL

extension TenantTransaction {
  private static let standings = Statement<[StandingQuestion], Standing>(
    """
    SELECT t.state::text, t.token_version,
      EXISTS (SELECT FROM revoked_session r WHERE r.id = q.session),
      (SELECT extract(epoch FROM clock_timestamp() - r.retired_at)::float8 FROM retired_token r WHERE r.jti = q.token),
      CASE WHEN a.id IS NOT NULL THEN jsonb_build_object('id', a.id, 'email', a.email, 'displayName', a.display_name,
        'roles', to_jsonb(a.roles), 'departments', to_jsonb(a.departments), 'teacher', a.teacher, 'group', a.class_group,
        'student', a.student, 'isEnabled', a.is_enabled, 'tokenVersion', a.token_version, 'createdAt', a.created_at) END
    FROM unnest($1::uuid[], $2::text[], $3::text[]) WITH ORDINALITY AS q (account, token, session, number)
    JOIN horarium.tenant t ON t.id = horarium.current_tenant()
    LEFT JOIN account a ON a.id = q.account
    ORDER BY q.number
    """,
    encode: { questions in
      [.uuidArray(questions.map(\.account)), .textArray(questions.map(\.token)), .textArray(questions.map(\.session))]
    }
  ) { (row: inout RowReader) throws(RowError) in
    guard let state = TenantState(rawValue: try row.text()) else { throw row.refusal("not a tenant's state") }
    var standing = Standing(
      tenantState: state, tenantVersion: Int(try row.int()), isSessionRevoked: try row.bool(),
      retiredFor: try row.doubleIfPresent(), account: nil)
    if let json = try row.jsonIfPresent() {
      do {
        standing.account = try RowDocument.decoder().decode(Account.self, from: json)
      } catch {
        throw row.refusal("\(error)")
      }
    }
    return standing
  }

  /// The update that changes nothing makes a rival wait, and then read what the first one wrote.
  private static let retire = Statement<(String, TokenSuccessor, Date), TokenSuccessor>(
    """
    INSERT INTO retired_token AS r (jti, successor, successor_issued_at, ends_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT (jti) DO UPDATE SET ends_at = r.ends_at RETURNING successor, successor_issued_at
    """,
    encode: { [.text($0.0), .text($0.1.id), .int($0.1.issuedAt), .timestamp($0.2)] }
  ) { (row: inout RowReader) throws(RowError) in TokenSuccessor(id: try row.text(), issuedAt: try row.int()) }

  /// Some at a time, and none that somebody else is about to forget.
  private static let forgetRetired = Statement<Void, Void>(
    """
    DELETE FROM retired_token WHERE jti IN (
      SELECT jti FROM retired_token WHERE ends_at < now() ORDER BY ends_at LIMIT 100 FOR UPDATE SKIP LOCKED)
    """)

  private static let revoke = Statement<(String, Date), Void>(
    "INSERT INTO revoked_session (id, ends_at) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING"
  ) { [.text($0.0), .timestamp($0.1)] }

  private static let forgetRevoked = Statement<Void, Void>(
    """
    DELETE FROM revoked_session WHERE id IN (
      SELECT id FROM revoked_session WHERE ends_at < now() ORDER BY ends_at LIMIT 100 FOR UPDATE SKIP LOCKED)
    """)
}

/// Names of PostgreSQL's channels.
public enum AccessChannel {
  /// Payload: the tenant, a space, and `directory` (its state or quotas) or `accounts` (with their sessions).
  public static let changed = "horarium_access_changed"
}
