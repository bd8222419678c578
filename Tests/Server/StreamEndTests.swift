import Foundation
import Jobs
import Logging
import Persistence
import Postgres
import Server
import Tenancy
import TestTenants
import Testing

/// Open streams and what they count for.
@Suite struct StreamEndTests {
  private static func job(_ world: World) async throws -> String {
    try await world.importTiny()
    let token = try await world.token(.scheduler, name: "owner")
    return try #require(try await world.submit(token)["id"]?.string)
  }

  private static func events(_ job: String, _ token: String) -> String {
    "GET /v1/generation-jobs/\(job)/events HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
      + "Authorization: Bearer \(token)\r\n\r\n"
  }

  private static func webSocket(_ job: String, _ token: String) -> String {
    "GET /v1/generation-jobs/\(job)/ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
      + "Authorization: Bearer \(token)\r\n\r\n"
  }

  /// Opens a stream of each kind with `token`, does `body`, and expects both to end.
  private static func expectTheEnd(
    _ world: World, _ job: String, _ token: String, _ body: @escaping @Sendable () async throws -> Void
  ) async throws {
    let port = try #require(world.client.port)
    try await RawConnection.with(port: port) { events, connection in
      try await connection.write(Self.events(job, token))
      _ = try await events.read(through: "event: progress\n")
      try await RawConnection.with(port: port) { frames, connection in
        try await connection.write(Self.webSocket(job, token))
        #expect(try await frames.read(through: "\r\n\r\n").hasPrefix("HTTP/1.1 101 "))
        _ = try await frames.frame()
        let begun = ContinuousClock.now
        try await body()
        var frame = try await frames.frame()
        while frame.opcode != 8 { frame = try await frames.frame() }
        #expect(frame.payload.prefix(2) == [0x03, 0xF0])
        let text = await events.readToEnd()
        #expect(text.contains("event: revoked\ndata: {}\n\n"), "\(text)")
        #expect(ContinuousClock.now - begun < .seconds(10))
      }
    }
    await world.streams.fallen(to: 0)
  }

  /// No look of its own within the test: what ends the streams is what PostgreSQL tells.
  private static let told = StreamTiming(poll: .seconds(3600), standing: .seconds(3600))

  @Test(.timeLimit(.minutes(1))) func streamsEndWithWhatAllowedThem() async throws {
    try await World.with(.live, timing: Self.told) { world in
      let job = try await Self.job(world)
      let provisioner = TenantProvisioner(owner: world.installation.database.owner, logger: Logger(label: "test"))
      let signedOut = try await world.token(.scheduler, name: "a")
      try await Self.expectTheEnd(world, job, signedOut) {
        let answer = try await world.send(.delete, "/v1/sessions", token: signedOut)
        #expect(answer.status == 204)
      }
      let allOut = try await world.token(.scheduler, name: "b")
      try await Self.expectTheEnd(world, job, allOut) {
        let answer = try await world.send(.delete, "/v1/sessions?all=true", token: allOut)
        #expect(answer.status == 204)
      }
      let disabled = try await world.token(.scheduler, name: "c")
      try await Self.expectTheEnd(world, job, disabled) {
        try await world.installation.transaction { _ = try await $0.sql.execute(disable, "c-scheduler@test") }
      }
      let lowered = try await world.token(.scheduler, name: "d")
      try await Self.expectTheEnd(world, job, lowered) {
        try await world.installation.transaction { _ = try await $0.sql.execute(lower, "d-scheduler@test") }
      }
      let suspended = try await world.token(.scheduler, name: "e")
      try await Self.expectTheEnd(world, job, suspended) {
        try await provisioner.setState(.suspended, of: world.installation.tenants[0].id)
      }
    }
  }

  @Test(.timeLimit(.minutes(1))) func oneWatchersEndIsNotAnothersAndAllServersHearOfIt() async throws {
    try await World.with(.live, tenants: 2, timing: Self.told) { world in
      let job = try await Self.job(world)
      let (gone, stays) = (try await world.token(.scheduler, name: "a"), try await world.token(.scheduler, name: "b"))
      try await RawConnection.with(port: try #require(world.client.port)) { reader, connection in
        try await connection.write(Self.events(job, stays))
        _ = try await reader.read(through: "event: progress\n")
        try await Self.expectAnotherServer(of: world) { other in
          try await Self.watching(world, job, gone) {
            // Signed out at the other server, of the same database.
            let answer = try await other.send(.delete, "/v1/sessions", token: gone)
            #expect(answer.status == 204)
          }
        }
        // The stream that stays still hears of its job.
        _ = try await world.claim()
        #expect(try await reader.read(through: #""state":"running""#).contains("event: revoked") == false)
      }
    }
  }

