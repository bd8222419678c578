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
    .open(.get, "/v1/generation-jobs/{id}/events", events),
    .open(.get, "/v1/generation-jobs/{id}/ws", upgradeNeeded),
    .open(.get, "/ws/progress/{id}", upgradeNeeded),
  ]

  private static func poll(_ call: Call, _ identity: Identity) async throws -> Response {
    Reply.json(ProgressDocument(try await call.dependencies.progress(of: try call.job(), for: identity.tenant)))
  }

  private static func events(_ call: Call) async throws -> Response {
    let identity = try await watcher(call)
    let id = try call.job()
    let job = try await call.dependencies.pool.withTransaction(for: identity.tenant) {
      try await call.dependencies.queue.existing(id, in: $0)
    }
    let feed = ProgressFeed(
      dependencies: call.dependencies, tenant: identity.tenant, job: job, until: identity.expiry)
    return EventStream.response(feed, after: call.request.headers[.lastEventID])
  }

  /// Reached only when the upgrade was refused, or not asked for: says what an upgrade would have met.
  private static func upgradeNeeded(_ call: Call) async throws -> Response {
    if let origin = call.request.headers[.origin], let authority = call.request.head.authority?.lowercased(),
      !["http://" + authority, "https://" + authority].contains(origin.lowercased())
    {
      throw Problem(.foreignOrigin, "The page is of \(origin).\nMaybe open it from this server's own address.")
    }
    let identity = try await watcher(call)
    let id = try call.job()
    _ = try await call.dependencies.pool.withTransaction(for: identity.tenant) {
      try await call.dependencies.queue.existing(id, in: $0)
    }
    throw Problem(
      .upgradeRequired, "Maybe connect with ws:// or wss://, or read …/events.", headers: [.upgrade: "websocket"])
  }

  /// By token, or by a one-time ticket where a browser can't send one.
  private static func watcher(_ call: Call) async throws -> Identity {
    let identity: Identity
    if let ticket = try call.query("ticket") {
      guard let token = await call.dependencies.tickets.redeem(ticket) else { throw Problem(.unauthenticated) }
      identity = try await call.dependencies.authenticator.identity(token: token, logger: call.logger)
    } else {
      identity = try await call.dependencies.authenticator.identity(of: call)
    }
    try call.dependencies.requestRates.take(for: identity.tenant)
    guard identity.tenant.principal.may(.readJob) else { throw Problem.forbidden(.readJob) }
    return identity
  }
}

extension Dependencies {
  /// PostgreSQL's word on the job, with what its worker told Redis a moment ago.
  func progress(of id: JobID, for tenant: TenantContext) async throws -> ProgressReading {
    let job = try await pool.withTransaction(for: tenant) { try await queue.existing(id, in: $0) }
    guard job.state == .running else { return ProgressReading.merge(job: job, cached: nil) }
    let key = ProgressKeys(tenant: tenant.tenant, job: id).state
    let body = try? await redis.command(["HGET", .string(key), "body"]).string
    return ProgressReading.merge(job: job, cached: body.flatMap(Jobs.Progress.decoded))
  }
}
