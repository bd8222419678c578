public import Foundation
import Jobs
public import Postgres
package import Tenancy

/// Somebody who runs the platform. Belongs to no tenant.
public struct OperatorAccount: Sendable {
  public var id: UUID
  public var email: String
  public var displayName: String
  public var passwordHash: String
  public var tokenVersion: Int

  package var principal: Principal {
    Principal(
      tenant: nil, user: id.uuidString.lowercased(), displayName: displayName, roles: [.platformOperator],
      tokenVersion: tokenVersion)
  }
}

/// In control transactions.
public enum Operators {
  public static func find(email: String, in sql: Transaction) async throws -> OperatorAccount? {
    try await sql.first(byEmail, email.lowercased())
  }

  public static func find(_ id: UUID, in sql: Transaction) async throws -> OperatorAccount? {
    try await sql.first(byID, id)
  }

  /// A new password voids all tokens.
  public static func upsert(
    email: String, displayName: String, passwordHash: String, in sql: Transaction
  ) async throws {
    try await sql.execute(upsert, (email.lowercased(), displayName, passwordHash))
  }

  private static let byEmail = Statement<String, OperatorAccount>(
    "SELECT id, email, display_name, password_hash, token_version FROM horarium.operator WHERE email = $1",
    encode: { [.text($0)] }, decode: read)

  private static let byID = Statement<UUID, OperatorAccount>(
    "SELECT id, email, display_name, password_hash, token_version FROM horarium.operator WHERE id = $1",
    encode: { [.uuid($0)] }, decode: read)

  private static let upsert = Statement<(String, String, String), Void>(
    """
    INSERT INTO horarium.operator AS o (id, email, display_name, password_hash) VALUES (gen_random_uuid(), $1, $2, $3)
    ON CONFLICT (email) DO UPDATE SET display_name = excluded.display_name, password_hash = excluded.password_hash,
      token_version = o.token_version + 1
    """
  ) { [.text($0.0), .text($0.1), .text($0.2)] }

  private static let read: @Sendable (inout RowReader) throws(RowError) -> OperatorAccount = {
    (row: inout RowReader) throws(RowError) in
    OperatorAccount(
      id: try row.uuid(), email: try row.text(), displayName: try row.text(), passwordHash: try row.text(),
      tokenVersion: Int(try row.int()))
  }
}
