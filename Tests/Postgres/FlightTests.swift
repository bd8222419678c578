import Postgres
import TestSupport
import Testing

private let explode = Statement<Int64, Int64>("SELECT 1 / $1", encode: { [.int($0)] }) {
  (row: inout RowReader) throws(RowError) in try row.int()
}

/// What goes to the server together.
@Suite struct FlightTests {
  @Test func `the end of a reading transaction is left on its way, and whoever comes next is not confused by it`()
    async throws
  {
    try await withNotes(maxConnections: 1) { pool, database in
      for number in Int64(1)...60 {
        try await pool.withTransaction(as: database.notes) { try await $0.execute(insert, (number, "\(number)")) }
        let read = try await pool.withReadTransaction(as: database.notes) { try await $0.run(bodies).count }
        #expect(read == Int(number))
        // Two in a row, and one that fails between them.
        #expect(try await pool.withReadTransaction(as: .none) { try await $0.first(eyes) } == ["horarium_app", ""])
        let error = await failure { try await pool.withReadTransaction(as: .none) { try await $0.first(explode, 0) } }
        #expect(error?.sqlState == "22012")
      }
    }
  }

  @Test func `a reading transaction stores nothing`() async throws {
    try await withNotes { pool, database in
      let error = await failure {
        try await pool.withReadTransaction(as: database.notes) { try await $0.execute(insert, (1, "no")) }
      }
      #expect(error?.sqlState == "25006")
      let stored = try await pool.withReadTransaction(as: database.notes) { try await $0.run(bodies) }
      #expect(stored.isEmpty)
    }
  }

  @Test func `all that a reading transaction reads is of one moment`() async throws {
    try await withNotes { pool, database in
      try await pool.withReadTransaction(as: database.notes) { reading in
        #expect(try await reading.run(bodies).isEmpty)
        try await pool.withTransaction(as: database.notes) { try await $0.execute(insert, (1, "later")) }
        #expect(try await reading.run(bodies).isEmpty)
      }
    }
  }

  @Test func `a reading transaction tells of an error that its body kept to itself`() async throws {
    try await withNotes { pool, database in
      let error = await failure {
        try await pool.withReadTransaction(as: database.notes) { transaction in
          _ = try? await transaction.first(explode, 0)
        }
      }
      #expect(error?.sqlState == "22012")
    }
  }

  @Test func `a transaction of no statement is none, and its connection is as good as before`() async throws {
    try await withNotes(maxConnections: 1) { pool, database in
      try await pool.withTransaction(as: TransactionScope(role: "nobody_has_this_role", searchPath: "")) { _ in }
      try await pool.withReadTransaction(as: database.notes) { _ in }
      #expect(try await pool.withTransaction(as: .none) { try await $0.first(eyes) } == ["horarium_app", ""])
    }
  }

  @Test func `a scope that can't be taken is what the error tells of, and the statement has not run`() async throws {
    try await withNotes(maxConnections: 1) { pool, database in
      let error = await failure {
        try await pool.withTransaction(as: TransactionScope(role: "horarium_owner", searchPath: "notes")) {
          try await $0.execute(insert, (1, "no"))
        }
      }
      #expect(error?.description.contains("set_config") == true, "\(error.map(\.description) ?? "none")")
      let stored = try await pool.withTransaction(as: database.notes) { try await $0.run(bodies) }
      #expect(stored.isEmpty)
    }
  }

  @Test func `a statement that fails when it is new works when it is known`() async throws {
    try await withNotes(maxConnections: 1) { pool, _ in
      for divisor in [Int64(0), 1, 0, 1] {
        let value = try? await pool.withTransaction(as: .none) { try await $0.first(explode, divisor) }
        #expect(value == (divisor == 0 ? nil : 1))
      }
    }
  }

  @Test func `a connection that the server closed while it was idle is not lent`() async throws {
    try await withNotes(maxConnections: 2) { pool, database in
      // The last thing on the connection is an end that nobody has read.
      let first = try #require(try await pool.withReadTransaction(as: .none) { try await $0.first(backend) })
      try await ScriptRunner(configuration: database.superuser).run(
        script: "SELECT pg_terminate_backend(\(first), 5000)")
      let next = try await pool.withReadTransaction(as: .none) { try await $0.first(backend) }
      #expect(next != first)
    }
  }

  @Test func `a first statement that is too slow is stopped with all that went with it`() async throws {
    try await withNotes(maxConnections: 1) { pool, database in
      let error = await failure {
        try await pool.withReadTransaction(as: database.notes, deadline: .milliseconds(300)) {
          try await $0.first(sleep, 30)
        }
      }
      guard case .deadlineExceeded = error else { throw Surprise(error: error) }
      #expect(try await pool.withReadTransaction(as: database.notes) { try await $0.first(eyes)?.last } == "notes")
    }
  }
}
