import Glibc
import Postgres
import Readiness
import TestSupport
import Testing

/// A socket that accepts connections and never says a word.
private final class SilentServer: Sendable {
  private let descriptor: Int32
  let conninfo: String

  init() {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let port = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        precondition(bind(descriptor, pointer, length) == 0 && listen(descriptor, 16) == 0, "errno \(errno)")
        getsockname(descriptor, pointer, &length)
      }
      return UInt16(bigEndian: pointer.pointee.sin_port)
    }
    self.descriptor = descriptor
    conninfo = "host=localhost hostaddr=127.0.0.1 port=\(port) dbname=none user=none"
  }

  deinit { close(descriptor) }
}

@Suite struct ServerTroubleTests {
  @Test func `a server that never answers costs a deadline, not a connection or a thread`() async throws {
    let server = SilentServer()
    var configuration = PostgresConfiguration(conninfo: server.conninfo, maxConnections: 2)
    configuration.connectTimeout = .milliseconds(200)
    configuration.breakerAfter = .milliseconds(300)
    try await PostgresPool.withPool(configuration, logger: logger) { pool in
      let failures = await withTaskGroup(of: PostgresError?.self) { group in
        for _ in 0..<50 {
          group.addTask { await failure { try await pool.withTransaction(as: .none, deadline: .seconds(1)) { _ in } } }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
      #expect(failures.count == 50)
      for case let failure in failures {
        guard case .unavailable = failure else { throw Surprise(error: failure) }
      }
    }
  }

  @Test func `an unreachable server is unavailable, and a script says so too`() async throws {
    let nowhere = PostgresConfiguration(conninfo: "host=/nonexistent dbname=none user=none")
    let error = await failure { try await ScriptRunner(configuration: nowhere).run(script: "SELECT 1") }
    guard case .unavailable = error else { throw Surprise(error: error) }
  }

  @Test func `a backend that hangs costs one deadline, and its connection is replaced`() async throws {
    try await withNotes(maxConnections: 1) { pool, database in
      let pid = Mailbox<pid_t>()
      let begun = ContinuousClock.now
      let error = await failure {
        try await pool.withTransaction(as: database.notes, deadline: .milliseconds(300)) { transaction in
          pid.put(pid_t(try await transaction.first(backend) ?? 0))
          kill(pid.value ?? 0, SIGSTOP)
          _ = try await transaction.run(bodies)
        }
      }
      defer { kill(pid.value ?? 0, SIGCONT) }
      #expect(ContinuousClock.now - begun < .seconds(5))
      guard case .deadlineExceeded = error else { throw Surprise(error: error) }
      let next = try await pool.withTransaction(as: database.notes) { try await $0.first(backend) }
      #expect(next != nil && next != pid.value.map(Int64.init))
    }
  }

  @Test func `a connection lost at COMMIT leaves the outcome unknown, and says so`() async throws {
    try await withNotes { pool, database in
      try await ScriptRunner(configuration: database.superuser).run(
        script: """
          CREATE FUNCTION notes.die() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
            $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(10); RETURN NULL; END $$;
          CREATE CONSTRAINT TRIGGER die AFTER INSERT ON notes.note DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION notes.die();
          """)
      let error = await failure {
        try await pool.withTransaction(as: database.notes, attempts: 5) { try await $0.execute(insert, (1, "?")) }
      }
      guard case .commitUnknown = error else { throw Surprise(error: error) }
      #expect(error?.isRetryable == false)
      let stored = try await pool.withTransaction(as: database.notes) { try await $0.run(bodies) }
      #expect(stored.isEmpty)
    }
  }

  @Test func `a waiter that is cancelled leaves the line, and the connection serves the next`() async throws {
    try await withNotes(maxConnections: 1) { pool, database in
      try await pool.withTransaction(as: database.notes) { _ in
        let waiter = Task { try await pool.withTransaction(as: database.notes) { try await $0.run(bodies) } }
        for _ in 0..<10 { await Task.yield() }
        waiter.cancel()
        await #expect(throws: CancellationError.self) { try await waiter.value }
      }
      let stored = try await pool.withTransaction(as: database.notes) { try await $0.run(bodies) }
      #expect(stored.isEmpty)
    }
  }

  @Test func `a full pool refuses when the deadline for a connection has come`() async throws {
    try await withNotes(maxConnections: 1) { pool, database in
      try await pool.withTransaction(as: database.notes) { _ in
        let error = await failure {
          try await pool.withTransaction(as: database.notes, deadline: .milliseconds(50)) { _ in }
        }
        guard case .poolExhausted = error else { throw Surprise(error: error) }
      }
    }
  }

  @Test func `a connection that has seen its share of roles is replaced`() async throws {
    try await withNotes(maxConnections: 1, { $0.maxRolesPerConnection = 2 }) { pool, database in
      let first = try await pool.withTransaction(as: database.notes) { try await $0.first(backend) }
      let same = try await pool.withTransaction(as: .none) { try await $0.first(backend) }
      let other = try await pool.withTransaction(as: .none) { try await $0.first(backend) }
      #expect(first == same && first != other)
    }
  }

  @Test func `a closed pool says so`() async throws {
    let pool = PostgresPool(configuration: PostgresConfiguration(conninfo: "host=/nonexistent"), logger: logger)
    let running = Task { try await pool.run() }
    running.cancel()
    try await running.value
    let error = await failure { try await pool.withTransaction(as: .none) { _ in } }
    guard case .poolClosed = error else { throw Surprise(error: error) }
  }

  @Test func `the cooperative pool stays free while many statements wait for the server`() async throws {
    try await withNotes { pool, database in
      await withThrowingTaskGroup(of: Void.self) { group in
        let (begun, signal) = AsyncStream<Void>.makeStream()
        for _ in 0..<4 {
          group.addTask {
            try await pool.withTransaction(as: database.notes, deadline: .seconds(60)) { transaction in
              _ = try await transaction.first(backend)
              signal.yield()
              try await transaction.execute(sleep, 30)
            }
          }
        }
        var waiting = 0
        for await _ in begun {
          waiting += 1
          if waiting == 4 { break }
        }
        // All four statements run on the server. A blocked thread each would leave none for these on a small machine.
        let sum = await withTaskGroup(of: Int.self) { group in
          for number in 1...1000 { group.addTask { number } }
          return await group.reduce(0, +)
        }
        #expect(sum == 500_500)
        group.cancelAll()
        while let result = await group.nextResult() {
          #expect(throws: CancellationError.self) { try result.get() }
        }
      }
    }
  }
}
