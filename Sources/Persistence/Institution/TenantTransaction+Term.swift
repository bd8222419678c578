import Foundation
public import Jobs
import Postgres
import Tenancy
public import Timetabling

extension TenantTransaction {
  /// Removes a term's data and everything that was made for it. What is recorded of it in the audit log stays.
  ///
  /// - Throws: `StoreError.inUse` as long as people see a timetable of it, an approval is open, or a job works on it
  public func deleteTerm(_ term: TermID, if precondition: Precondition = .none) async throws {
    try context.principal.demand(.deleteTerm)
    do {
      guard try await sql.first(Self.lockWhole, term) != nil else {
        throw StoreError.unknown(kind: "term", id: term.rawValue)
      }
    } catch let error as PostgresError where error.isServerError(SQLState.lockNotAvailable) {
      throw StoreError.busy(kind: "term", id: term.rawValue)
    }
    try await demand(precondition, on: term)
    let users = try await sql.first(Self.users, term)?.inWords ?? []
    guard users.isEmpty else { throw StoreError.inUse(kind: "term", id: term.rawValue, by: users) }
    for statement in ImportStatements.clear { try await sql.execute(statement, term) }
    try await sql.execute(Self.end, term)
    try await appendAudit(action: "term.deleted", subject: "term:\(term)")
  }

  /// Keeps the term from being deleted until this transaction ends. False where there is none.
  public func hold(term: TermID) async throws -> Bool { try await sql.first(Self.hold, term) != nil }

  private struct Users: Decodable, Sendable {
    var published: Bool
    var approvals: Int
    var jobs: Int

    var inWords: [String] {
      var words: [String] = []
      if published { words.append("a timetable of it is published") }
      if approvals > 0 { words.append(approvals == 1 ? "1 approval is open" : "\(approvals) approvals are open") }
      if jobs > 0 { words.append(jobs == 1 ? "1 job is queued or running" : "\(jobs) jobs are queued or running") }
      return words
    }
  }

  private static let lockWhole = Statement<TermID, String>(
    "SELECT id FROM term WHERE id = $1 FOR UPDATE", encode: { [.text($0.rawValue)] }
  ) { (row: inout RowReader) throws(RowError) in try row.text() }

  private static let hold = Statement<TermID, String>(
    "SELECT id FROM term WHERE id = $1 FOR KEY SHARE", encode: { [.text($0.rawValue)] }
  ) { (row: inout RowReader) throws(RowError) in try row.text() }

  private static let users = Statement<TermID, Users>.documents(
    """
    SELECT jsonb_build_object(
      'published', EXISTS (SELECT FROM timetable WHERE term = $1 AND is_active),
      'approvals', (SELECT count(*) FROM workflow WHERE term = $1 AND state IN ('draft', 'pending_review', 'approved')),
      'jobs', (SELECT count(*) FROM horarium.job WHERE tenant = horarium.current_tenant()
        AND state IN ('queued', 'running') AND payload ->> 'term' = $1))
    """
  ) { [.text($0.rawValue)] }

  private static let end = Statement<TermID, Void>("SELECT end_term($1)") { [.text($0.rawValue)] }
}
