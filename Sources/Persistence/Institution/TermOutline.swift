public import Jobs
import Postgres
public import Timetabling

/// The departments and class groups of a term, for telling whether somebody has named all of them.
public struct TermOutline: Hashable, Sendable, Decodable {
  public struct ClassGroup: Hashable, Sendable, Decodable {
    public var id: String
    public var name: String
    public var parts: [String]
  }

  public var departments: [Named]
  /// Ids of the departments that the term's lessons concern; nil where there are none to ask.
  public var concerned: [String]?
  public var groups: [ClassGroup]

  /// Class groups that are none of `named`, no part of one, and not made of such parts.
  public func groups(beyond named: Set<String>) -> [ClassGroup] {
    let parts = Dictionary(groups.map { ($0.id, $0.parts) }) { first, _ in first }
    var covered: Set<String> = []
    var open = Array(named)
    while let next = open.popLast() {
      if covered.insert(next).inserted { open += parts[next] ?? [] }
    }
    return groups.filter { group in
      !covered.contains(group.id) && (group.parts.isEmpty || !covered.isSuperset(of: group.parts))
    }
  }
}

extension TenantTransaction {
  public func outline(of term: TermID) async throws -> TermOutline? { try await sql.first(Self.outline, term) }

  private static let outline = Statement<TermID, TermOutline>.documents(
    """
    SELECT jsonb_build_object('concerned', to_jsonb(s.departments),
      'departments', coalesce((
        SELECT jsonb_agg(jsonb_build_object('id', d.id, 'name', d.name) ORDER BY d.position)
        FROM department d WHERE d.term = t.id), '[]'),
      'groups', coalesce((
        SELECT jsonb_agg(jsonb_build_object('id', g.id, 'name', g.name, 'parts', to_jsonb(ARRAY(
          SELECT p.part FROM class_group_part p WHERE p.term = g.term AND p.class_group = g.id ORDER BY p.position)))
          ORDER BY g.position)
        FROM class_group g WHERE g.term = t.id), '[]'))
    FROM term t JOIN problem_snapshot s ON s.hash = t.snapshot WHERE t.id = $1
    """
  ) { [.text($0.rawValue)] }
}