  private static func watching(
    _ world: World, _ job: String, _ token: String, _ body: @escaping @Sendable () async throws -> Void
  ) async throws {
    try await RawConnection.with(port: try #require(world.client.port)) { reader, connection in
      try await connection.write(events(job, token))
      _ = try await reader.read(through: "event: progress\n")
      try await body()
      _ = try await reader.read(through: "event: revoked\n")
    }
  }

  private static func expectAnotherServer(
    of world: World, _ body: @escaping @Sendable (World) async throws -> Void
  ) async throws {
    try await World.serve(.router, world.installation, timing: told, body)
  }

  /// A notification may get lost: then the server's own look finds it.
  @Test(.timeLimit(.minutes(1))) func whatIsNotToldIsFound() async throws {
    let looking = StreamTiming(poll: .seconds(3600), standing: .milliseconds(50))
    try await World.with(.live, timing: looking) { world in
      let job = try await Self.job(world)
      let token = try await world.token(.scheduler, name: "a")
      let schema = world.installation.tenants[0].id.schema
      try await Self.expectTheEnd(world, job, token) {
        try await ScriptRunner(configuration: world.installation.database.superuser).run(
          script: """
            SET session_replication_role = replica;
            UPDATE \(schema).account SET is_enabled = false WHERE email = 'a-scheduler@test';
            """)
      }
    }
  }

  @Test(.timeLimit(.minutes(1))) func streamsAreCountedAndCapped() async throws {
    var limits = StreamLimits()
    limits.all = 3
    limits.perTenant = 2
    try await World.with(.live, tenants: 2, streams: limits) { world in
      let job = try await Self.job(world)
      let token = try await world.token(.scheduler, name: "a")
      let other = try await world.token(.scheduler, tenant: 1, name: "b")
      try await world.importTiny(tenant: 1)
      let foreign = try #require(try await world.submit(other)["id"]?.string)
      let port = try #require(world.client.port)
      try await Self.open(port, Self.events(job, token)) {
        try await Self.open(port, Self.webSocket(job, token)) {
          #expect(world.streams.count == 2)
          for request in [Self.events(job, token), Self.webSocket(job, token)] {
            let refused = try await Self.answer(port, request)
            #expect(refused.hasPrefix("HTTP/1.1 429 ") && refused.contains("quota.streams"), "\(refused)")
            #expect(refused.lowercased().contains("retry-after"), "\(refused)")
          }
          try await Self.open(port, Self.events(foreign, other)) {
            let full = try await Self.answer(port, Self.webSocket(foreign, other))
            #expect(full.hasPrefix("HTTP/1.1 503 ") && full.contains("service.overloaded"), "\(full)")
          }
        }
      }
      await world.streams.fallen(to: 0)
      // A question about the headers opens none.
      #expect(try await world.send(.head, "/v1/generation-jobs/\(job)/events", token: token).status == 200)
      await world.streams.fallen(to: 0)
      try await Self.open(port, Self.events(job, token)) {}
    }
  }

  private static func open(_ port: Int, _ request: String, _ body: @escaping @Sendable () async throws -> Void)
    async throws
  {
    try await RawConnection.with(port: port) { reader, connection in
      try await connection.write(request)
      _ = try await reader.read(through: "percent")
      try await body()
    }
  }

  private static func answer(_ port: Int, _ request: String) async throws -> String {
    try await RawConnection.with(port: port) { reader, connection in
      try await connection.write(request)
      return await reader.readToEnd()
    }
  }

  @Test(.timeLimit(.minutes(1))) func manyWatchersAreOneLook() async throws {
    try await World.with(timing: StreamTiming(poll: .seconds(3600))) { world in
      let id = try #require(JobID(try await Self.job(world)))
      let context = try world.installation.context()
      let before = world.board.looks
      let streams = (0..<500).map { _ in world.board.watch(id, for: context) }
      for stream in streams {
        var jobs = stream.makeAsyncIterator()
        let job = await jobs.next()
        #expect(job?.id == id)
      }
      #expect(world.board.looks - before < 50)
    }
  }
}

private let disable = Statement<String, Void>("UPDATE account SET is_enabled = false WHERE email = $1") { [.text($0)] }
private let lower = Statement<String, Void>("UPDATE account SET roles = '{student}' WHERE email = $1") { [.text($0)] }
