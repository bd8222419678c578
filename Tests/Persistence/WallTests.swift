import Foundation
import Jobs
import Logging
import Persistence
import Postgres
import Tenancy
import Testing
import TestSupport
import TestTenants

@Suite struct WallTests {
  @Test func noTenantsRoleHasAnyRightInAnothersSchema() async throws {
    try await Installation.with(tenants: 20) { installation in
      try await PostgresPool.withPool(installation.database.superuser, logger: quiet) { pool in
        let findings = try await pool.withTransaction(as: .none) { try await $0.run(rightsAcrossTenants) }
        #expect(findings == [])
        let pairs = try await pool.withTransaction(as: .none) { try await $0.first(pairCount) }
        #expect((pairs ?? 0) >= 20 * 19 * 20, "the proof looked at every table of every other tenant")
      }
    }
  }

  @Test func sharedTablesShowATenantItsOwnRowsOnly() async throws {
    try await Installation.with(tenants: 2) { installation in
      let mine = try await installation.transaction(0) { try await JobQueue().enqueue(newPlainJob(), in: $0) }.job
      _ = try await installation.transaction(1) { try await JobQueue().enqueue(newPlainJob(), in: $0) }
      try await installation.transaction(0) { try await $0.appendAudit(action: "a", subject: "b") }
      try await installation.transaction(1) { transaction in
        #expect(try await JobQueue().job(mine.id, in: transaction) == nil)
        guard case .unknown = try await JobQueue().cancel(mine.id, in: transaction) else { return #expect(Bool(false)) }
        #expect(try await transaction.audit().allSatisfy { $0.action != "a" })
        for count in try await transaction.sql.run(foreignRows) { #expect(count == 0) }
      }
    }
  }

  @Test func aTenantCannotWriteAnothersRowsOrForgeItsOwnState() async throws {
    try await Installation.with(tenants: 2) { installation in
      let job = try await installation.transaction(0) { try await JobQueue().enqueue(newPlainJob(), in: $0) }.job
      let other = installation.tenants[1].id
      for statement in [forgeJob, forgeOutbox, forgeAudit] {
        await #expect(throws: PostgresError.self) {
          try await installation.transaction(0) { try await $0.sql.execute(statement, other.rawValue) }
        }
      }
      for statement in [completeJob, raiseQuota, rewriteAudit, deleteAudit, takeSlot] {
        let error = await #expect(throws: PostgresError.self) {
          try await installation.transaction(0) { try await $0.sql.execute(statement, job.id.description) }
        }
        #expect(error?.isServerError(SQLState.insufficientPrivilege) == true)
      }
    }
  }

  @Test func theLoginRoleAloneMayNothing() async throws {
    try await Installation.with { installation in
      let schema = installation.tenants[0].id.schema
      for scope in [TransactionScope.none, TransactionScope(role: "none", searchPath: schema)] {
        for statement in [readTerms, readJobs] {
          let error = await #expect(throws: PostgresError.self) {
            try await installation.pool.withTransaction(as: scope) { try await $0.execute(statement) }
          }
          #expect(
            error?.isServerError(SQLState.insufficientPrivilege) == true
              || error?.isServerError(SQLState.undefinedTable) == true)
        }
      }
    }
  }

  @Test func theControlRoleReadsNoTenantsSchema() async throws {
    try await Installation.with { installation in
      let scope = TransactionScope(role: "horarium_control", searchPath: installation.tenants[0].id.schema)
      await #expect(throws: PostgresError.self) {
        try await installation.pool.withTransaction(as: scope) { try await $0.execute(readTerms) }
      }
    }
  }

  @Test func theQueueRefusesATenantThatIsNotActive() async throws {
    try await Installation.with { installation in
      _ = try await installation.transaction { try await JobQueue().enqueue(newPlainJob(), in: $0) }
      let provisioner = TenantProvisioner(owner: installation.database.owner, logger: quiet)
      try await provisioner.setState(.suspended, of: installation.tenants[0].id)
      let queue = WorkerQueue(pool: installation.pool, worker: WorkerID(rawValue: "w"))
      #expect(try await queue.claim() == nil)
      let directory = TenantDirectory(pool: installation.pool)
      let entry = try #require(try await directory.entry(slug: installation.tenants[0].slug))
      #expect(entry.state == .suspended && entry.tokenVersion == installation.tenants[0].tokenVersion + 1)
      await #expect(throws: TenantRefusal.notActive(.suspended)) {
        try await directory.service("worker", for: entry.id)
      }
    }
  }
}

