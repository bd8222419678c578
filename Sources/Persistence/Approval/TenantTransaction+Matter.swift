public import Foundation
import Jobs
import Postgres
public import Tenancy

extension TenantTransaction {
  /// Refuses whoever may not do `operation` for every department that the problem of this snapshot concerns.
  public func demand(_ operation: Tenancy.Operation, ofSnapshot hash: String) async throws {
    try context.principal.demand(operation)
    guard context.principal.scope != .all else { return }
    guard let stored = try await sql.first(Self.reachOfSnapshot, hash) else {
      throw StoreError.unknown(kind: "snapshot", id: hash)
    }
    try context.principal.demand(operation, concerning: DepartmentReach(stored.departments))
  }

  /// As `demand(_:ofSnapshot:)`, of the snapshot a variant was made from.
  func demand(_ operation: Tenancy.Operation, ofVariant id: UUID) async throws {
    try context.principal.demand(operation)
    guard context.principal.scope != .all else { return }
    guard let stored = try await sql.first(Self.reachOfVariant, id) else {
      throw StoreError.unknown(kind: "variant", id: id.uuidString.lowercased())
    }
    try context.principal.demand(operation, concerning: DepartmentReach(stored.departments))
  }

  /// Departments and authors of the timetable that an approval is about.
  func matter(of workflow: UUID) async throws -> ApprovalMatter {
    guard let stored = try await sql.first(Self.matter, workflow) else {
      throw StoreError.unknown(kind: "workflow", id: workflow.uuidString.lowercased())
    }
    return ApprovalMatter(
      reach: DepartmentReach(stored.departments), authors: Set(stored.authors), allowsOwnApproval: stored.allowsOwn)
  }

  /// As `demand(_:ofSnapshot:)`, of the data that the workflow's term has now.
  func demandPresent(_ operation: Tenancy.Operation, of workflow: Workflow) async throws {
    guard context.principal.scope != .all, let present = try await presentSnapshot(of: workflow.term) else { return }
    try await demand(operation, ofSnapshot: present)
  }

  /// Whether the person acts for all departments of the timetable, and may see all of it before it is published.
  func actsForAll(of workflow: Workflow) async throws -> Bool {
    guard context.principal.scope != .all else { return true }
    return context.principal.scope.covers(try await matter(of: workflow.id).reach)
  }

  /// Whether the tenant lets people approve what they submitted themselves.
  public func allowsOwnApproval() async throws -> Bool {
    try await sql.first(Self.readOwnApproval) ?? false
  }

  public func setAllowsOwnApproval(_ isAllowed: Bool) async throws {
    try await sql.execute(Self.writeOwnApproval, isAllowed)
  }

  private struct Reach: Decodable, Sendable {
    var departments: [String]?
  }

  private struct Matter: Decodable, Sendable {
    var departments: [String]?
    var authors: [String]
    var allowsOwn: Bool
  }
}

// MARK: SQL

extension TenantTransaction {
  private static let reachOfSnapshot = Statement<String, Reach>.documents(
    "SELECT jsonb_build_object('departments', to_jsonb(departments)) FROM problem_snapshot WHERE hash = $1"
  ) { [.text($0)] }

  private static let reachOfVariant = Statement<UUID, Reach>.documents(
    """
    SELECT jsonb_build_object('departments', to_jsonb(s.departments))
    FROM variant v JOIN timetable t ON t.id = v.timetable JOIN problem_snapshot s ON s.hash = t.snapshot
    WHERE v.id = $1
    """
  ) { [.uuid($0)] }

  /// Whatever was done to it that is no judgment of it makes an author.
  private static let matter = Statement<UUID, Matter>.documents(
    """
    SELECT jsonb_build_object('departments', to_jsonb(s.departments),
      'authors', to_jsonb(ARRAY[w.created_by, t.created_by] || ARRAY(
        SELECT DISTINCT e.actor FROM workflow_event e WHERE e.workflow = w.id
          AND e.action NOT IN ('waive', 'approve', 'reject', 'request_revision', 'publish', 'archive'))),
      'allowsOwn', (SELECT allows_own FROM approval_setting))
    FROM workflow w JOIN timetable t ON t.id = w.timetable JOIN problem_snapshot s ON s.hash = t.snapshot
    WHERE w.id = $1
    """
  ) { [.uuid($0)] }

  private static let readOwnApproval = Statement<Void, Bool>("SELECT allows_own FROM approval_setting") {
    (row: inout RowReader) throws(RowError) in try row.bool()
  }

  private static let writeOwnApproval = Statement<Bool, Void>("UPDATE approval_setting SET allows_own = $1") {
    [.bool($0)]
  }
}
