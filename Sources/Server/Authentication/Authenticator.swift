import Foundation
import HTTPTypes
import Hummingbird
import Jobs
import Logging
import Persistence
import Postgres
import Tenancy
import Tokens

/// From a request's bearer token to an identity. Every refusal is the same 401; the log knows the reason.
struct Authenticator: Sendable {
  let verifier: TokenVerifier
  let rules: TokenRules
  let directory: TenantDirectory
  let pool: PostgresPool
  let rates: RequestRates
  let clock: @Sendable () -> Date

  func identity(of call: Call) async throws -> Identity {
    try await identity(of: try await verified(call), logger: call.logger)
  }

  func verified(_ call: Call) async throws -> VerifiedToken {
    guard let token = Self.bearerToken(call.request.headers) else { throw Problem(.unauthenticated) }
    return try await verified(token, logger: call.logger)
  }

  /// What memory alone can say of a token. The tenant's rate is taken here, before the database is asked anything: a
  /// flood with a good token costs a signature for each request and no transaction.
  func verified(_ token: String, logger: Logger) async throws -> VerifiedToken {
    let claims: Claims
    do throws(TokenRefusal) {
      claims = try verifier.verify(token, now: Int64(clock().timeIntervalSince1970))
    } catch {
      logger.notice("token refused", metadata: ["reason": .string(error.description)])
      throw Problem(.unauthenticated)
    }
    guard let id = claims.tenant, let entry = try await directory.entry(id: id) else {
      throw refused("no such tenant", logger)
    }
    do throws(RequestRates.Refusal) {
      return VerifiedToken(claims: claims, entry: entry, rate: try rates.take(for: entry))
    } catch {
      if error.isFlood { try await RefusalDelay.wait() }
      throw error.problem
    }
  }

  /// Looks everything up at every request: what was revoked, lowered or suspended a moment ago counts now.
  ///
  /// - Parameter isTicket: the token comes from behind a ticket, which outlives the refreshing of it
  func identity(of token: VerifiedToken, isTicket: Bool = false, logger: Logger) async throws -> Identity {
    let (claims, entry) = (token.claims, token.entry)
    guard let accountID = UUID(uuidString: claims.subject) else { throw refused("the subject is no account", logger) }
    do {
      let system = try TenantContext.service("authentication", entry: entry)
      let standing = try await pool.withReadTransaction(for: system) {
        try await $0.standings([claims.question(account: accountID)]).first
      }
      if let standing, !isTicket, isReused(standing) {
        // Two have it: whoever refreshed it, and whoever shows it now. Neither is known to be the right one.
        try await pool.withTransaction(for: system) {
          try await $0.revoke(session: claims.session, until: sessionEnd(of: claims))
        }
      }
      return try identity(claims, entry, standing, isTicket: isTicket)
    } catch let refusal as TokenRefusal {
      throw refused(refusal.description, logger)
    } catch let refusal as TenantRefusal {
      throw refused("\(refusal)", logger)
    }
  }

  private func identity(
    _ claims: Claims, _ entry: TenantEntry, _ standing: Standing?, isTicket: Bool
  ) throws -> Identity {
    guard let standing, let account = standing.account else { throw TokenRefusal.claims("the account is gone") }
    if let refusal = standing.refusal(of: claims) { throw refusal }
    if !isTicket, isReused(standing) { throw TokenRefusal.claims("refreshed before; its session ends") }
    let now = entry.as(standing.tenantState, tokenVersion: standing.tenantVersion)
    return Identity(
      claims: claims, account: account,
      tenant: try TenantContext(principal: account.principal(in: entry.id, claims: claims), entry: now))
  }

  private func isReused(_ standing: Standing) -> Bool { (standing.retiredFor ?? 0) > Double(rules.grace) }

  /// After it no token of the session is good.
  func sessionEnd(of claims: Claims) -> Date {
    Date(timeIntervalSince1970: TimeInterval(claims.signedInAt + rules.sessionEnd))
  }

  private func refused(_ reason: String, _ logger: Logger) -> Problem {
    logger.notice("token refused", metadata: ["reason": .string(reason)])
    return Problem(.unauthenticated)
  }

  /// Nil unless there is exactly one Authorization header and it is a bearer's.
  static func bearerToken(_ headers: HTTPFields) -> String? {
    let all = headers[values: .authorization]
    guard all.count == 1, all[0].count > 7, all[0].prefix(7).lowercased() == "bearer " else { return nil }
    return String(all[0].dropFirst(7))
  }
}

/// A token of ours whose time has not passed, of a tenant that exists. Whether the account still stands behind it is
/// not known yet.
struct VerifiedToken: Sendable {
  let claims: Claims
  let entry: TenantEntry
  let rate: RateStanding
}

extension Account {
  /// The account's roles of this moment, as far as the token has them too: a role that was taken away is gone at
  /// once, one that was given needs a new token.
  func principal(in tenant: TenantID, claims: Claims) -> Principal {
    Principal(
      tenant: tenant, user: id.uuidString.lowercased(), displayName: displayName,
      roles: roles.intersection(claims.roles), departments: Set(departments), teacher: teacher, group: group,
      student: student, tokenVersion: claims.tenantVersion)
  }
}
