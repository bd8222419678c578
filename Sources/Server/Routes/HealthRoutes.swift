import Hummingbird
import Postgres
import Verification

/// Whether this server lives, and whether it can serve.
enum HealthRoutes {
  static let all: [Route] = [
    .open(.get, "/") { _ in
      Reply.json(["service": "horarium", "version": EngineVersion.number, "api": "/openapi.yaml", "health": "/readyz"])
    },
    .open(.get, "/healthz") { _ in Reply.json(["status": "alive"]) },
    .open(.get, "/readyz", ready),
    .open(.get, "/health", health),
    .open(.get, "/openapi.yaml") { _ in
      Reply.text(String(decoding: PackageResources.openapi_yaml, as: UTF8.self), type: "application/yaml")
    },
  ]

  private static let ask = Statement<Void, Int64>("SELECT 1::bigint") { (row: inout RowReader) throws(RowError) in
    try row.int()
  }

  private static func hasPostgres(_ dependencies: Dependencies) async -> Bool {
    let one = try? await dependencies.pool.withTransaction(as: .none, deadline: .seconds(2)) { try await $0.first(ask) }
    return one == 1
  }

  private static func hasRedis(_ dependencies: Dependencies) async -> Bool {
    guard let reply = try? await dependencies.redis.command(["PING"]) else { return false }
    return reply == .status("PONG")
  }

  /// Without Redis the server works on: progress then comes from PostgreSQL alone.
  private static func ready(_ call: Call) async -> Response {
    async let postgres = hasPostgres(call.dependencies)
    async let redis = hasRedis(call.dependencies)
    let (hasPostgres, hasRedis) = await (postgres, redis)
    let status = hasPostgres ? (hasRedis ? "ready" : "degraded") : "unavailable"
    return Reply.json(
      [
        "status": status, "postgres": hasPostgres ? "connected" : "unavailable",
        "redis": hasRedis ? "connected" : "unavailable",
      ], status: hasPostgres ? .ok : .serviceUnavailable)
  }

  /// The shape that the requirement's document names.
  private static func health(_ call: Call) async -> Response {
    async let postgres = hasPostgres(call.dependencies)
    async let redis = hasRedis(call.dependencies)
    let (hasPostgres, hasRedis) = await (postgres, redis)
    let status = hasPostgres ? (hasRedis ? "healthy" : "degraded") : "unhealthy"
    return Reply.json(
      [
        "service": "Timetable Generation Engine", "status": status, "redis": hasRedis ? "connected" : "disconnected",
        "version": EngineVersion.number,
      ], status: hasPostgres ? .ok : .serviceUnavailable)
  }
}
