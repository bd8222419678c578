import Passwords
import Persistence
import Tenancy
import Testing
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
      #expect(try await world.send(.delete, "/v1/sessions", token: token).status == 204)
      #expect(try await world.send(.get, "/v1/me", token: token).status == 401)
      #expect(try await world.send(.get, "/v1/me", token: second).status == 200)
      #expect(try await world.send(.delete, "/v1/sessions?all=true", token: second).status == 204)
      #expect(try await world.send(.get, "/v1/me", token: second).status == 401)
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
      var last: World.Answer?
      for _ in 0..<40 where last?.status != 429 {
        last = try await world.send(.post, "/v1/sessions", Self.body(email: "guessed@b", password: "wrong"))
      }
      #expect(last?.code == "rate.exceeded")
      #expect(last?.headers[.retryAfter] != nil)
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
      #expect([401, 403].contains(try await world.send(.get, "/v1/audit", token: token).status))
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
