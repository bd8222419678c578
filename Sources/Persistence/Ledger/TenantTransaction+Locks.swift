import Jobs
import Postgres
public import Timetabling

/// The order in which a tenant's transactions lock, so that no two wait for one another: the term, the list of
/// presets, accounts, variant, approval, and last the audit chain, which every change ends with.
extension TenantTransaction {
  /// For a transaction of many changes, each of which ends with a link of the audit chain: whatever they lock before.
  public func lockAll(replacing problem: Problem?) async throws {
    if let problem { _ = try await lockTerm(of: problem) }
    _ = try await sql.first(Self.lockPresets)
    _ = try await sql.run(Self.lockAccounts)
  }

  /// Locks the term's row, which is made where there is none; the first statement of whatever changes a term.
  ///
  /// - Returns: the tag of what is stored; nil where nothing was imported yet
  func lockTerm(of problem: Problem) async throws -> String? {
    do {
      // Waits for a rival's first import of the same term.
      try await sql.execute(Self.reserveTerm, problem.term)
      return try await sql.first(Self.lockTag, problem.term.id)?.tag
    } catch let error as PostgresError where error.isServerError(SQLState.lockNotAvailable) {
      throw StoreError.busy(kind: "term", id: problem.term.id.rawValue)
    }
  }

  private struct LockedTerm: Sendable {
    /// Nil: reserved a moment ago, and not imported yet.
    var tag: String?
  }

  private static let reserveTerm = Statement<Term, Void>(
    """
    INSERT INTO term (id, name, document_name, first_day, week_count, time_zone, revision)
    VALUES ($1, $2, '', $3::text::date, $4, $5, 0) ON CONFLICT (id) DO NOTHING
    """
  ) {
    [
      .text($0.id.rawValue), .text($0.name), .text($0.firstDay), .int(Int64($0.weekCount)), .text($0.timeZone),
    ]
  }

  /// Weaker than FOR UPDATE: a worker that stores a timetable of the term need not wait for an import.
  private static let lockTag = Statement<TermID, LockedTerm>(
    """
    SELECT CASE WHEN revision > 0 THEN revision || '-' || left(snapshot, 16) END
    FROM term WHERE id = $1 FOR NO KEY UPDATE
    """,
    encode: { [.text($0.rawValue)] }
  ) { (row: inout RowReader) throws(RowError) in LockedTerm(tag: try row.textIfPresent()) }

  private static let lockPresets = Statement<Void, Int64>("SELECT revision FROM preset_list FOR UPDATE") {
    (row: inout RowReader) throws(RowError) in try row.int()
  }

  private static let lockAccounts = Statement<Void, String>(
    "SELECT email FROM account ORDER BY email FOR NO KEY UPDATE"
  ) { (row: inout RowReader) throws(RowError) in try row.text() }
}
