import Foundation
import Server
import Tenancy
import Testing

@Suite struct ConnectionTests {
  private static func short() -> ConnectionLimits {
    var limits = ConnectionLimits()
    limits.header = .milliseconds(400)
    limits.bodyGrace = .milliseconds(400)
    limits.answerGrace = .milliseconds(600)
    limits.idle = .milliseconds(500)
    return limits
  }

  private static func answers(_ text: String) -> Int { text.matches(of: #/HTTP\/1\.1 \d{3}\s/#).count }

  /// Returns when the server has no more connections open: the test's time limit is its end.
  private static func untilAllAreClosed(_ world: World, but kept: Int = 0) async {
    await world.connections.fallen(to: kept)
  }

  @Test(.timeLimit(.minutes(1))) func whoSendsNoWholeHeaderIsClosed() async throws {
    try await World.with(.live, limits: Self.short()) { world in
      let port = try #require(world.client.port)
      for start in ["", "GET /healthz HT", "GET /healthz HTTP/1.1\r\nHost: a\r\nX-A: b\r\n"] {
        try await RawConnection.with(port: port) { reader, connection in
          try await connection.write(start)
          let text = await reader.readToEnd()
          #expect(start.isEmpty ? text.isEmpty : text.hasPrefix("HTTP/1.1 408 "), "\(start): \(text)")
        }
      }
      await Self.untilAllAreClosed(world)
    }
  }

  @Test(.timeLimit(.minutes(1))) func aHeaderAndABodyThatDripAreRefused() async throws {
    try await World.with(.live, limits: Self.short()) { world in
      let port = try #require(world.client.port)
      let starts = [
        "GET /healthz HTTP/1.1\r\nHost: a\r\nX-A: ",
        "POST /v1/sessions HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n{",
      ]
      for start in starts {
        try await RawConnection.with(port: port) { reader, connection in
          try await connection.write(start)
          try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
              while !Task.isCancelled {
                try await Task.sleep(for: .milliseconds(50))  // the drip itself
                try await connection.write("a")
              }
            }
            let text = await reader.readToEnd()
            #expect(text.hasPrefix("HTTP/1.1 408 ") && Self.answers(text) == 1, "\(text)")
            #expect(text.contains("request.timeout"))
            group.cancelAll()
            while await group.nextResult() != nil {}
          }
        }
      }
    }
  }

  @Test(.timeLimit(.minutes(1))) func aSlowButSteadyBodyArrives() async throws {
    var limits = Self.short()
    limits.bodyRate = 10_000
    try await World.with(.live, limits: limits) { world in
      try await RawConnection.with(port: try #require(world.client.port)) { reader, connection in
        // Four times the grace, at about twice the rate.
        let parts = 32
        let part = String(repeating: " ", count: 1_000)
        try await connection.write(
          "POST /v1/sessions HTTP/1.1\r\nHost: a\r\nContent-Length: \(parts * 1_000 + 2)\r\n\r\n")
        for _ in 0..<parts {
          try await Task.sleep(for: .milliseconds(50))  // the slow line itself
          try await connection.write(part)
        }
        try await connection.write("{}")
        let head = try await reader.read(through: "\r\n\r\n")
        #expect(head.hasPrefix("HTTP/1.1 422 "), "\(head)")
      }
    }
  }

  @Test(.timeLimit(.minutes(1))) func whoDoesNotReadTheAnswerIsDropped() async throws {
    try await World.with(.live, limits: Self.short()) { world in
      let port = try #require(world.client.port)
      try await RawConnection.with(port: port) { reader, connection in
        // More answers than the sockets' buffers take, and none read after the first one's beginning.
        let requests = String(repeating: "GET /openapi.yaml HTTP/1.1\r\nHost: a\r\n\r\n", count: 500)
        try await connection.write(requests)
        #expect(try await reader.read(through: "\r\n").hasPrefix("HTTP/1.1 200 "))
        await Self.untilAllAreClosed(world)
        let rest = await reader.readToEnd()
        #expect(Self.answers(rest) < 499, "all answers were kept for one who does not read")
      }
      // On a connection of its own: the test client's was idle too long meanwhile.
      try await Self.occupying(1, port) {}
    }
  }

