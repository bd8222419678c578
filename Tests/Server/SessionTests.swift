import Logging
import Passwords
import Persistence
import Postgres
import Redis
import Tenancy
import Testing
import TestSupport
import TestTenants

@Suite struct SessionTests {
  private static func body(tenant: String = "tenant-1", email: String = "a@b", password: String = "correct horse")
    -> String
  {
    #"{"tenant":"\#(tenant)","email":"\#(email)","password":"\#(password)"}"#
  }

  private static func makeAccount(_ world: World) async throws {
    let hash = try PasswordHash(of: "correct horse", cost: .init(logarithmOfRounds: 4))
    _ = try await world.installation.transaction {
      try await $0.upsertAccount(
        NewAccount(email: "a@b", displayName: "A", passwordHash: hash.text, roles: [.scheduler]))
    }
  }

  @Test func aSessionBeginsRefreshesAndEnds() async throws {
    try await World.with { world in
      try await Self.makeAccount(world)
      let session = try await world.send(.post, "/v1/sessions", Self.body(email: "A@B"))
      #expect(session.status == 200 && session["expiresIn"] == .integer(600))
      #expect(session["roles"] == .array([.string("scheduler")]))
      let token = try #require(session["accessToken"]?.string)
      #expect(try await world.send(.get, "/v1/me", token: token)["email"]?.string == "a@b")
      let fresh = try await world.send(.post, "/v1/sessions/refresh", token: token)
      let second = try #require(fresh["accessToken"]?.string)
      #expect(second != token)
      #expect(try await world.send(.get, "/v1/me", token: second).status == 200)
      #expect(try await world.send(.delete, "/v1/sessions", token: token).status == 204)
      #expect(try await world.send(.get, "/v1/me", token: token).status == 401)
      #expect(try await world.send(.get, "/v1/me", token: second).status == 401)
    }
  }

  private static func signIn(_ world: World) async throws -> String {
    try #require(try await world.send(.post, "/v1/sessions", body())["accessToken"]?.string)
  }

  private static func refresh(_ world: World, _ token: String) async throws -> String {
    try #require(try await world.send(.post, "/v1/sessions/refresh", token: token)["accessToken"]?.string)
  }

  private static func status(_ world: World, _ token: String) async throws -> Int {
    try await world.send(.get, "/v1/me", token: token).status
  }

  /// Makes every refreshed token look as if that were a minute ago.
  private static func letAMinutePass(_ world: World) async throws {
    try await world.installation.transaction { _ = try await $0.sql.execute(aMinuteLater) }
  }

