import Foundation
import HummingbirdTesting
import Jobs
import Synchronization
import Tenancy
import TestSupport
import Testing
import Tokens

@Suite struct StreamTests {
  private static func running(_ world: World) async throws -> (token: String, job: String, claim: Claim, port: Int) {
    try await world.importTiny()
    let token = try await world.token(.scheduler)
    let job = try #require(try await world.submit(token)["id"]?.string)
    return (token, job, try await world.claim(), try #require(world.client.port))
  }

  private static func json(_ bytes: [UInt8]) throws -> [String: StrictJSON] {
    try #require(try StrictJSON(bytes).object)
  }

  @Test func pollingShowsTheWorkersLastWordAndPostgreSQLTheEnd() async throws {
    try await World.with { world in
      try await world.importTiny()
      let token = try await world.token(.scheduler)
      let job = try #require(try await world.submit(token)["id"]?.string)
      let path = "/v1/generation-jobs/\(job)/progress"
      #expect(try await world.send(.get, path, token: token)["state"]?.string == "queued")
      let claim = try await world.claim()
      try await world.publish(claim, seq: 1, percent: 40, message: "clustering")
      let live = try await world.send(.get, path, token: token)
      #expect(live["percent"] == .integer(40) && live["live"] == .bool(true), "\(live.text)")
      try await world.complete(claim)
      let end = try await world.send(.get, path, token: token)
      #expect(end["percent"] == .integer(100) && end["state"]?.string == "completed" && end["live"] == .bool(false))
    }
  }

  @Test func serverSentEventsResumeAndEnd() async throws {
    try await World.with(.live) { world in
      let (token, job, claim, port) = try await Self.running(world)
      for seq in 1...3 { try await world.publish(claim, seq: Int64(seq), percent: Double(seq * 10)) }
      try await RawConnection.with(port: port) { reader, connection in
        try await connection.write(
          "GET /v1/generation-jobs/\(job)/events HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer \(token)\r\n"
            + "Last-Event-ID: \(claim.fence)-1\r\n\r\n")
        let head = try await reader.read(through: "\r\n\r\n")
        #expect(head.contains("200 OK") && head.lowercased().contains("content-type: text/event-stream"))
        let replayed = try await reader.read(through: "id: \(claim.fence)-3\n")
        #expect(replayed.contains("id: \(claim.fence)-2\n") && !replayed.contains("id: \(claim.fence)-1\n"))
        try await world.publish(claim, seq: 4, percent: 80)
        _ = try await reader.read(through: "id: \(claim.fence)-4\n")
        try await world.complete(claim)
        let end = try await reader.read(through: "event: end\n") + (try await reader.read(through: "\n\n"))
        #expect(end.contains(#""state":"completed""#) && end.contains(#""percent":100"#))
      }
    }
  }

  @Test func webSocketSendsTheSameAndCloses() async throws {
    try await World.with(.live) { world in
      let (token, job, claim, port) = try await Self.running(world)
      try await world.publish(claim, seq: 1, percent: 10)
      try await RawConnection.with(port: port) { reader, connection in
        try await connection.write(upgrade("/v1/generation-jobs/\(job)/ws", "Authorization: Bearer \(token)\r\n"))
        let head = try await reader.read(through: "\r\n\r\n")
        #expect(head.hasPrefix("HTTP/1.1 101"))
        // RFC 6455, section 1.3
        #expect(head.lowercased().contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo="))
        var last: [String: StrictJSON] = [:]
        while last["percent"] != .integer(10) { last = try Self.json(try await reader.frame().payload) }
        // A masked ping of one byte is answered with a pong of the same.
        try await connection.write([0x89, 0x81, 1, 2, 3, 4, 0x41 ^ 1])
        var pong = try await reader.frame()
        while pong.opcode != 0xA { pong = try await reader.frame() }
        #expect(pong.payload == [0x41])
        try await world.complete(claim)
        var frame = try await reader.frame()
        while frame.opcode == 1 {
          last = try Self.json(frame.payload)
          frame = try await reader.frame()
        }
        #expect(last["state"] == .string("completed") && last["percent"] == .integer(100))
        #expect(frame.opcode == 8 && frame.payload.prefix(2) == [0x03, 0xE8])
      }
    }
  }

  @Test func aTicketOpensTheAliasOnce() async throws {
    try await World.with(.live) { world in
      let (token, job, claim, port) = try await Self.running(world)
      let ticket = try #require(try await world.send(.post, "/v1/tickets", token: token)["ticket"]?.string)
      try await RawConnection.with(port: port) { reader, connection in
        try await connection.write(upgrade("/ws/progress/\(job)?ticket=\(ticket)"))
        #expect(try await reader.read(through: "\r\n\r\n").hasPrefix("HTTP/1.1 101"))
        let first = try Self.json(try await reader.frame().payload)
        #expect(Set(first.keys).isSuperset(of: ["progress", "status", "phase"]))
        try await world.complete(claim)
      }
      try await RawConnection.with(port: port) { reader, connection in
        try await connection.write(upgrade("/ws/progress/\(job)?ticket=\(ticket)"))
        #expect(try await reader.read(through: "\r\n\r\n").hasPrefix("HTTP/1.1 401"))
      }
    }
  }

  @Test func aStreamEndsWithItsToken() async throws {
    // The tokens of these tests end in 600 s by this process's clock, which the server is ahead of; it forgives 30 s.
    try await World.with(secondsAhead: 605) { world in
      try await world.importTiny()
      let token = try await world.token(.scheduler)
      let job = try #require(try await world.submit(token)["id"]?.string)
      let stream = try await world.send(.get, "/v1/generation-jobs/\(job)/events", token: token)
      #expect(stream.status == 200 && stream.text.hasSuffix("event: expired\ndata: {}\n\n"), "\(stream.text)")
    }
  }

  @Test func withoutRedisPollingAndStreamsTellTheTruth() async throws {
    try await World.with(.live, redis: "unix:/nowhere/redis.sock") { world in
      let (token, job, claim, port) = try await Self.running(world)
      #expect(try await world.send(.get, "/readyz")["status"]?.string == "degraded")
      #expect(try await world.send(.get, "/health")["redis"]?.string == "disconnected")
      _ = try await world.queue.heartbeat(
        claim, progress: CoarseProgress(phase: "solving", percent: 30, message: "half"))
      let polled = try await world.send(.get, "/v1/generation-jobs/\(job)/progress", token: token)
      #expect(polled["percent"] == .integer(30) && polled["live"] == .bool(false), "\(polled.text)")
      let ticket = try #require(try await world.send(.post, "/v1/tickets", token: token)["ticket"]?.string)
      try await RawConnection.with(port: port) { reader, connection in
        try await connection.write("GET /v1/generation-jobs/\(job)/events?ticket=\(ticket) HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = try await reader.read(through: #""percent":30"#)
        try await world.complete(claim)
        #expect(try await reader.read(through: #""state":"completed""#).contains("event: end"))
      }
    }
  }

  @Test func theBarDoesNotFallWhenRedisIsEmptiedOrDies() async throws {
    let server = try await RedisServer.start()
    try await World.with(.live, redis: server.address) { world in
      let (token, job, claim, port) = try await Self.running(world)
      let path = "/v1/generation-jobs/\(job)"
      var sequence = ProgressSequence(job: claim.job.id, fence: claim.fence)
      let shown = Highest()
      func poll() async throws { try shown.see(try await world.send(.get, path + "/progress", token: token).json) }
      /// As a worker does it: what it has reached is stored, then shown.
      func goOn(to fraction: Double, stores: Bool) async throws {
        _ = sequence.next(phase: "annealing", fraction: fraction, message: "", at: Date())
        if stores {
          let coarse = CoarseProgress(phase: "annealing", percent: sequence.reached, message: "")
          if try await world.queue.heartbeat(claim, progress: coarse) == .held { sequence.isStored(sequence.reached) }
        }
        let event = sequence.next(
          phase: "annealing", fraction: fraction, message: "", etaLow: 1, etaHigh: 2, at: Date())
        try await world.publish(event, of: claim)
      }
      for (fraction, stores) in [(0.2, true), (0.3, false), (0.4, true), (0.68, false)] {
        try await goOn(to: fraction, stores: stores)
        try await poll()
        // Whoever comes back sees no less, with the id of the last event and without.
        for header in ["", "Last-Event-ID: \(claim.fence)-2\r\n"] {
          try await RawConnection.with(port: port) { reader, connection in
            try await connection.write(
              "GET \(path)/events HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(token)\r\n\(header)\r\n")
            _ = try await reader.read(through: "event: progress\n")
            _ = try await reader.read(through: "data: ")
            try shown.see(try StrictJSON(Array(try await reader.read(through: "\n\n").utf8)))
          }
        }
        _ = try await world.redis.command(["FLUSHALL"])
        try await poll()
      }
      #expect(shown.percent == 40)
      try await server.stop()
      try await poll()
    }
  }

  @Test func theFirstMessageOfTheAliasSaysHowLongItWillTake() async throws {
    try await World.with(.live) { world in
      try await world.importTiny()
      let token = try await world.token(.scheduler)
      let job = try #require(try await world.submit(token, #"{"seconds":30}"#)["id"]?.string)
      let port = try #require(world.client.port)
      func first() async throws -> StrictJSON? {
        let ticket = try #require(try await world.send(.post, "/v1/tickets", token: token)["ticket"]?.string)
        let eta = Mutex<StrictJSON?>(nil)
        try await RawConnection.with(port: port) { reader, connection in
          try await connection.write(upgrade("/ws/progress/\(job)?ticket=\(ticket)"))
          _ = try await reader.read(through: "\r\n\r\n")
          let message = try Self.json(try await reader.frame().payload)
          eta.withLock { $0 = message["eta_seconds"] }
        }
        return eta.withLock { $0 }
      }
      // Of the order, while nothing better is known; then as the worker says.
      #expect(try await first() == .integer(30))
      let claim = try await world.claim()
      #expect(try await first() == .integer(30))
      try await world.publish(claim, seq: 1, percent: 0)
      #expect(try await first() == .integer(20))
      try await world.complete(claim)
      #expect(try await first() == .integer(0))
    }
  }

  @Test func refusedUpgradesAreAnsweredByTheRouter() async throws {
    try await World.with(.live) { world in
      let (token, job, _, port) = try await Self.running(world)
      let authorization = "Authorization: Bearer \(token)\r\n"
      let cases: [(String, String, String)] = [
        ("/v1/generation-jobs/\(job)/ws", "", "401"), ("/v1/generation-jobs/\(UUID())/ws", authorization, "404"),
        ("/v1/generation-jobs/\(job)/ws", authorization + "Origin: https://evil.test\r\n", "403"),
        ("/v1/nowhere/ws", authorization, "404"),
      ]
      for (path, headers, status) in cases {
        try await RawConnection.with(port: port) { reader, connection in
          try await connection.write(upgrade(path, headers))
          let head = try await reader.read(through: "\r\n\r\n")
          #expect(head.hasPrefix("HTTP/1.1 \(status)"), "\(path)")
        }
      }
      #expect(try await world.send(.get, "/v1/generation-jobs/\(job)/ws", token: token).status == 426)
      // What curl asks for by default with --http2.
      try await RawConnection.with(port: port) { reader, connection in
        try await connection.write(
          "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n")
        #expect(try await reader.read(through: "\r\n\r\n").hasPrefix("HTTP/1.1 200"))
      }
    }
  }

  @Test func aTenantsUpgradesCountAsItsRequests() async throws {
    var quotas = QuotaOverrides()
    quotas.requestsPerSecond = 2
    try await World.with(.live, quotas: quotas) { world in
      let (token, job, _, port) = try await Self.running(world)
      var refused: String?
      for _ in 0..<50 where refused == nil {
        refused = try await RawConnection.with(port: port) { reader, connection in
          try await connection.write(upgrade("/v1/generation-jobs/\(job)/ws", "Authorization: Bearer \(token)\r\n"))
          let head = try await reader.read(through: "\r\n\r\n")
          return head.hasPrefix("HTTP/1.1 101") ? nil : head + (await reader.readToEnd())
        }
      }
      let answer = try #require(refused)
      #expect(answer.hasPrefix("HTTP/1.1 429") && answer.lowercased().contains("retry-after: 1"), "\(answer)")
      #expect(answer.contains("rate.exceeded") && answer.contains("application/problem+json"), "\(answer)")
    }
  }

  @Test func aPageOfAnotherSiteOpensNoStream() async throws {
    try await World.with(.live) { world in
      let (token, job, _, port) = try await Self.running(world)
      // The page's own address is http://localhost: another scheme's or another port's page is another site.
      let foreign = [
        "https://evil.test", "null", "http://localhost.evil.test", "http://localhost:81", "http://evil.test/localhost",
        "http://localhost\r\nOrigin: http://evil.test",
      ]
      for origin in foreign {
        let headers = "Authorization: Bearer \(token)\r\nOrigin: \(origin)\r\n"
        for request in [
          upgrade("/v1/generation-jobs/\(job)/ws", headers),
          "GET /v1/generation-jobs/\(job)/events HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\(headers)\r\n",
        ] {
          try await RawConnection.with(port: port) { reader, connection in
            try await connection.write(request)
            let text = await reader.readToEnd()
            #expect(text.hasPrefix("HTTP/1.1 403 ") && text.contains("auth.foreign-origin"), "\(origin): \(text)")
          }
        }
      }
      try await RawConnection.with(port: port) { reader, connection in
        try await connection.write(
          upgrade(
            "/v1/generation-jobs/\(job)/ws", "Authorization: Bearer \(token)\r\nOrigin: http://localhost\r\n"))
        #expect(try await reader.read(through: "\r\n\r\n").hasPrefix("HTTP/1.1 101 "))
      }
    }
  }

  /// NIO gives no answer at all to most of these.
  @Test(.timeLimit(.minutes(1))) func anUpgradeThatIsNoneHasAnAnswer() async throws {
    try await World.with(.live) { world in
      let (token, job, _, port) = try await Self.running(world)
      let good = upgrade("/v1/generation-jobs/\(job)/ws", "Authorization: Bearer \(token)\r\n")
      let cases: [(String, String, String)] = [
        ("Version: 13", "Version: 8", "426"), ("Sec-WebSocket-Version: 13\r\n", "", "426"),
        ("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", "", "400"), ("dGhlIHNhbXBsZSBub25jZQ==", "short", "400"),
        ("Connection: Upgrade", "Connection: keep-alive", "400"), ("GET ", "POST ", "400"),
        ("Host: localhost\r\n", "Host: localhost\r\nContent-Length: 3\r\n", "400"),
      ]
      for (text, replacement, status) in cases {
        try await RawConnection.with(port: port) { reader, connection in
          try await connection.write(good.replacing(text, with: replacement))
          let answer = await reader.readToEnd()
          #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(replacement): \(answer)")
        }
      }
    }
  }

  @Test(.timeLimit(.minutes(1))) func framesAgainstTheProtocolCloseTheConnection() async throws {
    try await World.with(.live) { world in
      let (token, job, _, port) = try await Self.running(world)
      let mask: [UInt8] = [0, 0, 0, 0]
      let cases: [(String, [UInt8], UInt16)] = [
        ("unmasked ping", [0x89, 0x01, 0x41], 1002), ("unmasked close", [0x88, 0x00], 1002),
        ("reserved bit 1", [0xC9, 0x80] + mask, 1002), ("reserved bit 3", [0x99, 0x80] + mask, 1002),
        ("continuation of nothing", [0x80, 0x80] + mask, 1002), ("unknown opcode", [0x83, 0x80] + mask, 1002),
        ("ping in parts", [0x09, 0x80] + mask, 1002), ("ping of 126 bytes", [0x89, 0xFE, 0, 126] + mask, 1002),
        ("close with half a code", [0x88, 0x81] + mask + [3], 1002),
        ("text", [0x81, 0x81] + mask + [0x41], 1008), ("text in parts", [0x01, 0x81] + mask + [0x41], 1008),
        ("5,000 bytes", [0x82, 0xFE, 0x13, 0x88] + mask, 1009),
        ("2^63 bytes", [0x82, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0] + mask, 1009),
        ("a flood of pings", (0..<100).flatMap { _ in [0x89, 0x80] + mask }, 1008),
        ("good-bye", [0x88, 0x82] + mask + [0x03, 0xE9], 1001),
      ]
      for (name, bytes, code) in cases {
        try await RawConnection.with(port: port) { reader, connection in
          try await connection.write(upgrade("/v1/generation-jobs/\(job)/ws", "Authorization: Bearer \(token)\r\n"))
          _ = try await reader.read(through: "\r\n\r\n")
          try await connection.write(bytes)
          var frame = try await reader.frame()
          while frame.opcode != 8 { frame = try await reader.frame() }
          #expect(frame.payload.prefix(2) == [UInt8(code >> 8), UInt8(code & 0xFF)], "\(name): \(frame)")
          await #expect(throws: ConnectionEnded.self) { while true { _ = try await reader.frame() } }
        }
      }
    }
  }
}

/// The most that one watcher has been shown.
private final class Highest: Sendable {
  private let shown = Mutex(0.0)
  var percent: Double { shown.withLock { $0 } }

  func see(_ document: StrictJSON) throws {
    let value = try #require(document.object?["percent"])
    let percent: Double? =
      switch value {
      case .integer(let number): Double(number)
      case .number(let number): number
      default: nil
      }
    let now = try #require(percent)
    shown.withLock {
      #expect(now >= $0)
      $0 = now
    }
  }
}

private func upgrade(_ path: String, _ headers: String = "") -> String {
  "GET \(path) HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\(headers)\r\n"
}
