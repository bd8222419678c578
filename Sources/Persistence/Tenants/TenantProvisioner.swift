import Foundation
import Jobs
public import Logging
public import Postgres
public import Tenancy

/// Makes, changes and removes tenants. Needs the owner's role; one transaction for each tenant.
public struct TenantProvisioner: Sendable {
  private let runner: ScriptRunner
  private let logger: Logger

  public init(owner: PostgresConfiguration, logger: Logger) {
    runner = ScriptRunner(configuration: owner)
    self.logger = logger
  }

  /// Makes the tenant, or changes the one with this slug. All or nothing: until the last step has succeeded nobody
  /// can see it. Fewer running jobs than before: the surplus slots take no new job, running ones finish.
  public func apply(
    _ definition: TenantDefinition, using generator: inout some RandomNumberGenerator
  ) async throws -> TenantEntry {
    let (plan, quotas) = try definition.resolved()
    let fresh = TenantID.random(using: &generator)
    let entry = try await runner.withSession { session in
      try await session.withAdvisoryLock(Migrator.lock) {
        try await session.withTransaction { transaction in
          let sql = transaction.transaction
          let known = try await sql.first(Self.find, definition.slug)
          let id = known ?? fresh
          if known == nil {
            try await sql.execute(Self.insert, (id, definition))
            try await Self.makeSchema(id, in: transaction)
          } else {
            try await sql.execute(Self.update, (id, definition))
          }
          try await sql.execute(Self.setQuotas, (id, quotas))
          try await sql.execute(Self.setWeight, (id, plan.weight))
          try await sql.execute(Self.raiseSlots, (id, quotas.runningJobs))
          try await sql.execute(Self.lowerSlots, (id, quotas.runningJobs))
          if known == nil { try await sql.execute(Self.setState, (id, .active)) }
          try await sql.execute(
            Self.record, (id, known == nil ? "tenant.created" : "tenant.changed", try AuditDetail.data(definition)))
          return try await sql.run(TenantRow.all).first { $0.id == id }?.entry
        }
      }
    }
    guard let entry else { throw PostgresError.misuse("Tenant \(definition.slug) vanished while it was applied.") }
    logger.info("tenant applied", metadata: ["tenant": "\(entry.id)", "slug": "\(entry.slug)"])
    return entry
  }

  /// What `apply` would change, in words; empty where everything is as defined.
  public func plan(_ definition: TenantDefinition) async throws -> [String] {
    let (_, quotas) = try definition.resolved()
    let rows = try await runner.withSession { session in
      try await session.withTransaction { try await $0.transaction.run(TenantRow.all) }
    }
    guard let entry = rows.first(where: { $0.slug == definition.slug })?.entry else {
      return ["create \(definition.slug) '\(definition.name)' with plan \(definition.plan)"]
    }
    var changes: [String] = []
    if entry.name != definition.name { changes.append("name: '\(entry.name)' → '\(definition.name)'") }
    if entry.plan != definition.plan { changes.append("plan: \(entry.plan) → \(definition.plan)") }
    let fields: [(String, KeyPath<Quotas, Int>)] = [
      ("runningJobs", \.runningJobs), ("queuedJobs", \.queuedJobs), ("lessonsPerJob", \.lessonsPerJob),
      ("variantsPerJob", \.variantsPerJob), ("solverSecondsPerJob", \.solverSecondsPerJob),
      ("solverSecondsPerMonth", \.solverSecondsPerMonth), ("requestsPerSecond", \.requestsPerSecond),
      ("users", \.users), ("storageMegabytes", \.storageMegabytes),
    ]
    for (name, field) in fields where entry.quotas[keyPath: field] != quotas[keyPath: field] {
      changes.append("\(name): \(entry.quotas[keyPath: field]) → \(quotas[keyPath: field])")
    }
    return changes
  }

  /// Suspended tenants lose all their tokens; what runs, finishes, and nothing new begins.
  public func setState(_ state: TenantState, of id: TenantID) async throws {
    try await runner.withSession { session in
      try await session.withTransaction { transaction in
        let sql = transaction.transaction
        try await sql.execute(Self.setState, (id, state))
        try await sql.execute(Self.record, (id, "tenant." + state.rawValue, Data("{}".utf8)))
      }
    }
  }

  /// Removes the tenant's schema, role and rows. Its audit chain stays.
  public func remove(_ id: TenantID) async throws {
    try await setState(.deleting, of: id)
    try await runner.withSession { session in
      try await session.withTransaction { transaction in
        try await transaction.run(
          script: """
            DROP SCHEMA \(id.schema) CASCADE;
            UPDATE horarium.slot SET job = NULL, fence = NULL WHERE tenant = '\(id)';
            DELETE FROM horarium.job WHERE tenant = '\(id)';
            DELETE FROM horarium.tenant WHERE id = '\(id)';
            DROP ROLE \(id.databaseRole);
            """)
        try await transaction.transaction.execute(Self.record, (id, "tenant.removed", Data("{}".utf8)))
      }
    }
  }

