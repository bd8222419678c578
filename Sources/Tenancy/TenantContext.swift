/// What a tenant's life has come to.
public enum TenantState: String, CaseIterable, Hashable, Sendable, Codable {
  /// Being made; not yet routable. Can transition to: active.
  case provisioning
  /// In use. Can transition to: suspended, deleting.
  case active
  /// Signed off by an operator: nobody gets in, nothing runs, all data stays. Can transition to: active, deleting.
  case suspended
  /// Being removed. Can transition to: nothing.
  case deleting
}

/// A tenant as the directory knows it.
public struct TenantEntry: Hashable, Sendable {
  public let id: TenantID
  public let slug: TenantSlug
  public let name: String
  public let state: TenantState
  public let plan: String
  public let quotas: Quotas
  /// Tokens with a lower version are refused.
  public let tokenVersion: Int
  public let schemaVersion: Int

  public init(
    id: TenantID, slug: TenantSlug, name: String, state: TenantState, plan: String, quotas: Quotas,
    tokenVersion: Int, schemaVersion: Int
  ) {
    self.id = id
    self.slug = slug
    self.name = name
    self.state = state
    self.plan = plan
    self.quotas = quotas
    self.tokenVersion = tokenVersion
    self.schemaVersion = schemaVersion
  }

  /// The same tenant in another state.
  public func `as`(_ state: TenantState, tokenVersion: Int) -> TenantEntry {
    TenantEntry(
      id: id, slug: slug, name: name, state: state, plan: plan, quotas: quotas, tokenVersion: tokenVersion,
      schemaVersion: schemaVersion)
  }
}

public enum TenantRefusal: Error, Hashable, Sendable {
  /// The principal belongs to another tenant, or to none. To the outside this is "not found".
  case wrongTenant
  case notActive(TenantState)
  /// The token was made before all of the tenant's tokens were revoked.
  case staleToken
}

/// The right to act inside one tenant: the only key to its rows.
///
/// It exists only for a verified principal of that very tenant while the tenant is active.
public struct TenantContext: Hashable, Sendable {
  public let principal: Principal
  public let entry: TenantEntry

  public var tenant: TenantID { entry.id }
  public var quotas: Quotas { entry.quotas }

  public init(principal: Principal, entry: TenantEntry) throws(TenantRefusal) {
    guard principal.tenant == entry.id else { throw .wrongTenant }
    guard entry.state == .active else { throw .notActive(entry.state) }
    guard principal.tokenVersion >= entry.tokenVersion else { throw .staleToken }
    self.principal = principal
    self.entry = entry
  }

  /// For the system's own work on a tenant: a worker that holds a claim, an operator's command.
  package static func service(_ name: String, entry: TenantEntry) throws(TenantRefusal) -> TenantContext {
    let principal = Principal(
      tenant: entry.id, user: "service:" + name, displayName: name, roles: [.service],
      tokenVersion: entry.tokenVersion)
    return try TenantContext(principal: principal, entry: entry)
  }
}
