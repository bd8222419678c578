public import Jobs
import Logging
import Persistence
public import Postgres
public import Tenancy
public import TestSupport

/// A migrated database with tenants `tenant-1`, `tenant-2` …, and a pool of the product's login role.
public struct Installation: Sendable {
  public let database: TestDatabase
  public let pool: PostgresPool
  public let tenants: [TenantEntry]

  public static func with<Value: Sendable>(
    tenants count: Int = 1, plan: String = "campus", quotas: QuotaOverrides? = nil, connections: Int = 4,
    _ body: (Installation) async throws -> Value
  ) async throws -> Value {
    try await TestDatabase.with { database in
      let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
      _ = try await Migrator(owner: database.owner, logger: logger).migrate()
      let provisioner = TenantProvisioner(owner: database.owner, logger: logger)
      var generator = SystemRandomNumberGenerator()
      var tenants: [TenantEntry] = []
      for number in 0..<count {
        guard let slug = TenantSlug(rawValue: "tenant-\(number + 1)") else { continue }
        tenants.append(
          try await provisioner.apply(
            TenantDefinition(slug: slug, name: "Tenant \(number + 1)", plan: plan, quotas: quotas),
            using: &generator))
      }
      var configuration = database.app
      configuration.maxConnections = connections
      // A machine that runs all suites at once is slow, not broken.
      configuration.leaseTimeout = .seconds(30)
      configuration.lockTimeout = .seconds(30)
      let made = tenants
      return try await PostgresPool.withPool(configuration, logger: logger) { pool in
        try await body(Installation(database: database, pool: pool, tenants: made))
      }
    }
  }

  /// Somebody with these roles in the n-th tenant.
  public func context(_ tenant: Int = 0, as roles: Role..., user: String = "tester") throws -> TenantContext {
    let entry = tenants[tenant]
    let principal = Principal(
      tenant: entry.id, user: user, displayName: user.capitalized, roles: Set(roles.isEmpty ? [.tenantAdmin] : roles),
      tokenVersion: entry.tokenVersion)
    return try TenantContext(principal: principal, entry: entry)
  }

  /// Work as the n-th tenant.
  public func transaction<Value>(
    _ tenant: Int = 0, as roles: Role..., user: String = "tester",
    _ body: (TenantTransaction) async throws -> Value
  ) async throws -> Value {
    let entry = tenants[tenant]
    let principal = Principal(
      tenant: entry.id, user: user, displayName: user.capitalized, roles: Set(roles.isEmpty ? [.tenantAdmin] : roles),
      tokenVersion: entry.tokenVersion)
    return try await pool.withTransaction(
      for: TenantContext(principal: principal, entry: entry), deadline: .seconds(30), body)
  }
}