  /// The only place where SQL text is put together: from a `TenantID`, whose alphabet is `a-z0-9_`.
  private static func makeSchema(_ id: TenantID, in transaction: ScriptTransaction) async throws {
    try await transaction.run(
      script: """
        CREATE ROLE \(id.databaseRole) NOLOGIN;
        GRANT horarium_tenant TO \(id.databaseRole);
        GRANT \(id.databaseRole) TO horarium_app;
        CREATE SCHEMA \(id.schema);
        SET LOCAL search_path = \(id.schema);
        """)
    for migration in Migration.tenant { try await Migrator.apply(migration, to: id, in: transaction) }
  }
}

// MARK: SQL

extension TenantProvisioner {
  private static let find = Statement<TenantSlug, TenantID>(
    "SELECT id FROM horarium.tenant WHERE slug = $1 FOR UPDATE", encode: { [.text($0.rawValue)] }
  ) { (row: inout RowReader) throws(RowError) in
    guard let id = TenantID(rawValue: try row.text()) else { throw row.refusal("not a tenant id") }
    return id
  }

  private static let insert = Statement<(TenantID, TenantDefinition), Void>(
    "INSERT INTO horarium.tenant (id, slug, name, plan) VALUES ($1, $2, $3, $4)"
  ) { [.text($0.0.rawValue), .text($0.1.slug.rawValue), .text($0.1.name), .text($0.1.plan)] }

  private static let update = Statement<(TenantID, TenantDefinition), Void>(
    "UPDATE horarium.tenant SET name = $2, plan = $3, changed_at = clock_timestamp() WHERE id = $1"
  ) { [.text($0.0.rawValue), .text($0.1.name), .text($0.1.plan)] }

  private static let setState = Statement<(TenantID, TenantState), Void>(
    """
    UPDATE horarium.tenant SET state = $2::text::horarium.tenant_state, changed_at = clock_timestamp(),
      token_version = token_version + CASE WHEN $2::text = 'active' THEN 0 ELSE 1 END
    WHERE id = $1
    """
  ) { [.text($0.0.rawValue), .text($0.1.rawValue)] }

  private static let setQuotas = Statement<(TenantID, Quotas), Void>(
    """
    INSERT INTO horarium.tenant_quota (tenant, running_jobs, queued_jobs, lessons_per_job, variants_per_job,
      solver_seconds_per_job, solver_seconds_per_month, requests_per_second, users, storage_megabytes)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    ON CONFLICT (tenant) DO UPDATE SET running_jobs = excluded.running_jobs, queued_jobs = excluded.queued_jobs,
      lessons_per_job = excluded.lessons_per_job, variants_per_job = excluded.variants_per_job,
      solver_seconds_per_job = excluded.solver_seconds_per_job,
      solver_seconds_per_month = excluded.solver_seconds_per_month,
      requests_per_second = excluded.requests_per_second, users = excluded.users,
      storage_megabytes = excluded.storage_megabytes
    """
  ) { id, quotas in
    let values = [
      quotas.runningJobs, quotas.queuedJobs, quotas.lessonsPerJob, quotas.variantsPerJob, quotas.solverSecondsPerJob,
      quotas.solverSecondsPerMonth, quotas.requestsPerSecond, quotas.users, quotas.storageMegabytes,
    ]
    return [.text(id.rawValue)] + values.map { .int(Int64($0)) }
  }

  private static let setWeight = Statement<(TenantID, Int), Void>(
    """
    INSERT INTO horarium.fair_share (tenant, weight) VALUES ($1, $2)
    ON CONFLICT (tenant) DO UPDATE SET weight = excluded.weight
    """
  ) { [.text($0.0.rawValue), .int(Int64($0.1))] }

  private static let raiseSlots = Statement<(TenantID, Int), Void>(
    """
    INSERT INTO horarium.slot (tenant, number) SELECT $1, number FROM generate_series(1, $2::bigint) AS number
    ON CONFLICT (tenant, number) DO UPDATE SET is_enabled = true
    """
  ) { [.text($0.0.rawValue), .int(Int64($0.1))] }

  private static let lowerSlots = Statement<(TenantID, Int), Void>(
    "UPDATE horarium.slot SET is_enabled = false WHERE tenant = $1 AND number > $2"
  ) { [.text($0.0.rawValue), .int(Int64($0.1))] }

  private static let record = Statement<(TenantID, String, Data), Void>(
    """
    INSERT INTO horarium.audit (tenant, actor, action, subject, detail)
    VALUES ($1, 'operator', $2, 'tenant:' || $1, $3)
    """
  ) { [.text($0.0.rawValue), .text($0.1), .json($0.2)] }
}
