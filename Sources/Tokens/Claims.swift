import Tenancy

/// What an accepted token says: who, in which tenant, until when.
///
/// Roles are what they were when it was issued; they bound what the account may do now, they don't grant it.
public struct Claims: Hashable, Sendable {
  /// The account's id.
  public var subject: String
  /// Nil for platform operators.
  public var tenant: TenantID?
  public var roles: Set<Role>
  /// The tenant's token version, and the account's: raising one of them revokes what was issued before.
  public var tenantVersion: Int
  public var accountVersion: Int
  /// The token's own name, for revoking it.
  public var id: String
  /// Seconds since 1970 UTC.
  public var issuedAt: Int64
  public var expiresAt: Int64
  /// Names all tokens that came of one sign-in by refreshing, for ending them together.
  public var session: String
  /// When the password was given; refreshing keeps it.
  public var signedInAt: Int64

  /// - Parameter session: the token's own id when nil: a session of one token
  public init(
    subject: String, tenant: TenantID?, roles: Set<Role>, tenantVersion: Int, accountVersion: Int, id: String,
    session: String? = nil, issuedAt: Int64, expiresAt: Int64, signedInAt: Int64
  ) {
    self.subject = subject
    self.tenant = tenant
    self.roles = roles
    self.tenantVersion = tenantVersion
    self.accountVersion = accountVersion
    self.id = id
    self.session = session ?? id
    self.issuedAt = issuedAt
    self.expiresAt = expiresAt
    self.signedInAt = signedInAt
  }
}

/// What a token of the platform itself carries in place of a tenant; no tenant id looks like this.
let platformTenant = "platform"
/// Tells access tokens from whatever else this key may sign one day.
let accessUse = "access"
