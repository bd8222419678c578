import Hummingbird
import Verification

/// Whether this server lives, and whether it can serve.
enum HealthRoutes {
  /// Asked by whoever decides whether this process is to live: answered however much there is to do.
  static let probes: Set<String> = ["/healthz", "/readyz", "/health"]

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

  /// Without Redis the server works on: progress then comes from PostgreSQL alone.
  private static func ready(_ call: Call) async -> Response {
    let standing = await call.dependencies.health.standing()
    let (hasPostgres, hasRedis) = (standing.hasPostgres, standing.hasRedis)
    let status = hasPostgres ? (hasRedis ? "ready" : "degraded") : "unavailable"
    return Reply.json(
      [
        "status": status, "postgres": hasPostgres ? "connected" : "unavailable",
        "redis": hasRedis ? "connected" : "unavailable",
      ], status: hasPostgres ? .ok : .serviceUnavailable)
  }

  /// The shape that the requirement's document names.
  private static func health(_ call: Call) async -> Response {
    let standing = await call.dependencies.health.standing()
    let (hasPostgres, hasRedis) = (standing.hasPostgres, standing.hasRedis)
    let status = hasPostgres ? (hasRedis ? "healthy" : "degraded") : "unhealthy"
    return Reply.json(
      [
        "service": "Timetable Generation Engine", "status": status, "redis": hasRedis ? "connected" : "disconnected",
        "version": EngineVersion.number,
      ], status: hasPostgres ? .ok : .serviceUnavailable)
  }
}
