import Hummingbird
import Server
import Tenancy
import Testing

@Suite struct AccessTests {
  private static let unknown = "00000000-0000-7000-8000-000000000000"

  private static func uri(_ route: Route) -> String {
    route.path.replacing("{id}", with: unknown).replacing("{job}", with: unknown)
      .replacing("{lesson}", with: "l").replacing("{meeting}", with: "0").replacing("{term}", with: "none")
  }

  private static func name(_ route: Route) -> String { "\(route.method.rawValue) \(route.path)" }

  @Test func theMatrixListsEveryRouteOnce() {
    let registered = ServerApplication.routes.map(Self.name)
    #expect(registered.sorted() == AccessMatrix.all.sorted())
    #expect(Set(AccessMatrix.allowed.keys) == Set(Role.allCases).subtracting([.platformOperator]))
    for route in ServerApplication.routes {
      let operation = AccessMatrix.operations[Self.name(route)]
      #expect(route.access == operation.map(Route.Access.operation) ?? .open, "\(Self.name(route))")
    }
  }

  /// What the matrix does not list is refused, what it lists is not; over HTTP, with a body that is taken and without.
  @Test(arguments: Role.allCases.filter { $0 != .platformOperator })
  func everyRouteObeysTheMatrix(_ role: Role) async throws {
    var generous = QuotaOverrides()
    generous.requestsPerSecond = 100_000
    try await World.with(quotas: generous) { world in
      for route in ServerApplication.routes where !AccessMatrix.open.contains(Self.name(route)) {
        let isAllowed = AccessMatrix.allowed[role, default: []].contains(Self.name(route))
        for body in [nil, #"{"action":"approve"}"#] {
          let token = try await world.token(role, name: "matrix")
          let answer = try await world.send(route.method, Self.uri(route), token: token, body)
          #expect((answer.status == 403) == !isAllowed, "\(role) \(Self.name(route)): \(answer.text)")
          #expect(answer.status < 500, "\(role) \(Self.name(route)): \(answer.text)")
        }
      }
    }
  }

  /// A WebSocket is admitted before the router sees it: the same right, on its own way in.
  @Test func whoMayNotReadJobsWatchesNone() async throws {
    var generous = QuotaOverrides()
    generous.requestsPerSecond = 100_000
    try await World.with(.live, quotas: generous) { world in
      try await world.importTiny()
      let maker = try await world.token(.scheduler)
      let job = try #require(try await world.submit(maker)["id"]?.string)
      let port = try #require(world.client.port)
      for role in Role.allCases where role != .platformOperator {
        let token = try await world.token(role, name: "watcher")
        for route in AccessMatrix.streams where !route.hasSuffix("events") {
          let path = String(route.dropFirst(4)).replacing("{id}", with: job)
          let status = AccessMatrix.allowed[role, default: []].contains(route) ? "101" : "403"
          let ticket = try #require(try await world.send(.post, "/v1/tickets", token: token)["ticket"]?.string)
          for (uri, header) in [(path, "Authorization: Bearer \(token)\r\n"), (path + "?ticket=\(ticket)", "")] {
            try await RawConnection.with(port: port) { reader, connection in
              try await connection.write(
                "GET \(uri) HTTP/1.1\r\nHost: test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                  + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\(header)\r\n")
              let head = try await reader.read(through: "\r\n\r\n")
              // A ticket that the admission has taken is gone when the router asks for the reason.
              let isTold = head.hasPrefix("HTTP/1.1 \(status)") || status == "403" && head.hasPrefix("HTTP/1.1 401")
              #expect(isTold, "\(role) \(route): \(head.prefix(20))")
            }
          }
        }
      }
    }
  }

  @Test func everyRouteButTheOpenOnesNeedsAToken() async throws {
    try await World.with { world in
      for route in ServerApplication.routes {
        guard case .operation = route.access else { continue }
        #expect(try await world.send(route.method, Self.uri(route)).status == 401, "\(route.method) \(route.path)")
      }
      for path in ["/v1/generation-jobs/x/events", "/v1/generation-jobs/x/ws", "/ws/progress/x"] {
        for query in ["", "?ticket=" + String(repeating: "a", count: 43)] {
          let answer = try await world.send(.get, path + query)
          #expect(answer.status == 401, "\(path)\(query)")
        }
      }
    }
  }

  @Test func anotherTenantsThingsAreNotFound() async throws {
    try await World.with(tenants: 2) { world in
      try await world.importTiny()
      let (mine, foreign) = (try await world.token(.tenantAdmin), try await world.token(.tenantAdmin, tenant: 1))
      let job = try #require(try await world.submit(mine)["id"]?.string)
      try await world.complete(try await world.claim())
      let variants = try await world.send(.get, "/v1/generation-jobs/\(job)/variants", token: mine)
      let variant = try #require(variants["variants.0.id"]?.string)
      let workflow = try await world.send(.post, "/v1/variants/\(variant)/select", token: mine)
      let flow = try #require(workflow["id"]?.string)
      let paths = [
        "/v1/generation-jobs/\(job)", "/v1/generation-jobs/\(job)/progress", "/v1/generation-jobs/\(job)/events",
        "/v1/generation-jobs/\(job)/variants", "/v1/generation-jobs/\(job)/comparison", "/v1/variants/\(variant)",
        "/v1/variants/\(variant)/timetable", "/v1/variants/\(variant)/certificate", "/v1/workflows/\(flow)",
        "/api/timetable/status/\(job)", "/api/timetable/result/\(job)", "/api/variants/\(job)",
      ]
      for path in paths {
        #expect(try await world.send(.get, path, token: mine).status == 200, "\(path)")
        #expect(try await world.send(.get, path, token: foreign).status == 404, "\(path)")
      }
      let actions = ["/v1/generation-jobs/\(job)/cancel", "/v1/variants/\(variant)/select"]
      for path in actions { #expect(try await world.send(.post, path, token: foreign).status == 404, "\(path)") }
      #expect(try await world.send(.get, "/v1/generation-jobs", token: foreign)["jobs"]?.array == [])
    }
  }
}
