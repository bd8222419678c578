import Logging
import Redis
import TestSupport
import Testing

private let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

@Suite struct SubscriberTests {
  /// A subscriber and a client of one server.
  private func withBoth(
    _ server: RedisServer, _ body: (RedisSubscriber, RedisClient) async throws -> Void
  ) async throws {
    var configuration = RedisConfiguration(address: server.address)
    configuration.deadline = .seconds(5)
    let subscriber = RedisSubscriber(configuration: configuration, logger: logger)
    let client = RedisClient(configuration: configuration, logger: logger)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await subscriber.run() }
      group.addTask { try await client.run() }
      var events = client.events.makeAsyncIterator()
      _ = await events.next()
      try await body(subscriber, client)
      group.cancelAll()
    }
    try await server.stop()
  }

  @Test func `messages reach every stream of their channel and no other`() async throws {
    try await withBoth(RedisServer.start()) { subscriber, client in
      var first = subscriber.subscribe("a").makeAsyncIterator()
      var second = subscriber.subscribe("a").makeAsyncIterator()
      var other = subscriber.subscribe("b").makeAsyncIterator()
      #expect(await first.next() == .subscribed)
      #expect(await second.next() == .subscribed)
      #expect(await other.next() == .subscribed)
      _ = try await client.pipeline([["PUBLISH", "a", "for a"], ["PUBLISH", "b", "for b"]])
      #expect(await first.next() == .message(Array("for a".utf8)))
      #expect(await second.next() == .message(Array("for a".utf8)))
      #expect(await other.next() == .message(Array("for b".utf8)))
    }
  }

  @Test func `after a lost connection the subscription is made again and said so`() async throws {
    let server = try await RedisServer.start()
    try await withBoth(server) { subscriber, client in
      var events = subscriber.subscribe("a").makeAsyncIterator()
      #expect(await events.next() == .subscribed)
      _ = try await client.command(["CLIENT", "KILL", "TYPE", "pubsub"])
      #expect(await events.next() == .subscribed)
      _ = try await client.command(["PUBLISH", "a", "again"])
      #expect(await events.next() == .message(Array("again".utf8)))
    }
  }

  @Test func `a dropped stream ends the subscription on the server`() async throws {
    try await withBoth(RedisServer.start()) { subscriber, client in
      var kept = subscriber.subscribe("kept").makeAsyncIterator()
      #expect(await kept.next() == .subscribed)
      do {
        var dropped = subscriber.subscribe("dropped").makeAsyncIterator()
        #expect(await dropped.next() == .subscribed)
      }
      // The server handles a connection's commands in order: once this one is confirmed, so is the one before it.
      var marker = subscriber.subscribe("marker").makeAsyncIterator()
      #expect(await marker.next() == .subscribed)
      let channels = try await client.command(["PUBSUB", "CHANNELS"]).array?.compactMap(\.string) ?? []
      #expect(Set(channels) == ["kept", "marker"])
    }
  }

  @Test func `a slow consumer keeps the newest messages`() async throws {
    try await withBoth(RedisServer.start()) { subscriber, client in
      let stream = subscriber.subscribe("a")
      var end = subscriber.subscribe("end").makeAsyncIterator()
      #expect(await end.next() == .subscribed)
      _ = try await client.pipeline((1...200).map { ["PUBLISH", "a", .int($0)] } + [["PUBLISH", "end", "end"]])
      #expect(await end.next() != nil)
      var heard: [RedisSubscriber.Event] = []
      for await event in stream {
        heard.append(event)
        if event == .message(Array("200".utf8)) { break }
      }
      #expect(heard.count == 64)
    }
  }

  /// A stream's end and a message on their way to it take two locks in opposite order, where a message is handed over
  /// under the subscriber's own. It took 40,000 closes to meet them by chance: here all close at once, again and again.
  @Test func `ten thousand streams close while messages arrive`() async throws {
    let alarm = Alarm(after: 120, "streams and messages wait for one another")
    try await withBoth(RedisServer.start()) { subscriber, client in
      try await withThrowingTaskGroup(of: Void.self) { publishing in
        publishing.addTask {
          while !Task.isCancelled {
            _ = try await client.pipeline((1...20).map { ["PUBLISH", "a", .int($0)] })
          }
        }
        for _ in 0..<20 {
          let (heard, hearing) = AsyncStream.makeStream(of: Void.self)
          await withTaskGroup(of: Void.self) { listening in
            for _ in 0..<500 {
              listening.addTask {
                var isFirst = true
                for await event in subscriber.subscribe("a") where event != .subscribed {
                  if isFirst { hearing.yield() }
                  isFirst = false
                }
              }
            }
            // Every one is being told something when all are cancelled.
            var waiting = heard.makeAsyncIterator()
            for _ in 0..<500 { await waiting.next() }
            listening.cancelAll()
          }
        }
        publishing.cancelAll()
      }
      // The subscriber lives on.
      var after = subscriber.subscribe("b").makeAsyncIterator()
      #expect(await after.next() == .subscribed)
      _ = try await client.command(["PUBLISH", "b", "end"])
      #expect(await after.next() == .message(Array("end".utf8)))
    }
    alarm.isOver()
  }
}
