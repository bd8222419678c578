public import Foundation
public import Jobs
import Postgres
import Tenancy
public import Timetabling
import Verification

public struct TermSummary: Hashable, Sendable, Codable {
  public var id: TermID
  public var name: String
  public var firstDay: String
  public var weekCount: Int
  public var timeZone: String
  public var lessons: Int
  public var teachers: Int
  public var rooms: Int
  public var groups: Int
  public var students: Int
  /// Counts the imports.
  public var revision: Int
  public var importedAt: Date
  /// The timetable people see, if one is published.
  public var published: UUID?
}

/// A problem in the form in which it is stored, made before the transaction that stores it: the bytes that are hashed
/// are the bytes that are kept.
public struct PreparedProblem: Sendable {
  public let problem: Problem
  public let hash: String
  let document: Data

  /// Writes all of the problem as JSON: for a thread of its own where it is large.
  public init(_ problem: Problem) {
    self.problem = problem
    (hash, document) = ContentHash.document(of: problem)
  }

  /// How long storing it may take.
  public var deadline: Duration {
    // PostgreSQL keeps a document in about a quarter of its bytes. An import also fills some twenty tables.
    min(WorkDeadline.most, .seconds(30) + WorkDeadline.forDocument(storedBytes: document.count / 4))
  }
}

public struct ImportSummary: Hashable, Sendable, Codable {
  public var term: TermID
  public var snapshot: String
  /// Rows by kind: `lessons`, `rooms`, …
  public var counts: [String: Int]
}

extension TenantTransaction {
  /// Replaces all of a term's data by `problem`, which must have passed `ProblemCheck`: what that would complain of
  /// ends here as a refused key or check, without a place. Timetables made before keep their own names and snapshot.
  ///
  /// Imports of one term come one after the other: the term's row is locked before anything else is read or written.
  ///
  /// - Throws: `AccessRefusal`; `StoreError.changed`, `.unconditional` as `precondition` says; `StoreError.busy`
  public func importProblem(_ problem: Problem, if precondition: Precondition = .none) async throws -> ImportSummary {
    try await importProblem(PreparedProblem(problem), if: precondition)
  }

  public func importProblem(
    _ prepared: PreparedProblem, if precondition: Precondition = .none
  ) async throws -> ImportSummary {
    let (problem, hash) = (prepared.problem, prepared.hash)
    try context.principal.demand(.importInstitution)
    let current = try await lockTerm(of: problem)
    try await demandImport(of: problem)
    try precondition.check("term", problem.term.id.rawValue, current: current)
    try await keepSnapshots()
    try await store(prepared)
    for statement in ImportStatements.clear { try await sql.execute(statement, problem.term.id) }
    try await sql.execute(ImportStatements.term, hash)
    for statement in ImportStatements.fill { try await sql.execute(statement, hash) }
    let counts = [
      "zones": problem.zones.count, "buildings": problem.buildings.count, "rooms": problem.rooms.count,
      "departments": problem.departments.count, "programs": problem.programs.count,
      "teachers": problem.teachers.count, "groups": problem.groups.count, "students": problem.students.count,
      "courses": problem.courses.count, "lessons": problem.lessons.count, "constraints": problem.constraints.count,
    ]
    let summary = ImportSummary(term: problem.term.id, snapshot: hash, counts: counts)
    try await appendAudit(
      action: "institution.imported", subject: "term:\(problem.term.id)", detail: try AuditDetail.data(summary))
    return summary
  }

  /// Refuses whoever does not act for all departments that the import concerns.
  public func demandImport(of problem: Problem) async throws {
    try context.principal.demand(.importInstitution)
    guard context.principal.scope != .all else { return }
    let reach = DepartmentReach(
      replacing: try await loadProblem(term: problem.term.id), by: problem,
      known: Set(try await sql.run(Self.knownDepartments)))
    try context.principal.demand(.importInstitution, concerning: reach)
  }

