import Jobs
public import Postgres
public import Tenancy

/// Which tenants there are, from memory as long as that is fresh.
///
/// An unknown tenant is looked for again, at most once a second. A suspension or a change of quotas is seen within
/// `refreshAfter`, at once after `invalidate()`.
public actor TenantDirectory {
  private let pool: PostgresPool
  private let refreshAfter: Duration
  private var entries: [TenantID: TenantEntry] = [:]
  private var ids: [TenantSlug: TenantID] = [:]
  private var readAt: ContinuousClock.Instant?

  public init(pool: PostgresPool, refreshAfter: Duration = .seconds(5)) {
    self.pool = pool
    self.refreshAfter = refreshAfter
  }

  public func entry(slug: TenantSlug) async throws -> TenantEntry? {
    try await refresh(olderThan: refreshAfter)
    if let id = ids[slug] { return entries[id] }
    try await refresh(olderThan: .seconds(1))
    return ids[slug].flatMap { entries[$0] }
  }

  public func entry(id: TenantID) async throws -> TenantEntry? {
    try await refresh(olderThan: refreshAfter)
    if let entry = entries[id] { return entry }
    try await refresh(olderThan: .seconds(1))
    return entries[id]
  }

  /// By slug.
  public func all() async throws -> [TenantEntry] {
    try await refresh(olderThan: refreshAfter)
    return entries.values.sorted { $0.slug.rawValue < $1.slug.rawValue }
  }

  public func invalidate() { readAt = nil }

  /// The right to work inside the tenant of a claim. Throws `TenantRefusal.notActive` for one that was suspended.
  package func service(_ name: String, for tenant: TenantID) async throws -> TenantContext {
    guard let entry = try await entry(id: tenant) else { throw TenantRefusal.wrongTenant }
    return try TenantContext.service(name, entry: entry)
  }

  private func refresh(olderThan age: Duration) async throws {
    let now = ContinuousClock.now
    if let readAt, now - readAt < age { return }
    let rows = try await pool.withControlTransaction { try await $0.run(TenantRow.all) }
    entries = Dictionary(uniqueKeysWithValues: rows.map { ($0.id, $0.entry) })
    ids = Dictionary(uniqueKeysWithValues: rows.map { ($0.slug, $0.id) })
    readAt = now
  }
}
