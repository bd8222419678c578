import Foundation
import HTTPTypes
import Hummingbird
import Passwords
import NIOCore
import NIOPosix
import Persistence
import Server
import Synchronization
import Tenancy
import Testing
import TestTenants

/// What is let in, what is refused early, and that one tenant's or address's flood is nobody else's trouble.
@Suite struct AdmissionTests {
  @Test func aDocumentOfTooManyLessonsIsRefusedBeforeItIsRead() async throws {
    try await World.with(plan: "free") { world in
      let token = try await world.token(.scheduler)
      let lessons = Array(repeating: "{}", count: 600_000).joined(separator: ",")
      let body = #"{"format":"horarium/1","lessons":[\#(lessons)]}"#
      let answer = try await world.send(.put, "/v1/institution?dryRun=true", token: token, body)
      #expect(answer.status == 422 && answer.code == "quota.lessons-per-job", "\(answer.text.prefix(400))")
      let large = try await world.send(
        .put, "/v1/institution", token: token, body + String(repeating: " ", count: 4 << 20))
      #expect(large.status == 413, "\(large.text.prefix(400))")
    }
  }

  @Test func whoMayNotImportIsRefusedBeforeTheBody() async throws {
    try await World.with { world in
      let token = try await world.token(.student)
      let answer = try await world.send(.put, "/v1/institution", token: token, String(repeating: "x", count: 30 << 20))
      #expect(answer.status == 403)
    }
  }

  @Test func sixtyHonestAccountsSignInBesideAFloodOfMadeUpOnes() async throws {
    try await World.with(.live) { world in
      let port = try #require(world.client.port)
      let hash = try PasswordHash(of: "correct horse", cost: .init(logarithmOfRounds: 4))
      try await world.installation.transaction { transaction in
        for number in 0..<60 {
          _ = try await transaction.upsertAccount(
            NewAccount(email: "honest-\(number)@test", displayName: "H", passwordHash: hash.text, roles: [.student]))
        }
      }
      let refused = Count()
      try await withThrowingTaskGroup(of: Int?.self) { group in
        for flooder in 0..<16 {
          group.addTask {
            var number = 0
            while !Task.isCancelled {
              number += 1
              let status = try? await signIn("made-up-\(flooder)-\(number)@test", "whatever", from: "127.0.0.9", port)
              if status == 429 { refused.raise() }
            }
            return nil
          }
        }
        // Each from an address of its own, once the flood is refused for what it is.
        while refused.value < 20 { await Task.yield() }
        for number in 0..<60 {
          group.addTask {
            try await signIn("honest-\(number)@test", "correct horse", from: "127.0.1.\(number + 1)", port)
          }
        }
        var statuses: [Int] = []
        while statuses.count < 60, let status = try await group.next() { if let status { statuses.append(status) } }
        #expect(statuses == Array(repeating: 200, count: 60))
        group.cancelAll()
      }
    }
  }

