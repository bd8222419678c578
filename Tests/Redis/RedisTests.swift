import Logging
import Redis
import TestSupport
import Testing

private let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

/// A connected client for the length of the closure, its events still to come.
private func withClient(
  _ server: RedisServer? = nil, deadline: Duration = .seconds(5),
  _ body: (RedisClient, inout AsyncStream<RedisClient.Event>.Iterator) async throws -> Void
) async throws {
  let address = if let server { server.address } else { try await TestServices.redisAddress() }
  var configuration = RedisConfiguration(address: address)
  configuration.deadline = deadline
  let client = RedisClient(configuration: configuration, logger: logger)
  try await withThrowingTaskGroup(of: Void.self) { group in
    group.addTask { try await client.run() }
    var events = client.events.makeAsyncIterator()
    #expect(await events.next() == .connected)
    try await body(client, &events)
    group.cancelAll()
  }
}

private func nextConnection(_ events: inout AsyncStream<RedisClient.Event>.Iterator) async {
  while let event = await events.next() { if event == .connected { return } }
}

private func expect(
  _ client: RedisClient, _ command: [RedisArgument], answers expected: RedisReply,
  sourceLocation: SourceLocation = #_sourceLocation
) async throws {
  let reply = try await client.command(command, deadline: .seconds(5))
  #expect(reply == expected, sourceLocation: sourceLocation)
}

@Suite struct RedisTests {
  private let key = "test:\(UInt64.random(in: 0 ... .max))"

  @Test func `values come back as they were sent, zero bytes included`() async throws {
    try await withClient { client, _ in
      let bytes: [UInt8] = [0, 1, 255, 0, 10, 13]
      try await expect(client, ["SET", .string(key), .bytes(bytes), "EX", 60], answers: .status("OK"))
      try await expect(client, ["GET", .string(key)], answers: .bytes(bytes))
      try await expect(client, ["GET", "\(key):none"], answers: .null)
    }
  }

  @Test func `a refused command throws and leaves the connection usable`() async throws {
    try await withClient { client, _ in
      await #expect(throws: RedisError.self) { try await client.command(["NOSUCHCOMMAND"]) }
      try await expect(client, ["PING"], answers: .status("PONG"))
    }
  }

  @Test func `a pipeline answers in order, a refusal among the answers`() async throws {
    try await withClient { client, _ in
      let replies = try await client.pipeline([
        ["HSET", .string(key), "a", 1, "b", "two"], ["INCR", .string(key)], ["HGETALL", .string(key)],
      ])
      #expect(replies.count == 3 && replies[0] == .integer(2))
      if case .error = replies[1] {} else { Issue.record("INCR of a hash was not refused: \(replies[1])") }
      #expect(replies[2].map() == ["a": "1", "b": "two"])
    }
  }

  @Test func `a script runs whether the server knows it or not`() async throws {
    let script = RedisScript("return {KEYS[1], ARGV[1], tonumber(ARGV[2]) + 1}")
    try await withClient { client, _ in
      for _ in 1...2 {
        let reply = try await client.eval(script, keys: [key], arguments: ["x", 41])
        #expect(reply == .array([.bytes(Array(key.utf8)), .bytes([120]), .integer(42)]))
      }
      try await expect(client, ["SCRIPT", "EXISTS", .string(script.digest)], answers: .array([.integer(1)]))
    }
  }

  @Test func `many callers share the connection and each gets its own answer`() async throws {
    try await withClient { client, _ in
      try await withThrowingTaskGroup(of: Bool.self) { group in
        for number in 0..<2000 {
          group.addTask { try await client.command(["ECHO", .int(Int64(number))]).int == Int64(number) }
        }
        for try await isRight in group { #expect(isRight) }
      }
    }
  }

  @Test func `a reply of ten megabytes arrives whole`() async throws {
    try await withClient { client, _ in
      let large = [UInt8](repeating: 7, count: 10_000_000)
      try await #expect(client.command(["ECHO", .bytes(large)]) == .bytes(large))
    }
  }

  @Test func `without a server commands fail at once, and work again when it is back`() async throws {
    let server = try await RedisServer.start()
    try await withClient(server) { client, events in
      try await server.stop()
      if case .disconnected = await events.next() {} else { Issue.record("the loss was not noticed") }
      let begun = ContinuousClock.now
      let error = await #expect(throws: RedisError.self) { try await client.command(["PING"]) }
      if case .unavailable = error {} else { Issue.record("unexpected: \(String(describing: error))") }
      #expect(ContinuousClock.now - begun < .seconds(1))
      try await server.restart()
      await nextConnection(&events)
      try await expect(client, ["PING"], answers: .status("PONG"))
    }
    try await server.stop()
  }

  @Test func `a server that falls silent costs one deadline, then commands fail at once`() async throws {
    let server = try await RedisServer.start()
    try await withClient(server, deadline: .milliseconds(100)) { client, events in
      server.freeze()
      await #expect(throws: RedisError.deadlineExceeded) { try await client.command(["PING"]) }
      _ = await events.next()
      #expect(!client.isAvailable)
      server.thaw()
      await nextConnection(&events)
      try await expect(client, ["PING"], answers: .status("PONG"))
    }
    try await server.stop()
  }

  @Test func `a wrong password is no connection, the right one is`() async throws {
    let server = try await RedisServer.start(password: "right")
    let wrong = RedisClient(
      configuration: RedisConfiguration(address: server.address, password: "wrong"), logger: logger)
    let right = RedisClient(
      configuration: RedisConfiguration(address: server.address, password: "right"), logger: logger)
    await withThrowingTaskGroup(of: Void.self) { group in
      for client in [wrong, right] { group.addTask { try await client.run() } }
      var refusals = wrong.events.makeAsyncIterator()
      var successes = right.events.makeAsyncIterator()
      #expect(await successes.next() == .connected)
      if case .disconnected = await refusals.next() {} else { Issue.record("the wrong password was accepted") }
      group.cancelAll()
    }
    try await server.stop()
  }
}
