public import Jobs
import Postgres

/// One part of a tenant as `tenants apply` left it: a preset, an account, a term's data.
public struct AppliedPart: Hashable, Sendable {
  /// `preset:Balanced`
  public var part: String
  /// What the file said: text that is compared, or a hash of it. No secrets.
  public var file: String
  /// What stood in the database right afterwards.
  public var stored: String

  public init(part: String, file: String, stored: String) {
    self.part = part
    self.file = file
    self.stored = stored
  }
}

extension TenantTransaction {
  public func appliedParts() async throws -> [AppliedPart] { try await sql.run(Self.allApplied) }

  public func recordApplied(_ part: AppliedPart) async throws { try await sql.execute(Self.recordApplied, part) }

  private static let allApplied = Statement<Void, AppliedPart>(
    "SELECT part, file, stored FROM horarium.applied_part WHERE tenant = horarium.current_tenant() ORDER BY part"
  ) { (row: inout RowReader) throws(RowError) in
    AppliedPart(part: try row.text(), file: try row.text(), stored: try row.text())
  }

  private static let recordApplied = Statement<AppliedPart, Void>(
    """
    INSERT INTO horarium.applied_part AS a (part, file, stored) VALUES ($1, $2, $3)
    ON CONFLICT (tenant, part) DO UPDATE SET file = excluded.file, stored = excluded.stored,
      applied_at = clock_timestamp()
    WHERE (a.file, a.stored) IS DISTINCT FROM (excluded.file, excluded.stored)
    """
  ) { [.text($0.part), .text($0.file), .text($0.stored)] }
}
