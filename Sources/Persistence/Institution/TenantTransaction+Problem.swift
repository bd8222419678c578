public import Foundation
public import Jobs
import Postgres
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

/// A problem as it was at one moment, named by its content.
public struct ProblemSnapshot: Hashable, Sendable {
  public var hash: String
  public var problem: Problem
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
  public func importProblem(_ problem: Problem) async throws -> ImportSummary {
    let hash = ContentHash.of(problem)
    try await store(problem, hash: hash)
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
      action: "institution.imported", subject: "term:\(problem.term.id)", detail: try JSONEncoder().encode(summary))
    return summary
  }

  /// Equal to what was imported.
  public func loadProblem(term: TermID) async throws -> Problem? {
    try await sql.first(Problem.load, term)
  }

  /// By first day, the latest first.
  public func terms() async throws -> [TermSummary] {
    try await sql.run(TermSummary.all)
  }

  /// Keeps the term's data as it is now, for a generation to work on.
  public func createSnapshot(term: TermID) async throws -> ProblemSnapshot? {
    guard let problem = try await loadProblem(term: term) else { return nil }
    let hash = ContentHash.of(problem)
    try await store(problem, hash: hash)
    return ProblemSnapshot(hash: hash, problem: problem)
  }

  public func snapshot(_ hash: String) async throws -> Problem? {
    try await sql.first(Self.readSnapshot, hash)
  }

  private func store(_ problem: Problem, hash: String) async throws {
    let document = try JSONEncoder().encode(problem)
    try await sql.execute(Self.writeSnapshot, (hash, problem.term.id, document))
  }

  private static let writeSnapshot = Statement<(String, TermID, Data), Void>(
    "INSERT INTO problem_snapshot (hash, term, document) VALUES ($1, $2, $3) ON CONFLICT (hash) DO NOTHING"
  ) { [.text($0.0), .text($0.1.rawValue), .json($0.2)] }

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
