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
  let directory: TenantDirectory
  let pool: PostgresPool
  let clock: @Sendable () -> Date

  func identity(of call: Call) async throws -> Identity {
    guard let token = Self.bearerToken(call.request.headers) else { throw Problem(.unauthenticated) }
    return try await identity(token: token, logger: call.logger)
  }

  /// Looks the account up at every request: what was revoked or lowered a second ago counts now.
  func identity(token: String, logger: Logger) async throws -> Identity {
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
    let account: Account
    do {
      let system = try TenantContext.service("authentication", entry: entry)
      account = try await pool.withTransaction(for: system, attempts: 2) { transaction in
        guard let accountID = UUID(uuidString: claims.subject),
          let account = try await transaction.account(accountID), account.isEnabled
        else { throw TokenRefusal.claims("the account is gone or disabled") }
        guard claims.accountVersion >= account.tokenVersion else {
          throw TokenRefusal.claims("revoked with the account's older tokens")
        }
        guard try await !transaction.isRevoked(jti: claims.id) else { throw TokenRefusal.claims("revoked") }
        return account
      }
      let principal = account.principal(in: id, claims: claims)
      return Identity(claims: claims, account: account, tenant: try TenantContext(principal: principal, entry: entry))
    } catch let refusal as TokenRefusal {
      throw refused(refusal.description, logger)
    } catch let refusal as TenantRefusal {
      throw refused("\(refusal)", logger)
    }
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
