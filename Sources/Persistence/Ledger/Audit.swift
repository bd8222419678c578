public import Foundation
public import Jobs
public import Postgres
public import Tenancy

/// One link of a tenant's audit chain.
public struct AuditRow: Hashable, Sendable {
  public var number: Int64
  public var at: Date
  public var actor: String
  public var action: String
  public var subject: String
  /// JSON.
  public var detail: Data
  /// Hexadecimal.
  public var hash: String
}

extension TenantTransaction {
  /// Newest first. `before`: the number of the last row of the page before.
  public func audit(before: Int64? = nil, limit: Int = 50) async throws -> [AuditRow] {
    try await sql.run(Self.auditPage, (before, max(1, min(200, limit))))
  }

  private static let auditPage = Statement<(Int64?, Int), AuditRow>(
    """
    SELECT number, at, actor, action, subject, detail, encode(hash, 'hex') FROM horarium.audit
    WHERE tenant = horarium.current_tenant() AND number < coalesce($1, 9223372036854775807)
    ORDER BY number DESC LIMIT $2
    """,
    encode: { [.optional($0.0), .int(Int64($0.1))] }
  ) { (row: inout RowReader) throws(RowError) in
    AuditRow(
      number: try row.int(), at: try row.timestamp(), actor: try row.text(), action: try row.text(),
      subject: try row.text(), detail: try row.json(), hash: try row.text())
  }
}

public enum AuditVerdict: Hashable, Sendable {
  case whole(links: Int)
  /// The first link that does not follow from the one before: changed, moved, or its predecessor removed.
  case broken(at: Int64)
  /// Every link is right, but the chain ends before the head says it does.
  case cutOff(after: Int64, head: Int64)
}

/// Re-computes a tenant's chain from its first link.
public enum AuditChain {
  /// - Parameter sql: a control transaction
  public static func verify(tenant: TenantID, in sql: Transaction) async throws -> AuditVerdict {
    guard let finding = try await sql.first(verify, tenant) else { return .whole(links: 0) }
    if let broken = finding.broken { return .broken(at: broken) }
    if finding.last != finding.head { return .cutOff(after: finding.last, head: finding.head) }
    return .whole(links: Int(finding.last))
  }

  private struct Finding: Sendable {
    var broken: Int64?
    var last: Int64
    var head: Int64
  }

  private static let verify = Statement<TenantID, Finding>(
    """
    WITH chain AS (
      SELECT a.*, row_number() OVER (ORDER BY number) AS place,
        lag(hash, 1, sha256(convert_to($1, 'UTF8'))) OVER (ORDER BY number) AS previous
      FROM horarium.audit a WHERE tenant = $1
    ), findings AS (
      SELECT min(number) FILTER (WHERE number <> place OR hash <> horarium.audit_hash(
          previous, tenant, number, at, actor, action, subject, detail)) AS broken,
        coalesce(max(number), 0) AS last
      FROM chain
    )
    SELECT f.broken, f.last, h.number + CASE WHEN f.last = h.number AND h.hash IS DISTINCT FROM
        (SELECT hash FROM horarium.audit a WHERE a.tenant = $1 AND a.number = f.last) THEN 1 ELSE 0 END
    FROM findings f, horarium.audit_head h WHERE h.tenant = $1
    """,
    encode: { [.text($0.rawValue)] }
  ) { (row: inout RowReader) throws(RowError) in
    Finding(broken: try row.intIfPresent(), last: try row.int(), head: try row.int())
  }
}
