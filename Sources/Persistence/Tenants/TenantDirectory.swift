import Jobs
public import Postgres
public import Tenancy

/// Which tenants there are, from memory as long as that is fresh.
///
/// An unknown tenant is looked for again, at most once a second. A suspension or a change of quotas is seen within
/// `refreshAfter`, at once after `invalidate()`. Whoever asks while the tenants are being read waits for that reading.
public actor TenantDirectory {
  private let pool: PostgresPool
  private let refreshAfter: Duration
  private var entries: [TenantID: TenantEntry] = [:]
  private var ids: [TenantSlug: TenantID] = [:]
  private var readAt: ContinuousClock.Instant?
  /// What was read before the last `invalidate()` is of an older edition.
  private var edition = 0
  private var reading: (edition: Int, task: Task<[TenantRow], any Error>)?

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

  /// Something has changed: whoever asks from now on gets what was read afterwards.
  public func invalidate() {
    edition += 1
    readAt = nil
  }

  /// The right to work inside the tenant of a claim. Throws `TenantRefusal.notActive` for one that was suspended.
  package func service(_ name: String, for tenant: TenantID) async throws -> TenantContext {
    guard let entry = try await entry(id: tenant) else { throw TenantRefusal.wrongTenant }
    return try TenantContext.service(name, entry: entry)
  }

  private func refresh(olderThan age: Duration) async throws {
    if let readAt, ContinuousClock.now - readAt < age { return }
    let asked = edition
    let begun = ContinuousClock.now
    let rows = try await rows(of: asked)
    // Meanwhile somebody may have read a newer edition; or this one is old already, and the next caller reads again.
    guard edition == asked else {
      if entries.isEmpty { keep(rows) }
      return
    }
    if let readAt, readAt >= begun { return }
    keep(rows)
    readAt = begun
  }

  private func keep(_ rows: [TenantRow]) {
    entries = Dictionary(uniqueKeysWithValues: rows.map { ($0.id, $0.entry) })
    ids = Dictionary(uniqueKeysWithValues: rows.map { ($0.slug, $0.id) })
  }

  private func rows(of edition: Int) async throws -> [TenantRow] {
    if let reading, reading.edition == edition { return try await reading.task.value }
    let pool = pool
    // Unstructured: it is read for everybody who waits, and the first of them may be cancelled.
    let task = Task { try await pool.withControlTransaction { try await $0.run(TenantRow.all) } }
    reading = (edition, task)
    defer { if reading?.task == task { reading = nil } }
    return try await task.value
  }
}