  @Test func signingOutEndsAllThatCameOfTheSessionAndNoOther() async throws {
    try await World.with { world in
      try await Self.makeAccount(world)
      let first = try await Self.signIn(world)
      let second = try await Self.refresh(world, first)
      let third = try await Self.refresh(world, second)
      let other = try await Self.signIn(world)
      #expect(try await world.send(.delete, "/v1/sessions", token: second).status == 204)
      for token in [first, second, third] { #expect(try await Self.status(world, token) == 401) }
      #expect(try await Self.status(world, other) == 200)
      #expect(try await world.send(.delete, "/v1/sessions?all=true", token: other).status == 204)
      #expect(try await Self.status(world, other) == 401)
    }
  }

  @Test func whoRefreshesTwiceGetsTheSameTokenTwice() async throws {
    try await World.with { world in
      try await Self.makeAccount(world)
      let token = try await Self.signIn(world)
      let fresh = try await withThrowingTaskGroup(of: String.self) { group in
        for _ in 0..<8 { group.addTask { try await Self.refresh(world, token) } }
        return try await group.reduce(into: Set<String>()) { $0.insert($1) }
      }
      #expect(fresh.count == 1)
      #expect(try await Self.status(world, token) == 200)
    }
  }

  @Test func aRefreshedTokenThatTurnsUpAgainEndsItsSession() async throws {
    try await World.with { world in
      try await Self.makeAccount(world)
      let stolen = try await Self.signIn(world)
      let other = try await Self.signIn(world)
      let fresh = try await Self.refresh(world, stolen)
      try await Self.letAMinutePass(world)
      #expect(try await Self.status(world, fresh) == 200)
      #expect(try await world.send(.post, "/v1/sessions/refresh", token: stolen).status == 401)
      #expect(try await Self.status(world, fresh) == 401)
      #expect(try await Self.status(world, other) == 200)
    }
  }

  @Test func aTicketOutlivesTheRefreshingOfItsToken() async throws {
    try await World.with { world in
      try await world.importTiny()
      let token = try await world.token(.scheduler)
      let job = try #require(try await world.submit(token)["id"]?.string)
      let ticket = try #require(try await world.send(.post, "/v1/tickets", token: token)["ticket"]?.string)
      let fresh = try await Self.refresh(world, token)
      try await Self.letAMinutePass(world)
      let answer = try await world.send(.get, "/v1/generation-jobs/\(job)/ws?ticket=\(ticket)")
      #expect(answer.status == 426, "\(answer.text)")
      #expect(try await Self.status(world, fresh) == 200)
    }
  }

  @Test func signingOutDoesNotDependOnRedis() async throws {
    let redis = try await RedisServer.start()
    try await World.with(redis: redis.address) { world in
      try await Self.makeAccount(world)
      let token = try await Self.signIn(world)
      let fresh = try await Self.refresh(world, token)
      #expect(try await world.send(.delete, "/v1/sessions", token: fresh).status == 204)
      _ = try? await world.redis.command(["FLUSHALL"], deadline: .seconds(5))
      for token in [token, fresh] { #expect(try await Self.status(world, token) == 401) }
    }
    try await redis.stop()
  }

  /// At the next request, whatever the server remembers of the tenant.
  @Test func aSuspendedTenantIsShutOutAtOnce() async throws {
    try await World.with(tenants: 2) { world in
      let tenants = world.installation.tenants
      let (token, other) = (try await world.token(.scheduler), try await world.token(.scheduler, tenant: 1))
      #expect(try await Self.status(world, token) == 200)
      let provisioner = TenantProvisioner(owner: world.installation.database.owner, logger: Logger(label: "test"))
      try await provisioner.setState(.suspended, of: tenants[0].id)
      #expect(try await Self.status(world, token) == 401)
      #expect(try await Self.status(world, other) == 200)
      try await provisioner.setState(.active, of: tenants[0].id)
      // Tokens of before stay void.
      #expect(try await Self.status(world, token) == 401)
    }
  }

  @Test func aDisabledAccountIsShutOutAtOnce() async throws {
    try await World.with { world in
      let token = try await world.token(.scheduler)
      #expect(try await Self.status(world, token) == 200)
      try await world.installation.transaction { _ = try await $0.sql.execute(disableAll) }
      #expect(try await Self.status(world, token) == 401)
    }
  }

  @Test func everyWayToFailLooksTheSame() async throws {
    try await World.with { world in
      try await Self.makeAccount(world)
      var bodies: Set<String> = []
      for body in [
        Self.body(password: "wrong horse"), Self.body(email: "nobody@b"), Self.body(tenant: "tenant-9"),
        Self.body(tenant: "No Tenant"),
      ] {
        let answer = try await world.send(.post, "/v1/sessions", body)
        #expect(answer.status == 401)
        bodies.insert("\(answer.code ?? "") \(answer["detail"]?.string ?? "")")
      }
      #expect(bodies.count == 1)
    }
  }

  @Test func guessingIsSlowedDown() async throws {
    try await World.with { world in
      // Nine at once from one address: eight are tried, one after the other, the ninth is told to wait. Where hashing
      // is slow the last of the eight may be told that the line moves too slowly.
      let answers = try await withThrowingTaskGroup(of: World.Answer.self) { group in
        for number in 0..<9 {
          group.addTask {
            try await world.send(.post, "/v1/sessions", Self.body(email: "guessed\(number)@b", password: "wrong"))
          }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(answers.filter { $0.status == 429 }.count == 1)
      #expect(answers.contains { $0.status == 401 } && answers.allSatisfy { [401, 429, 503].contains($0.status) })
      let refused = try #require(answers.first { $0.status == 429 })
      #expect(refused.code == "rate.at-once" && refused.headers[.retryAfter] != nil)
    }
  }

  @Test func aLoweredRoleCountsAtOnce() async throws {
    try await World.with { world in
      let token = try await world.token(.scheduler, .tenantAdmin, name: "x")
      #expect(try await world.send(.get, "/v1/audit", token: token).status == 200)
      try await world.installation.transaction { transaction in
        let account = try #require(try await transaction.accounts().first)
        _ = try await transaction.upsertAccount(
          NewAccount(email: account.email, displayName: "x", roles: [.scheduler]))
      }
      // The token is void: it was made when the account could do more.
      #expect(try await world.send(.get, "/v1/audit", token: token).status == 401)
      let account = try #require(try await world.installation.transaction { try await $0.accounts() }.first)
      let lowered = try world.token(of: account, [.scheduler, .tenantAdmin])
      // One that names more than the account has grants no more than it has.
      #expect(try await world.send(.get, "/v1/me", token: lowered)["roles"] == .array([.string("scheduler")]))
      let refused = try await world.send(.get, "/v1/audit", token: lowered)
      #expect(refused.status == 403 && refused.code == "auth.forbidden")
    }
  }

  @Test func aTenantIsHeldToItsRequestsPerSecond() async throws {
    var quotas = QuotaOverrides()
    quotas.requestsPerSecond = 2
    try await World.with(quotas: quotas) { world in
      let token = try await world.token(.student)
      let first = try await world.send(.get, "/v1/me", token: token)
      #expect(first.headers[.init("RateLimit-Policy")!] == "\"requests\";q=2;w=1")
      var refused: World.Answer?
      for _ in 0..<50 where refused == nil {
        let answer = try await world.send(.get, "/v1/me", token: token)
        if answer.status == 429 { refused = answer }
      }
      #expect(refused?.headers[.retryAfter] == "1")
    }
  }
}

private let aMinuteLater = Statement<Void, Void>(
  "UPDATE retired_token SET retired_at = retired_at - interval '1 minute'")
private let disableAll = Statement<Void, Void>("UPDATE account SET is_enabled = false")
