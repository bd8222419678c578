import Foundation
import Hummingbird
import Jobs
import Postgres
import Redis
import Tenancy

/// Three ways of watching a job: asking, server-sent events, WebSocket.
enum ProgressRoutes {
  static let all: [Route] = [
    .member(.get, "/v1/generation-jobs/{id}/progress", .readJob, poll),
    .open(.get, "/v1/generation-jobs/{id}/events", query: ["ticket"], events),
    .open(.get, "/v1/generation-jobs/{id}/ws", query: webSocketQuery, upgradeNeeded),
    .open(.get, "/ws/progress/{id}", query: aliasQuery, upgradeNeeded),
  ]

  static let webSocketQuery = ["ticket", "after"]
  /// Its messages have no numbers to come after.
  static let aliasQuery = ["ticket"]

  private static func poll(_ call: Call, _ identity: Identity) async throws -> Response {
    Reply.json(ProgressDocument(try await call.dependencies.progress(of: try call.job(), for: identity.tenant)))
  }

  private static func events(_ call: Call) async throws -> Response {
    EventStream.response(try await call.feed(), after: call.request.headers[.lastEventID])
  }

  /// Reached only without a request for an upgrade: the others have had their answer.
  private static func upgradeNeeded(_ call: Call) async throws -> Response {
    _ = try await call.feed()
    throw Problem(
      .upgradeRequired, "Maybe connect with ws:// or wss://, or read …/events.", headers: [.upgrade: "websocket"])
  }
}

extension Call {
  /// By token, or by a one-time ticket where a browser can't send one.
  fileprivate func feed() async throws -> ProgressFeed {
    try await StreamAdmission(dependencies: dependencies).feed(
      job: try parameter("id"), fields: request.headers, host: request.head.authority,
      tickets: request.uri.queryParameters.getAll("ticket").map { String($0) },
      closed: context.closed, logger: logger)
  }
}

extension Dependencies {
  /// PostgreSQL's word on the job, with what its worker told Redis a moment ago.
  func progress(of id: JobID, for tenant: TenantContext) async throws -> ProgressReading {
    let job = try await pool.withReadTransaction(for: tenant) { try await queue.existing(id, in: $0) }
    guard job.state == .running else { return ProgressReading.merge(job: job, cached: nil) }
    return ProgressReading.merge(job: job, cached: await newestEvent(ProgressKeys(tenant: tenant.tenant, job: id)))
  }

  /// The last event that Redis holds; nil where it holds none or does not answer.
  func newestEvent(_ keys: ProgressKeys) async -> Jobs.Progress? {
    let body = try? await redis.command(["HGET", .string(keys.state), "body"]).string
    return body.flatMap(Jobs.Progress.decoded)
  }
}