  @Test(.timeLimit(.minutes(1))) func aConnectionTooManyIsToldSo() async throws {
    var limits = ConnectionLimits()
    // One of them is the test client's own.
    limits.connections = 5
    try await World.with(.live, limits: limits) { world in
      let port = try #require(world.client.port)
      try await Self.occupying(4, port) {
        #expect(world.connections.count == 5)
        try await RawConnection.with(port: port) { reader, connection in
          try await connection.write("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
          let text = await reader.readToEnd()
          #expect(text.hasPrefix("HTTP/1.1 503 ") && Self.answers(text) == 1, "\(text)")
          #expect(text.lowercased().contains("retry-after: ") && text.contains("service.overloaded"))
        }
      }
      await Self.untilAllAreClosed(world, but: 1)
      #expect(try await world.send(.get, "/healthz").status == 200)
    }
  }

  @Test(.timeLimit(.minutes(1))) func oneAddressDoesNotTakeAllConnections() async throws {
    var limits = ConnectionLimits()
    limits.connectionsPerClient = 3
    try await World.with(.live, limits: limits) { world in
      let port = try #require(world.client.port)
      try await Self.occupying(2, port) {
        try await RawConnection.with(port: port) { reader, _ in
          let text = await reader.readToEnd()
          #expect(text.contains("Your address has as many connections"), "\(text)")
        }
      }
    }
    limits.connectionsPerClient = 2
    let counted = OpenConnections(limits: limits)
    #expect(counted.opened(by: "a") == .admitted && counted.opened(by: "a") == .admitted)
    #expect(counted.opened(by: "a") == .tooManyOfClient && counted.opened(by: "b") == .admitted)
    counted.closed(by: "a")
    #expect(counted.opened(by: "a") == .admitted && counted.count == 3)
    func client(_ address: String) throws -> String { OpenConnections.client(try .init(ipAddress: address, port: 1)) }
    let (one, neighbor) = (try client("2001:db8:1:2::7"), try client("2001:db8:1:2:9::1"))
    #expect(one == neighbor)
    let (mapped, other) = (try client("::ffff:10.0.0.1"), try client("::ffff:10.0.0.2"))
    #expect(mapped != other)
  }

  /// Open connections that were served once.
  private static func occupying(_ count: Int, _ port: Int, _ body: @escaping @Sendable () async throws -> Void)
    async throws
  {
    guard count > 0 else { return try await body() }
    try await RawConnection.with(port: port) { reader, connection in
      try await connection.write("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(try await reader.read(through: "alive").hasPrefix("HTTP/1.1 200 "))
      try await occupying(count - 1, port, body)
    }
  }

  @Test(.timeLimit(.minutes(1))) func whatIsNoRequestHasOneProblemDocumentAndTheConnectionEnds() async throws {
    try await World.with(.live) { world in
      let port = try #require(world.client.port)
      let post = "POST /v1/sessions HTTP/1.1\r\nHost: a\r\n"
      let requests = [
        "GARBAGE\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: " + String(repeating: "x", count: 100_000) + "\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX : y\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n: y\r\n\r\n",
        post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        post + "Content-Length: 5\r\nContent-Length: 6\r\n\r\n{}", post + "Content-Length: -1\r\n\r\n{}",
        post + "Transfer-Encoding: xchunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        post + "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n{}",
        post + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
      ]
      for request in requests {
        try await RawConnection.with(port: port) { reader, connection in
          try await connection.write(request)
          let text = await reader.readToEnd()
          let name = request.prefix(120)
          #expect(text.hasPrefix("HTTP/1.1 400 "), "\(name): \(text)")
          #expect(Self.answers(text) == 1, "\(name): \(text)")
          #expect(text.contains("application/problem+json") && text.contains("request.malformed"), "\(name): \(text)")
          #expect(text.lowercased().contains("connection: close"), "\(name): \(text)")
        }
      }
      #expect(try await world.send(.get, "/healthz").status == 200)
    }
  }

  @Test(.timeLimit(.minutes(1))) func aBrokenRequestBehindAGoodOneHasItsOwnAnswer() async throws {
    try await World.with(.live) { world in
      try await RawConnection.with(port: try #require(world.client.port)) { reader, connection in
        try await connection.write("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\nGARBAGE\r\n\r\n")
        let text = await reader.readToEnd()
        #expect(text.hasPrefix("HTTP/1.1 200 ") && text.contains("HTTP/1.1 400 ") && Self.answers(text) == 2, "\(text)")
      }
    }
  }

  /// The parser stops behind a request that would be something else; HTTP/1.0 ends by itself.
  @Test(.timeLimit(.minutes(1))) func aConnectionThatCannotGoOnEnds() async throws {
    try await World.with(.live) { world in
      let requests = [
        "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
        "GET /healthz HTTP/1.0\r\n\r\n", "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: Close\r\n\r\n",
      ]
      for request in requests {
        try await RawConnection.with(port: try #require(world.client.port)) { reader, connection in
          try await connection.write(request)
          let text = await reader.readToEnd()
          #expect(text.hasPrefix("HTTP/1.1 200 ") && text.lowercased().contains("connection: close"), "\(text)")
        }
      }
    }
  }

  @Test func otherMethodsOfAKnownPathAreNamed() async throws {
    try await World.with { world in
      let token = try await world.token(.tenantAdmin)
      let wrong = try await world.send(.delete, "/v1/me", token: token)
      #expect(wrong.status == 405 && wrong.code == "request.method-not-allowed")
      #expect(wrong.headers[.allow] == "GET, HEAD, OPTIONS")
      for path in ["/v1/sessions", "/v1/variants/\(UUID())", "/healthz"] {
        let trace = try await world.send(.init("TRACE")!, path)
        #expect(trace.status == 405 && trace.headers[.allow] != nil, "\(path): \(trace.text)")
        let options = try await world.send(.options, path)
        #expect(options.status == 204 && options.headers[.allow] == trace.headers[.allow], "\(path)")
      }
      #expect(try await world.send(.get, "/v1/sessions").headers[.allow] == "DELETE, POST, OPTIONS")
      #expect(try await world.send(.init("TRACE")!, "/nowhere").status == 404)
      #expect(try await world.send(.options, "/nowhere").status == 404)
      let head = try await world.send(.head, "/v1/me", token: token)
      #expect(head.status == 200 && head.text.isEmpty)
      #expect(try await world.send(.head, "/v1/me").status == 401)
    }
  }
}
