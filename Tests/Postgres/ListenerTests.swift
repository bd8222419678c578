import Postgres
import TestSupport
import Testing

@Suite struct ListenerTests {
  /// A listener that runs while the closure does.
  private func withListener(
    _ body: (inout AsyncStream<Listener.Event>.Iterator, TestDatabase) async throws -> Void
  ) async throws {
    try await TestDatabase.with { database in
      let listener = Listener(configuration: database.app, channels: ["first", "second"], logger: logger)
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await listener.run() }
        var events = listener.notifications.makeAsyncIterator()
        #expect(await events.next() == .connected)
        try await body(&events, database)
        group.cancelAll()
      }
    }
  }

  @Test func `notifications arrive with channel and payload, others don't`() async throws {
    try await withListener { events, database in
      let owner = ScriptRunner(configuration: database.owner)
      try await owner.run(script: "NOTIFY third, 'no'; NOTIFY first, 'one'; NOTIFY second")
      #expect(await events.next() == .notification(channel: "first", payload: "one"))
      #expect(await events.next() == .notification(channel: "second", payload: ""))
    }
  }

  @Test func `after a lost connection it says that it is connected again, and hears again`() async throws {
    try await withListener { events, database in
      try await ScriptRunner(configuration: database.superuser).run(
        script:
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()"
      )
      #expect(await events.next() == .connected)
      try await ScriptRunner(configuration: database.owner).run(script: "NOTIFY first, 'again'")
      #expect(await events.next() == .notification(channel: "first", payload: "again"))
    }
  }

  @Test func `the stream ends with the service`() async throws {
    try await TestDatabase.with { database in
      let listener = Listener(configuration: database.app, channels: ["first"], logger: logger)
      let running = Task { try await listener.run() }
      var events = listener.notifications.makeAsyncIterator()
      #expect(await events.next() == .connected)
      running.cancel()
      try await running.value
      #expect(await events.next() == nil)
    }
  }
}
