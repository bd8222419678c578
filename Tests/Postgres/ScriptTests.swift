import Postgres
import TestSupport
import Testing

private let count = Statement<Void, Int64>("SELECT count(*) FROM things.thing") {
  (row: inout RowReader) throws(RowError) in try row.int()
}

@Suite struct ScriptTests {
  @Test func `a script of several statements is done as a whole or not at all`() async throws {
    try await TestDatabase.with { database in
      let owner = ScriptRunner(configuration: database.owner)
      try await owner.run(script: "CREATE SCHEMA things; CREATE TABLE things.thing (id int8 PRIMARY KEY);")
      let error = await failure {
        try await owner.run(script: "INSERT INTO things.thing VALUES (1); INSERT INTO things.thing VALUES (1);")
      }
      #expect(error?.sqlState == SQLState.uniqueViolation)
      let rows = try await owner.withSession { session in
        try await session.withTransaction { try await $0.transaction.first(count) }
      }
      #expect(rows == 0)
    }
  }

  @Test func `scripts and statements share a transaction`() async throws {
    try await TestDatabase.with { database in
      let rows = try await ScriptRunner(configuration: database.owner).withSession { session in
        try await session.withTransaction { scripts in
          try await scripts.run(script: "CREATE SCHEMA things; CREATE TABLE things.thing (id int8);")
          try await scripts.run(script: "INSERT INTO things.thing SELECT generate_series(1, 7);")
          return try await scripts.transaction.first(count)
        }
      }
      #expect(rows == 7)
    }
  }

  @Test func `an advisory lock lets one session in at a time`() async throws {
    try await TestDatabase.with { database in
      let owner = ScriptRunner(configuration: database.owner)
      let inside = Mailbox<Int>()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<8 {
          group.addTask {
            try await owner.withSession { session in
              try await session.withAdvisoryLock(42) {
                #expect(inside.value ?? 0 == 0)
                inside.put(1)
                try await session.run(script: "SELECT 1")
                inside.put(0)
              }
            }
          }
        }
        try await group.waitForAll()
      }
    }
  }

  @Test func `errors of a script don't end the session`() async throws {
    try await TestDatabase.with { database in
      try await ScriptRunner(configuration: database.owner).withSession { session in
        let error = await failure { try await session.run(script: "SELECT nothing FROM nowhere") }
        #expect(error?.sqlState == SQLState.undefinedTable)
        try await session.run(script: "SELECT 1")
      }
    }
  }
}
