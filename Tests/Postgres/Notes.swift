import Foundation
import Logging
import Postgres
import TestSupport
import Testing

let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

/// One table and one tenant role with the right to use it.
func withNotes(
  maxConnections: Int = 4, _ change: (inout PostgresConfiguration) -> Void = { _ in },
  _ body: (PostgresPool, TestDatabase) async throws -> Void
) async throws {
  try await TestDatabase.with { database in
    let role = "r_" + database.name
    try await ScriptRunner(configuration: database.superuser).run(
      script: """
        CREATE ROLE \(role) NOLOGIN;
        GRANT \(role) TO horarium_app;
        CREATE SCHEMA notes AUTHORIZATION horarium_owner;
        CREATE TABLE notes.note (id int8 PRIMARY KEY, body text NOT NULL);
        GRANT USAGE ON SCHEMA notes TO \(role);
        GRANT ALL ON notes.note TO \(role);
        """)
    var configuration = database.app
    configuration.maxConnections = maxConnections
    change(&configuration)
    try await PostgresPool.withPool(configuration, logger: logger) { try await body($0, database) }
    try await ScriptRunner(configuration: database.superuser).run(script: "DROP OWNED BY \(role); DROP ROLE \(role)")
  }
}

extension TestDatabase {
  var notes: TransactionScope { TransactionScope(role: "r_" + name, searchPath: "notes") }
}

let insert = Statement<(Int64, String), Void>("INSERT INTO note (id, body) VALUES ($1, $2)") { note in
  [.int(note.0), .text(note.1)]
}
let bodies = Statement<Void, String>("SELECT body FROM note ORDER BY id") {
  (row: inout RowReader) throws(RowError) in try row.text()
}
let eyes = Statement<Void, [String]>("SELECT current_user::text, current_setting('search_path')") {
  (row: inout RowReader) throws(RowError) in [try row.text(), try row.text()]
}
let sleep = Statement<Double, Void>("SELECT pg_sleep($1)") { [.double($0)] }
let backend = Statement<Void, Int64>("SELECT pg_backend_pid()") {
  (row: inout RowReader) throws(RowError) in try row.int()
}

struct Surprise: Error { let error: PostgresError? }

func failure<Value>(_ body: () async throws -> Value) async -> PostgresError? {
  do {
    _ = try await body()
    return nil
  } catch { return error as? PostgresError }
}
