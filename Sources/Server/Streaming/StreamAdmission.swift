import Foundation
import HTTPTypes
import Jobs
import Logging
import NIOCore
import Tenancy

/// Decides who may watch which job as a stream, for server-sent events and WebSocket alike: each goes through the same
/// checks and counts as a request.
struct StreamAdmission: Sendable {
  let dependencies: Dependencies

  /// - Parameters:
  ///   - host: what the client called this server
  ///   - tickets: one at most, in place of a token, for browsers that can't send one
  ///   - closed: when the watcher's connection ends
  func feed(
    job text: String, fields: HTTPFields, host: String?, tickets: [String],
    closed: EventLoopFuture<Void>? = nil, logger: Logger
  ) async throws -> ProgressFeed {
    try Self.checkOrigin(fields[values: .origin], host: host)
    let mark = dependencies.streams.mark
    let token = try await verified(fields, tickets, logger)
    guard let id = UUID(uuidString: text).map(JobID.init(rawValue:)) else {
      throw Problem.unknown("generation job", text)
    }
    // To open a stream is work like any other request's; to hold it is counted apart.
    let (identity, job) = try await dependencies.gates.light.pass(.tenant(token.entry.id)) {
      let identity = try await watcher(token, isTicket: !tickets.isEmpty, logger)
      return (
        identity,
        try await dependencies.pool.withReadTransaction(for: identity.tenant) {
          try await dependencies.queue.existing(id, in: $0)
        }
      )
    }
    let place = try dependencies.streams.open(for: identity, since: mark)
    return ProgressFeed(
      dependencies: dependencies, tenant: identity.tenant, job: job, until: identity.expiry, place: place,
      closed: closed)
  }

  private func watcher(_ token: VerifiedToken, isTicket: Bool, _ logger: Logger) async throws -> Identity {
    let identity = try await dependencies.authenticator.identity(of: token, isTicket: isTicket, logger: logger)
    guard identity.tenant.principal.may(.readJob) else { throw Problem.forbidden(.readJob) }
    return identity
  }

  /// Counts as a request.
  private func verified(_ fields: HTTPFields, _ tickets: [String], _ logger: Logger) async throws -> VerifiedToken {
    guard let token = try await token(fields, tickets) else { throw Problem(.unauthenticated) }
    return try await dependencies.authenticator.verified(token, logger: logger)
  }

  private func token(_ fields: HTTPFields, _ tickets: [String]) async throws -> String? {
    guard tickets.count <= 1 else {
      throw Problem(
        .invalid, issues: [.init(pointer: "ticket", code: "parameter.twice", message: "'ticket' is given twice.")])
    }
    if let ticket = tickets.first { return await dependencies.tickets.redeem(ticket) }
    return Authenticator.bearerToken(fields)
  }

  /// A page of another site may make a browser connect with whatever the browser adds: refuse it.
  /// Programs that are no browser send no Origin.
  static func checkOrigin(_ origins: [String], host: String?) throws(Problem) {
    guard let origin = origins.first else { return }
    let own = host.map { $0.lowercased() }.map { ["http://" + $0, "https://" + $0] } ?? []
    guard origins.count == 1, own.contains(origin.lowercased()) else {
      throw Problem(
        .foreignOrigin, "The page is of \(origin.cut(to: 100)).\nMaybe open it from this server's own address.")
    }
  }
}

extension Identity {
  var expiry: Date { Date(timeIntervalSince1970: TimeInterval(claims.expiresAt)) }
}
