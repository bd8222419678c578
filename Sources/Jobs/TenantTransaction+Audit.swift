public import Foundation
import Postgres

extension TenantTransaction {
  /// Adds a link to the tenant's audit chain. Call it last: it holds the chain until the transaction ends.
  public func appendAudit(action: String, subject: String, detail: Data = Data("{}".utf8)) async throws {
    try await sql.execute(Self.append, (actor, action, subject, detail))
  }

  private static let append = Statement<(String, String, String, Data), Void>(
    "INSERT INTO horarium.audit (actor, action, subject, detail) VALUES ($1, $2, $3, $4)"
  ) { [.text($0.0), .text($0.1), .text($0.2), .json($0.3)] }
}
