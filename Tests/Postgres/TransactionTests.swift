import Foundation
import Postgres
import TestSupport
import Testing

@Suite struct TransactionTests {
  @Test func `what a returning body did is stored`() async throws {
    try await withNotes { pool, database in
      try await pool.withTransaction(as: database.notes) { try await $0.execute(insert, (1, "kept")) }
      #expect(try await pool.withTransaction(as: database.notes) { try await $0.run(bodies) } == ["kept"])
    }
  }

  @Test func `what a throwing body did is gone, and its error arrives`() async throws {
    struct Refusal: Error {}
    try await withNotes { pool, database in
      await #expect(throws: Refusal.self) {
        try await pool.withTransaction(as: database.notes) { transaction in
          try await transaction.execute(insert, (1, "gone"))
          throw Refusal()
        }
      }
      let stored = try await pool.withTransaction(as: database.notes) { try await $0.run(bodies) }
      #expect(stored.isEmpty)
    }
  }

  @Test func `the scope holds inside the transaction and is gone after it`() async throws {
    try await withNotes(maxConnections: 1) { pool, database in
      let inside = try await pool.withTransaction(as: database.notes) { try await $0.first(eyes) }
      let after = try await pool.withTransaction(as: .none) { try await $0.first(eyes) }
      #expect(inside == [database.notes.role, "notes"])
      #expect(after == ["horarium_app", ""])
    }
  }

  @Test func `forgetting the role is refused by the server`() async throws {
    try await withNotes { pool, _ in
      let error = await failure {
        try await pool.withTransaction(as: TransactionScope(role: "none", searchPath: "notes")) {
          try await $0.run(bodies)
        }
      }
      #expect(error?.sqlState == SQLState.undefinedTable || error?.sqlState == SQLState.insufficientPrivilege)
    }
  }

  @Test func `a role that was not granted can't be taken`() async throws {
    try await withNotes { pool, _ in
      let error = await failure {
        try await pool.withTransaction(as: TransactionScope(role: "horarium_owner", searchPath: "")) {
          try await $0.first(eyes)
        }
      }
      #expect(error?.sqlState == SQLState.insufficientPrivilege)
    }
  }

  @Test func `a swallowed error comes back at the end, because nothing was stored`() async throws {
    try await withNotes { pool, database in
      let error = await failure {
        try await pool.withTransaction(as: database.notes) { transaction in
          try await transaction.execute(insert, (1, "first"))
          _ = try? await transaction.execute(insert, (1, "again"))
        }
      }
      #expect(error?.sqlState == SQLState.uniqueViolation)
      let stored = try await pool.withTransaction(as: database.notes) { try await $0.run(bodies) }
      #expect(stored.isEmpty)
    }
  }

  @Test func `errors name the statement and the constraint but no value`() async throws {
    try await withNotes { pool, database in
      let error = await failure {
        try await pool.withTransaction(as: database.notes) { transaction in
          try await transaction.execute(insert, (4711, "secret"))
          try await transaction.execute(insert, (4711, "secret"))
        }
      }
      let text = error?.description ?? ""
      #expect(text.contains("INSERT INTO note") && text.contains("note_pkey"))
      #expect(!text.contains("4711") && !text.contains("secret"))
    }
  }

  @Test func `a zero character in a text is refused before it is sent`() async throws {
    try await withNotes { pool, database in
      let error = await failure {
        try await pool.withTransaction(as: database.notes) { try await $0.execute(insert, (1, "a\u{0}b")) }
      }
      guard case .misuse = error else { throw Surprise(error: error) }
    }
  }

  @Test func `a transaction is refused after its end`() async throws {
    try await withNotes { pool, database in
      let escaped = try await pool.withTransaction(as: database.notes) { $0 }
      let error = await failure {
        try await escaped.run(bodies)
      }
      guard case .misuse = error else { throw Surprise(error: error) }
    }
  }

  @Test func `a statement that takes too long is stopped, and the next transaction succeeds`() async throws {
    try await withNotes(maxConnections: 1) { pool, database in
      let begun = ContinuousClock.now
      let error = await failure {
        try await pool.withTransaction(as: database.notes, deadline: .milliseconds(200)) {
          try await $0.execute(sleep, 30)
        }
      }
      #expect(ContinuousClock.now - begun < .seconds(10))
      guard case .deadlineExceeded = error else { throw Surprise(error: error) }
      let stored = try await pool.withTransaction(as: database.notes) { try await $0.run(bodies) }
      #expect(stored.isEmpty)
    }
  }

  @Test func `cancelling the task stops the statement on the server`() async throws {
    try await withNotes(maxConnections: 1) { pool, database in
      let (started, signal) = AsyncStream<Void>.makeStream()
      let task = Task {
        try await pool.withTransaction(as: database.notes, deadline: .seconds(60)) { transaction in
          _ = try await transaction.first(backend)
          signal.yield()
          try await transaction.execute(sleep, 60)
        }
      }
      for await _ in started { break }
      task.cancel()
      await #expect(throws: CancellationError.self) { try await task.value }
      let stored = try await pool.withTransaction(as: database.notes) { try await $0.run(bodies) }
      #expect(stored.isEmpty)
    }
  }

  @Test func `a killed backend is a lost connection, and the next transaction succeeds`() async throws {
    try await withNotes(maxConnections: 1) { pool, database in
      let superuser = ScriptRunner(configuration: database.superuser)
      let error = await failure {
        try await pool.withTransaction(as: database.notes) { transaction in
          let pid = try await transaction.first(backend) ?? 0
          try await superuser.run(script: "SELECT pg_terminate_backend(\(pid), 5000)")
          return try await transaction.run(bodies)
        }
      }
      guard case .connectionLost = error else { throw Surprise(error: error) }
      let stored = try await pool.withTransaction(as: database.notes) { try await $0.run(bodies) }
      #expect(stored.isEmpty)
    }
  }

  @Test func `a connection that died while idle is replaced unseen`() async throws {
    try await withNotes(maxConnections: 2) { pool, database in
      let pid = try await pool.withTransaction(as: database.notes) { try await $0.first(backend) } ?? 0
      try await ScriptRunner(configuration: database.superuser).run(script: "SELECT pg_terminate_backend(\(pid), 5000)")
      let next = try await pool.withTransaction(as: database.notes) { try await $0.first(backend) }
      #expect(next != nil && next != pid)
    }
  }

  @Test func `a conflict is run again as often as allowed`() async throws {
    try await withNotes { pool, database in
      let fail = Statement<Void, Void>("DO $$ BEGIN RAISE EXCEPTION 'conflict' USING ERRCODE = '40001'; END $$")
      var runs = 0
      _ = await failure {
        try await pool.withTransaction(as: database.notes, attempts: 3) { transaction in
          runs += 1
          try await transaction.execute(fail)
        }
      }
      #expect(runs == 3)
    }
  }

  @Test func `a thousand transactions share four connections`() async throws {
    try await withNotes({ $0.leaseTimeout = .seconds(60) }) { pool, database in
      let pids = try await withThrowingTaskGroup(of: Int64.self) { group in
        for number in 1...1000 {
          group.addTask {
            try await pool.withTransaction(as: database.notes, deadline: .seconds(60)) { transaction in
              try await transaction.execute(insert, (Int64(number), "n"))
              return try await transaction.first(backend) ?? 0
            }
          }
        }
        return try await group.reduce(into: Set<Int64>()) { $0.insert($1) }
      }
      #expect(pids.count <= 4)
      #expect(try await pool.withTransaction(as: database.notes) { try await $0.run(bodies).count } == 1000)
    }
  }

  @Test func `everything works without prepared statements`() async throws {
    try await withNotes({ $0.prepareStatements = false }) { pool, database in
      try await pool.withTransaction(as: database.notes) { try await $0.execute(insert, (1, "plain")) }
      #expect(try await pool.withTransaction(as: database.notes) { try await $0.run(bodies) } == ["plain"])
    }
  }

  @Test func `two tasks can't use one transaction at once`() async throws {
    try await withNotes { pool, database in
      let error = await failure {
        try await pool.withTransaction(as: database.notes) { transaction in
          async let first: Int = transaction.execute(sleep, 0.2)
          async let second: Int = transaction.execute(sleep, 0.2)
          _ = try await (first, second)
        }
      }
      guard case .misuse = error else { throw Surprise(error: error) }
    }
  }
}