  /// Refuses whoever would replace another state of the term than was meant. Without a lock: the import looks again.
  public func demand(_ precondition: Precondition, on term: TermID) async throws {
    try precondition.check("term", term.rawValue, current: try await termTag(term))
  }

  /// What `If-Match` compares: changes with every import, and with the content. Nil where there is no such term.
  public func termTag(_ term: TermID) async throws -> String? { try await sql.first(Self.readTag, term) }

  /// Equal to what was imported.
  public func loadProblem(term: TermID) async throws -> Problem? {
    try await sql.first(Problem.load, term)
  }

  /// By first day, the latest first.
  public func terms() async throws -> [TermSummary] {
    try await sql.run(TermSummary.all)
  }

  public func snapshot(_ hash: String) async throws -> Problem? {
    try await sql.first(Self.readSnapshot, hash)
  }

  private func store(_ prepared: PreparedProblem) async throws {
    // Only whoever stores the document stores its students; a second one finds both.
    let row = (prepared.hash, prepared.problem.term.id, prepared.document)
    guard try await sql.first(Self.writeSnapshot, row) != nil else { return }
    if !prepared.problem.students.isEmpty { try await sql.execute(Self.writeStudents, prepared.hash) }
  }

  private static let knownDepartments = Statement<Void, String>("SELECT DISTINCT id FROM department") {
    (row: inout RowReader) throws(RowError) in try row.text()
  }

  private static let readTag = Statement<TermID, String>(
    "SELECT revision || '-' || left(snapshot, 16) FROM term WHERE id = $1", encode: { [.text($0.rawValue)] }
  ) { (row: inout RowReader) throws(RowError) in try row.text() }

  private static let writeSnapshot = Statement<(String, TermID, Data), String>(
    """
    INSERT INTO problem_snapshot (hash, term, document) VALUES ($1, $2, $3) ON CONFLICT (hash) DO NOTHING RETURNING hash
    """, encode: { [.text($0.0), .text($0.1.rawValue), .json($0.2)] }
  ) { (row: inout RowReader) throws(RowError) in try row.text() }

  /// Who attends what, for the weeks of timetables that are made from this snapshot.
  private static let writeStudents = Statement<String, Void>(
    """
    WITH single AS (
      SELECT x.id AS student, array_agg(l.value ->> 'id') AS lessons
      FROM problem_snapshot s, jsonb_array_elements(s.document -> 'lessons') AS l(value),
        jsonb_array_elements_text(l.value -> 'students') AS x(id)
      WHERE s.hash = $1 GROUP BY x.id
    )
    INSERT INTO snapshot_student (snapshot, student, name, class_group, lessons)
    SELECT s.hash, t.id, t.name, t.class_group, coalesce(n.lessons, '{}')
    FROM problem_snapshot s, ROWS FROM (jsonb_to_recordset(s.document -> 'students') AS
        (id text, name text, "group" text)) AS t(id, name, class_group)
      LEFT JOIN single n ON n.student = t.id
    WHERE s.hash = $1
    """
  ) { [.text($0)] }

  private static let readSnapshot = Statement<String, Problem>.documents(
    "SELECT document FROM problem_snapshot WHERE hash = $1"
  ) { [.text($0)] }
}

extension TermSummary {
  static let all = Statement<Void, TermSummary>.documents(
    """
    SELECT jsonb_build_object('id', t.id, 'name', t.name, 'firstDay', t.first_day, 'weekCount', t.week_count,
      'timeZone', t.time_zone, 'revision', t.revision, 'importedAt', t.imported_at,
      'lessons', (SELECT count(*) FROM lesson WHERE term = t.id),
      'teachers', (SELECT count(*) FROM teacher WHERE term = t.id),
      'rooms', (SELECT count(*) FROM room WHERE term = t.id),
      'groups', (SELECT count(*) FROM class_group WHERE term = t.id),
      'students', (SELECT count(*) FROM student WHERE term = t.id),
      'published', (SELECT id FROM timetable WHERE term = t.id AND is_active))
    FROM term t ORDER BY t.first_day DESC, t.id
    """)
}