  @Test func nulAndWhatElseCannotBeStoredIsRefusedByName() async throws {
    try await World.with { world in
      let token = try await world.token(.tenantAdmin)
      try await world.importTiny()
      for path in [
        "/v1/published?teacher=%00", "/v1/published?term=%00", "/v1/institution?term=a%00b",
        "/v1/published?student=%E2%80%AEx", "/v1/generation-jobs?state=%00",
        "/v1/published?group=\(String(repeating: "a", count: 5_000))",
        "/v1/variants/00000000-0000-7000-8000-000000000000/lessons/%00/meetings/0/places",
      ] {
        let answer = try await world.send(.get, path, token: token)
        #expect(
          answer.status == 422 && answer.code == "request.invalid", "\(path.prefix(80)): \(answer.text.prefix(300))")
        #expect(answer["errors"]?.array?.count == 1)
      }
      for (body, pointer) in [
        (#"{"presets":[{"name":"\u0000","strategy":"org.x.y"}]}"#, "/presets/0/name"),
        (#"{"presets":[{"name":"a","strategy":"org.\u0000"}]}"#, "/presets/0/strategy"),
        (#"{"presets":[{"name":"a","strategy":"org.x.y","options":{"\u0000":1}}]}"#, "/presets/0/options/\u{2400}"),
        (#"{"presets":[{"name":"a","strategy":"org.x.y","options":[1]}]}"#, "/presets/0/options"),
        (#"{"presets":[{"name":"a","strategy":"org.x.y","options":"x"}]}"#, "/presets/0/options"),
        (#"{"presets":[{"name":"a","strategy":"org.x.y","strict":"yes"}]}"#, "/presets/0/strict"),
        (#"{"presets":[{"name":"a","strategy":"org.x.y","version":"1"}]}"#, "/presets/0/version"),
        (#"{"presets":[{"name":"a\u202eb","strategy":"org.x.y"}]}"#, "/presets/0/name"),
        (
          #"{"presets":[{"name":"e\#(String(repeating: "\u{301}", count: 200))","strategy":"org.x.y"}]}"#,
          "/presets/0/name"
        ),
      ] {
        let answer = try await world.send(.put, "/v1/variant-presets", token: token, body)
        #expect(answer.status == 422, "\(body.prefix(100)): \(answer.text.prefix(300))")
        let pointers = (answer["errors"]?.array ?? []).compactMap { $0.object?["pointer"]?.string }
        #expect(pointers.contains(pointer), "\(pointer) is not in \(pointers)")
      }
      let lone = try await world.send(.put, "/v1/variant-presets", token: token, #"{"presets":"\ud800"}"#)
      #expect(lone.status == 400)
      let submitted = try await world.submit(token, #"{"title":"a\u0000b"}"#)
      #expect(submitted.status == 422)
    }
  }

  @Test func answersStayShortHoweverLongTheMistakes() async throws {
    try await World.with { world in
      let members = (0..<10_000).map { "\"unknown-\($0)\":1" }.joined(separator: ",")
      for body in ["{\(members)}", "{\"\(String(repeating: "n", count: 200_000))\":1}"] {
        let answer = try await world.send(.post, "/v1/sessions", body)
        #expect([400, 422].contains(answer.status) && answer.text.utf8.count < 64_000, "\(answer.text.utf8.count)")
      }
    }
  }

  @Test func requestIdsTellNothingOfOtherRequests() async throws {
    try await World.with { world in
      var ids: Set<String> = []
      for _ in 0..<20 {
        let id = try #require(try await world.send(.get, "/healthz").headers[.init("X-Request-Id")!])
        #expect(id.utf8.count == 32 && id.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        // All but none of their first half is the same: no counter, no common prefix.
        ids.insert(String(id.prefix(8)))
      }
      #expect(ids.count == 20)
    }
  }

  @Test func aRaisedPlanCountsAtOnceAndInBothHeaders() throws {
    let id = try #require(TenantID(rawValue: "t_aaaaaaaaaaaaaaaa"))
    let slug = try #require(TenantSlug(rawValue: "abc"))
    func entry(_ rate: Int) -> TenantEntry {
      var quotas = Plan.free.quotas
      quotas.requestsPerSecond = rate
      return TenantEntry(
        id: id, slug: slug, name: "A", state: .active, plan: "free", quotas: quotas, tokenVersion: 0, schemaVersion: 1)
    }
    let rates = RequestRates()
    let now = ContinuousClock.now
    for _ in 0..<50 { _ = try rates.take(for: entry(50), now: now) }
    let refusal = #expect(throws: RequestRates.Refusal.self) { try rates.take(for: entry(50), now: now) }?.problem
    #expect(refusal?.headers[.retryAfter] == "1")
    let raised = try rates.take(for: entry(1_000), now: now).fields
    #expect(raised[.init("RateLimit-Policy")!] == "\"requests\";q=1000;w=1")
    #expect(raised[.init("RateLimit")!] == "\"requests\";r=949;t=1")
    let lowered = #expect(throws: RequestRates.Refusal.self) { try rates.take(for: entry(10), now: now) }?.problem
    #expect(lowered?.headers[.init("RateLimit-Policy")!] == "\"requests\";q=10;w=1")
    // Whoever has as much refused as it may ask does not listen, until it is quiet for a second.
    func isFlood(_ now: ContinuousClock.Instant) -> Bool? {
      #expect(throws: RequestRates.Refusal.self) { while true { _ = try rates.take(for: entry(10), now: now) } }?
        .isFlood
    }
    #expect((0..<8).map { _ in isFlood(now) } == Array(repeating: false, count: 8))
    #expect(isFlood(now) == true)
    #expect(isFlood(now + .seconds(1)) == false)
  }

  @Test(arguments: [
    ("40P01", 409), ("40001", 409), ("55P03", 409), ("23505", 409), ("23503", 409), ("23P01", 409), ("22021", 422),
    ("22P05", 422), ("22001", 422), ("23514", 422), ("54000", 422), ("53100", 503), ("53200", 503), ("53300", 503),
    ("57014", 503), ("57P01", 503), ("57P03", 503), ("58030", 503), ("08006", 503), ("25P03", 503), ("26000", 503),
    ("0A000", 503), ("3F000", 503),
  ])
  func everyKindOfRefusalOfTheDatabaseHasItsAnswer(state: String, status: Int) throws {
    let problem = try #require(Problem(sqlState: state))
    #expect(problem.code.status.code == status)
    #expect((problem.headers[.retryAfter] != nil) == (status != 422))
    #expect(problem.detail?.contains("\nMaybe ") == true)
  }

  @Test(arguments: ["42601", "42P01", "42501", "XX000", "P0001"])
  func aFaultOfOursIsNoAdviceToOthers(state: String) { #expect(Problem(sqlState: state) == nil) }
}

private final class Count: Sendable {
  private let count = Mutex(0)
  var value: Int { count.withLock { $0 } }
  func raise() { count.withLock { $0 += 1 } }
}

/// One sign-in over a connection of its own that comes from `address`; its status.
private func signIn(_ email: String, _ password: String, from address: String, _ port: Int) async throws -> Int {
  let body = #"{"tenant":"tenant-1","email":"\#(email)","password":"\#(password)"}"#
  let request =
    "POST /v1/sessions HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\nConnection: close\r\n"
    + "Content-Length: \(body.utf8.count)\r\n\r\n" + body
  let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
    .bind(to: try SocketAddress(ipAddress: address, port: 0))
    .connect(host: "127.0.0.1", port: port) { channel in
      channel.eventLoop.makeCompletedFuture {
        try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
      }
    }
  return try await channel.executeThenClose { inbound, outbound in
    try await outbound.write(ByteBuffer(string: request))
    var text = ""
    for try await buffer in inbound {
      text += String(buffer: buffer)
      if text.count > 12 { break }
    }
    return Int(text.dropFirst(9).prefix(3)) ?? 0
  }
}
