import Bootstrap
import Server
import Testing

@Suite struct DoorStateMachineTests {
  private let start = ContinuousClock.now

  private func machine(_ change: (inout DoorStateMachine<String>.Limits) -> Void = { _ in }) -> DoorStateMachine<String>
  {
    var limits = DoorStateMachine<String>.Limits()
    limits.busy = 32
    limits.patience = .milliseconds(150)
    limits.pressedPatience = .milliseconds(60)
    change(&limits)
    return DoorStateMachine(limits: limits)
  }

  @Test func soManyAreLetInHoweverSlowItIs() {
    var machine = machine { $0.firstInterval = .seconds(10) }
    for _ in 0..<32 { #expect(machine.arrived("a", at: start) == nil) }
    #expect(machine.arrived("a", at: start) != nil)
    machine.left("a", isAnswered: true, at: start)
    #expect(machine.arrived("a", at: start) == nil)
  }

  @Test func whoIsTurnedAwayIsToldHowLongThoseInsideTake() {
    var machine = machine { $0.firstInterval = .milliseconds(100) }
    for _ in 0..<32 { _ = machine.arrived("a", at: start) }
    #expect(machine.arrived("a", at: start) == .milliseconds(3_200))
  }

  @Test func whoHasFewInsideGoesBeforeWhoHasMany() {
    var machine = machine()
    while machine.arrived("loud", at: start) == nil {}
    #expect(machine.arrived("quiet", at: start) == nil)
    #expect(machine.arrived("loud", at: start) != nil)
    #expect(machine.arrived("other", at: start) == nil)
  }

  @Test func howManyMayBeInsideFollowsFromHowFastTheyAreAnswered() {
    for (interval, most) in [(Duration.milliseconds(1), 60), (.microseconds(250), 240)] {
      var machine = machine()
      var now = start
      for _ in 0..<40 { _ = machine.arrived("a", at: now) }
      // Always busy, one answer after the other, for a second.
      for _ in 0..<Int(.seconds(1) / interval) {
        now = now + interval
        machine.left("a", isAnswered: true, at: now)
        _ = machine.arrived("a", at: now)
      }
      while machine.arrived("a", at: now) == nil {}
      #expect(abs(machine.inside - most) <= most / 10, "\(machine.inside)")
    }
  }

  @Test func fewQuestionsAreNoSignOfASlowMachine() {
    var machine = machine()
    var now = start
    for _ in 0..<100 {
      now = now + .milliseconds(500)
      _ = machine.arrived("a", at: now)
      machine.left("a", isAnswered: true, at: now + .milliseconds(5))
    }
    // 150 ms of 2 ms each.
    for _ in 0..<75 { #expect(machine.arrived("a", at: now) == nil) }
  }

  @Test func whoStepsAsideFreesAPlaceAndCountsAsNoAnswer() {
    var machine = machine { $0.firstInterval = .seconds(1) }
    for _ in 0..<32 { _ = machine.arrived("a", at: start) }
    for _ in 0..<100 {
      machine.left("a", isAnswered: false, at: start + .seconds(1))
      #expect(machine.arrived("a", at: start + .seconds(1)) == nil)
    }
    #expect(machine.arrived("a", at: start + .seconds(1)) == .seconds(32))
  }

  /// A server that answers one request in a millisecond, offered five in a millisecond, by chance.
  @Test(arguments: [UInt64(1), 2, 3]) func atFiveTimesTheCapacityNobodyInsideWaitsLong(seed: UInt64) {
    var machine = machine()
    var generator = Seeded(state: seed)
    var line: [(key: String, since: Int)] = []
    var waits: [Int] = []
    var quiet = (asked: 0, answered: 0)
    for millisecond in 0..<10_000 {
      let now = start + .milliseconds(millisecond)
      if !line.isEmpty, millisecond > 0 {
        let first = line.removeFirst()
        machine.left(first.key, isAnswered: true, at: now)
        waits.append(millisecond - first.since)
      }
      for _ in 0..<Int.random(in: 0...10, using: &generator) where machine.arrived("loud", at: now) == nil {
        line.append(("loud", millisecond))
      }
      if millisecond % 50 == 0 {
        quiet.asked += 1
        if machine.arrived("quiet", at: now) == nil {
          quiet.answered += 1
          line.append(("quiet", millisecond))
        }
      }
    }
    waits.sort()
    #expect(waits.count >= 9_990, "the server stood idle: \(waits.count)")
    #expect(waits[waits.count * 99 / 100] <= 150, "\(waits[waits.count * 99 / 100])")
    #expect(waits[waits.count / 2] <= 80, "\(waits[waits.count / 2])")
    #expect(quiet.answered == quiet.asked)
  }
}

@Suite struct DoorTests {
  /// As many inside as there are places, of clients that have one each.
  private static func fill(_ door: Door) -> [ClientAddress] {
    var inside: [ClientAddress] = []
    for number in 0..<1_000 {
      let client = ClientAddress(NetworkAddress("10.0.\(number / 250).\(number % 250)"))
      guard door.arrived(client) == nil else { break }
      inside.append(client)
    }
    return inside
  }

  @Test(.timeLimit(.minutes(1))) func aFullServerSaysSoAndTheConnectionServesTheNextRequest() async throws {
    try await World.with(.live) { world in
      let inside = Self.fill(world.door)
      try await RawConnection.with(port: try #require(world.client.port)) { reader, connection in
        for _ in 0..<2 {
          try await connection.write("GET /openapi.yaml HTTP/1.1\r\nHost: a\r\n\r\n")
          let head = try await reader.read(through: "\r\n\r\n").lowercased()
          #expect(head.hasPrefix("http/1.1 503 ") && head.contains("retry-after: "), "\(head)")
          #expect(!head.contains("connection: close"))
          #expect(try await reader.read(through: "}").contains("service.overloaded"))
        }
        try await connection.write("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try await reader.read(through: "\r\n\r\n").hasPrefix("HTTP/1.1 503 "))
        for client in inside { world.door.left(client, isAnswered: true) }
        try await connection.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try await reader.read(through: "\r\n\r\n").hasPrefix("HTTP/1.1 200 "))
      }
      #expect(world.door.inside == 0)
    }
  }

  @Test(.timeLimit(.minutes(1))) func whetherAFullServerLivesCanBeAsked() async throws {
    try await World.with(.live) { world in
      let inside = Self.fill(world.door)
      try await RawConnection.with(port: try #require(world.client.port)) { reader, connection in
        for path in ["/healthz", "/readyz"] {
          try await connection.write("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
          #expect(try await reader.read(through: "\r\n\r\n").hasPrefix("HTTP/1.1 200 "))
          _ = try await reader.read(through: "}")
        }
      }
      #expect(world.door.inside == inside.count)
    }
  }

  @Test(.timeLimit(.minutes(1))) func aBodyThatNobodyWillReadEndsTheConnection() async throws {
    try await World.with(.live) { world in
      _ = Self.fill(world.door)
      try await RawConnection.with(port: try #require(world.client.port)) { reader, connection in
        try await connection.write("POST /v1/sessions HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}")
        let text = await reader.readToEnd()
        #expect(text.hasPrefix("HTTP/1.1 503 ") && text.lowercased().contains("connection: close"), "\(text)")
        #expect(text.lowercased().contains("retry-after: "), "\(text)")
      }
    }
  }

  @Test(.timeLimit(.minutes(1))) func answersLeaveTheDoorAsTheyFoundIt() async throws {
    try await World.with(.live) { world in
      try await RawConnection.with(port: try #require(world.client.port)) { reader, connection in
        // Two behind one another, one without a token, one that is not there.
        try await connection.write(
          "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /v1/me HTTP/1.1\r\nHost: a\r\n\r\n"
            + "GET /nothing HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        let text = await reader.readToEnd()
        #expect(text.matches(of: #/HTTP\/1\.1 \d{3}\s/#).count == 3, "\(text)")
      }
      #expect(world.door.inside == 0)
    }
  }
}