let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

private func newPlainJob() -> NewJob {
  var generator = SystemRandomNumberGenerator()
  return NewJob(id: .make(at: Date(), using: &generator), payload: Data("{}".utf8))
}

private let rightsAcrossTenants = Statement<Void, String>(
  """
  SELECT a.id || ' ' || b.id || ' ' || c.relname
  FROM horarium.tenant a JOIN horarium.tenant b ON a.id <> b.id
    JOIN pg_namespace n ON n.nspname = b.id JOIN pg_class c ON c.relnamespace = n.oid AND c.relkind IN ('r', 'S', 'v')
  WHERE has_schema_privilege('r_' || a.id, n.oid, 'USAGE, CREATE')
    OR has_table_privilege('r_' || a.id, c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
    OR pg_has_role('r_' || a.id, 'r_' || b.id, 'MEMBER') OR pg_has_role('r_' || a.id, 'horarium_control', 'MEMBER')
    OR c.relowner = ('r_' || a.id)::regrole
  """
) { (row: inout RowReader) throws(RowError) in try row.text() }

private let pairCount = Statement<Void, Int64>(
  """
  SELECT count(*) FROM horarium.tenant a JOIN horarium.tenant b ON a.id <> b.id
    JOIN pg_namespace n ON n.nspname = b.id JOIN pg_class c ON c.relnamespace = n.oid AND c.relkind = 'r'
  """
) { (row: inout RowReader) throws(RowError) in try row.int() }

private let foreignRows = Statement<Void, Int64>(
  """
  SELECT count(*) FROM horarium.job WHERE tenant <> horarium.current_tenant()
  UNION ALL SELECT count(*) FROM horarium.audit WHERE tenant <> horarium.current_tenant()
  UNION ALL SELECT count(*) FROM horarium.slot WHERE tenant <> horarium.current_tenant()
  UNION ALL SELECT count(*) FROM horarium.tenant WHERE id <> horarium.current_tenant()
  UNION ALL SELECT count(*) FROM horarium.tenant_quota WHERE tenant <> horarium.current_tenant()
  """
) { (row: inout RowReader) throws(RowError) in try row.int() }

private let tenantName: @Sendable (String) -> [Parameter] = { [.text($0)] }

private let forgeJob = Statement<String, Void>(
  "INSERT INTO horarium.job (id, tenant, kind, payload, created_by) VALUES (gen_random_uuid(), $1, 'generation', '{}', 'x')",
  encode: tenantName)
private let forgeOutbox = Statement<String, Void>(
  "INSERT INTO horarium.outbox (tenant, topic, payload) VALUES ($1, 'x', '{}')", encode: tenantName)
private let forgeAudit = Statement<String, Void>(
  "INSERT INTO horarium.audit (tenant, actor, action, subject, detail) VALUES ($1, 'x', 'x', 'x', '{}')",
  encode: tenantName)
private let completeJob = Statement<String, Void>(
  "UPDATE horarium.job SET state = 'completed', finished_at = now() WHERE id = $1::text::uuid", encode: tenantName)
private let raiseQuota = Statement<String, Void>(
  "UPDATE horarium.tenant_quota SET running_jobs = 100 WHERE $1::text <> ''", encode: tenantName)
private let rewriteAudit = Statement<String, Void>(
  "UPDATE horarium.audit SET actor = 'nobody' WHERE $1::text <> ''", encode: tenantName)
private let deleteAudit = Statement<String, Void>("DELETE FROM horarium.audit WHERE $1::text <> ''", encode: tenantName)
private let takeSlot = Statement<String, Void>(
  "UPDATE horarium.slot SET is_enabled = true WHERE $1::text <> ''", encode: tenantName)
private let readTerms = Statement<Void, Void>("SELECT * FROM term")
private let readJobs = Statement<Void, Void>("SELECT * FROM horarium.job")
