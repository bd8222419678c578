import Foundation
import Jobs
import Passwords
import Persistence
import Postgres
import Readiness
import Tenancy
import Tokens

/// Turns an address and a password into an access token.
struct SignIn: Sendable {
  struct Session: Sendable {
    var token: String
    var claims: Claims
  }

  let issuer: TokenIssuer
  let rules: TokenRules
  let directory: TenantDirectory
  let pool: PostgresPool
  let threads: FairThreads<ClientAddress>
  let clock: @Sendable () -> Date
  /// What a password is compared with where there is no account: the answer takes as long as with one.
  private let nobody = PasswordHash.unmatchable()

  init(
    issuer: TokenIssuer, rules: TokenRules, directory: TenantDirectory, pool: PostgresPool,
    threads: FairThreads<ClientAddress>,
    clock: @escaping @Sendable () -> Date
  ) {
    self.issuer = issuer
    self.rules = rules
    self.directory = directory
    self.pool = pool
    self.threads = threads
    self.clock = clock
  }

  /// One problem for an unknown tenant, an unknown address and a wrong password. `client`: whose turn it is to hash.
  func signIn(
    tenant slug: String, email: String, password: String, from client: ClientAddress
  ) async throws -> Session {
    let found = try await credentials(tenant: slug, email: email)
    let hash = found?.credentials.passwordHash.flatMap(PasswordHash.init(text:)) ?? nobody
    let matches = try await threads.run(for: client) { hash.matches(password) }
    guard matches, let (credentials, entry) = found, credentials.account.isEnabled else {
      throw Problem(.signInFailed, "The institution, the address or the password is wrong.\nMaybe check all three.")
    }
    let token = Self.newToken(at: now)
    return try session(
      of: credentials.account, in: entry, token, session: UUID().uuidString.lowercased(), signedInAt: token.issuedAt)
  }

  /// A new token for who still has a valid one, as long as the session is not too old.
  /// Who asks twice, because an answer got lost or two windows ask at once, gets the same token twice.
  func refresh(_ identity: Identity) async throws -> Session {
    guard now - identity.claims.signedInAt < rules.session else {
      throw Problem(.sessionTooOld, "You signed in \(rules.session / 3600) hours ago.\nMaybe sign in again.")
    }
    let claims = identity.claims
    let next = try await pool.withTransaction(for: identity.tenant) {
      try await $0.retire(
        token: claims.id, for: Self.newToken(at: now), until: identity.expiry.addingTimeInterval(120))
    }
    return try session(
      of: identity.account, in: identity.tenant.entry, next, session: claims.session, signedInAt: claims.signedInAt)
  }

  private static func newToken(at now: Int64) -> TokenSuccessor {
    TokenSuccessor(id: UUID().uuidString.lowercased(), issuedAt: now)
  }

  private var now: Int64 { Int64(clock().timeIntervalSince1970) }

  private func credentials(
    tenant slug: String, email: String
  ) async throws -> (credentials: Credentials, entry: TenantEntry)? {
    guard let slug = TenantSlug(rawValue: slug), let entry = try await directory.entry(slug: slug),
      let system = try? TenantContext.service("sign-in", entry: entry)
    else { return nil }
    let credentials = try await pool.withReadTransaction(for: system) { try await $0.credentials(email: email) }
    return credentials.map { ($0, entry) }
  }

  private func session(
    of account: Account, in entry: TenantEntry, _ token: TokenSuccessor, session: String, signedInAt: Int64
  ) throws -> Session {
    let claims = Claims(
      subject: account.id.uuidString.lowercased(), tenant: entry.id, roles: account.roles,
      tenantVersion: entry.tokenVersion, accountVersion: account.tokenVersion, id: token.id, session: session,
      issuedAt: token.issuedAt, expiresAt: token.issuedAt + rules.lifetime, signedInAt: signedInAt)
    return Session(token: try issuer.issue(claims), claims: claims)
  }
}
