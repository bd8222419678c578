import Foundation
import Hummingbird
import HummingbirdCore
import Jobs
import NIOHTTP1
import Tenancy

/// Decides who may open a WebSocket on which job.
struct WebSocketAdmission: Sendable {
  let dependencies: Dependencies

  /// Nil leaves the request to the router, which says why.
  @Sendable func admit(_ head: HTTPRequestHead) async -> WebSocketUpgradeChannel.Session? {
    let uri = URI(head.uri)
    guard let (id, text) = Self.target(uri.path), let job = JobID(id), Self.isOwnOrigin(head.headers) else {
      return nil
    }
    do {
      guard let token = try await token(of: head, uri) else { return nil }
      let identity = try await dependencies.authenticator.identity(token: token, logger: dependencies.logger)
      guard identity.tenant.principal.may(.readJob) else { return nil }
      let found = try await dependencies.pool.withTransaction(for: identity.tenant) {
        try await dependencies.queue.job(job, in: $0)
      }
      guard let found else { return nil }
      let session = WebSocketSession(
        feed: ProgressFeed(dependencies: dependencies, tenant: identity.tenant, job: found, until: identity.expiry),
        logger: dependencies.logger, text: text)
      return { await session.run($0) }
    } catch {
      return nil
    }
  }

  private func token(of head: HTTPRequestHead, _ uri: URI) async throws -> String? {
    if let ticket = uri.queryParameters.get("ticket") { return await dependencies.tickets.redeem(ticket) }
    let all = head.headers[canonicalForm: "authorization"]
    guard all.count == 1, all[0].prefix(7).lowercased() == "bearer " else { return nil }
    return String(all[0].dropFirst(7))
  }

  /// `/v1/generation-jobs/{id}/ws`, or `/ws/progress/{id}` with the messages of the requirement's document.
  private static func target(
    _ path: String
  ) -> (id: String, text: @Sendable (ProgressFeedStateMachine.Frame) -> String)? {
    let parts = path.split(separator: "/").map(String.init)
    if parts.count == 4, parts[0] == "v1", parts[1] == "generation-jobs", parts[3] == "ws" {
      return (parts[2], { String(decoding: Reply.data(ProgressDocument($0.reading)), as: UTF8.self) })
    }
    if parts.count == 3, parts[0] == "ws", parts[1] == "progress" {
      return (parts[2], { String(decoding: Reply.data(ProgressAlias($0.reading)), as: UTF8.self) })
    }
    return nil
  }

  /// A page of another site may make a browser connect with whatever the browser adds: refuse it.
  /// Programs that are no browser send no Origin.
  static func isOwnOrigin(_ headers: HTTPHeaders) -> Bool {
    let origins = headers["origin"]
    guard let origin = origins.first else { return true }
    guard origins.count == 1, let host = headers["host"].first else { return false }
    return origin.lowercased() == "http://" + host.lowercased() || origin.lowercased() == "https://" + host.lowercased()
  }
}

extension Identity {
  var expiry: Date { Date(timeIntervalSince1970: TimeInterval(claims.expiresAt)) }
}
