public import Foundation
public import Jobs
import Postgres
public import Timetabling

/// A problem as the database keeps it: to be read outside of the transaction and off the cooperative pool, since a
/// large one takes seconds.
public struct StoredSnapshot: Hashable, Sendable {
  public var hash: String
  /// JSON.
  public var document: Data

  public func problem() throws -> Problem { try RowDocument.decoder().decode(Problem.self, from: document) }
}

/// Which snapshot a term's data is, and how much of it there is.
public struct SnapshotReference: Hashable, Sendable {
  public var hash: String
  /// As stored, compressed.
  public var storedBytes: Int
}

extension TenantTransaction {
  /// The term's data as it was imported last.
  public func currentSnapshot(term: TermID) async throws -> SnapshotReference? {
    try await sql.first(Self.snapshotOfTerm, term)
  }

  public func storedSnapshot(_ hash: String) async throws -> StoredSnapshot? {
    try await sql.first(Self.storedDocument, hash)
  }

  /// Of those that are stored, compressed.
  func storedBytes(of hashes: Set<String>) async throws -> Int {
    Int(try await sql.first(Self.sizeOfDocuments, hashes.sorted()) ?? 0)
  }

  public func hasSnapshot(_ hash: String) async throws -> Bool {
    try await sql.execute(Self.snapshotExists, hash) > 0
  }

  private static let snapshotOfTerm = Statement<TermID, SnapshotReference>(
    """
    SELECT s.hash, pg_column_size(s.document) FROM term t JOIN problem_snapshot s ON s.hash = t.snapshot
    WHERE t.id = $1
    """,
    encode: { [.text($0.rawValue)] }
  ) { (row: inout RowReader) throws(RowError) in
    SnapshotReference(hash: try row.text(), storedBytes: Int(try row.int()))
  }

  private static let storedDocument = Statement<String, StoredSnapshot>(
    "SELECT hash, document FROM problem_snapshot WHERE hash = $1", encode: { [.text($0)] }
  ) { (row: inout RowReader) throws(RowError) in
    StoredSnapshot(hash: try row.text(), document: try row.json())
  }

  private static let sizeOfDocuments = Statement<[String], Int64>(
    "SELECT coalesce(sum(pg_column_size(document)), 0)::bigint FROM problem_snapshot WHERE hash = ANY ($1)",
    encode: { [.textArray($0)] }
  ) { (row: inout RowReader) throws(RowError) in try row.int() }

  private static let snapshotExists = Statement<String, Void>(
    "SELECT FROM problem_snapshot WHERE hash = $1"
  ) { [.text($0)] }
}
