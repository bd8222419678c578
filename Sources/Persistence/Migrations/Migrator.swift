public import Logging
public import Postgres
public import Tenancy

public enum MigrationError: Error, Sendable, CustomStringConvertible {
  /// A script was edited after it had been applied.
  case edited(schema: String, version: Int)
  /// The database knows a version that this program does not.
  case newer(schema: String, version: Int)

  public var description: String {
    switch self {
    case .edited(let schema, let version):
      "Migration \(version) of \(schema) differs from the one that was applied.\nMaybe it was edited: add a new one instead."
    case .newer(let schema, let version):
      "\(schema) is at version \(version), which this program does not know.\nMaybe a newer program was here: use that."
    }
  }
}

public struct MigrationReport: Sendable {
  /// Versions of the control schema that were applied now.
  public var control: [Int] = []
  /// Tenants whose schema was changed now, and the version it has reached.
  public var tenants: [TenantID: Int] = [:]
  /// Tenants that could not be migrated; they keep working on their old version. Run again to try again.
  public var failures: [TenantID: String] = [:]
}

/// Brings the control schema and every tenant's schema to this program's version.
///
/// One migration of one tenant is one transaction, so that a run that was killed goes on where it was, and no
/// transaction holds the locks of two tenants. Needs the owner's role.
public struct Migrator: Sendable {
  /// Of the session lock that lets one migrator run at a time.
  static let lock: Int64 = 0x686f_7261_7269_756d

  private let runner: ScriptRunner
  private let logger: Logger

  public init(owner: PostgresConfiguration, logger: Logger) {
    runner = ScriptRunner(configuration: owner)
    self.logger = logger
  }

  public func migrate() async throws -> MigrationReport {
    try await runner.withSession { session in
      try await session.withAdvisoryLock(Self.lock) {
        var report = MigrationReport()
        report.control = try await Self.migrateControl(session)
        let tenants = try await session.withTransaction { try await $0.transaction.run(Self.outdated, Self.newest) }
        for tenant in tenants {
          do {
            report.tenants[tenant] = try await Self.migrate(tenant, in: session)
          } catch let error as PostgresError where error.isRetryable || error.isServerError(SQLState.lockNotAvailable) {
            logger.warning("tenant could not be migrated", metadata: ["tenant": "\(tenant)", "error": "\(error)"])
            report.failures[tenant] = "\(error)"
          }
        }
        return report
      }
    }
  }

  static let newest = Migration.tenant.last?.version ?? 0

  // MARK: Control schema

  private static func migrateControl(_ session: ScriptSession) async throws -> [Int] {
    try await session.run(script: roles)
    try await session.run(script: ledger)
    let applied = try await session.withTransaction { try await $0.transaction.run(controlVersions) }
    try check(applied, against: Migration.control, schema: "horarium")
    var done: [Int] = []
    for migration in Migration.control where !applied.contains(where: { $0.version == migration.version }) {
      try await session.withTransaction { transaction in
        try await transaction.run(script: migration.script)
        try await transaction.transaction.execute(recordControl, migration)
      }
      done.append(migration.version)
    }
    return done
  }

  // MARK: Tenants

  private static func migrate(_ tenant: TenantID, in session: ScriptSession) async throws -> Int {
    for migration in try await pending(tenant, in: session) {
      try await session.withTransaction(as: TransactionScope(role: "none", searchPath: tenant.schema)) {
        try await apply(migration, to: tenant, in: $0)
      }
    }
    return newest
  }

  private static func pending(_ tenant: TenantID, in session: ScriptSession) async throws -> [Migration] {
    let applied = try await session.withTransaction { try await $0.transaction.run(tenantVersions, tenant) }
    try check(applied, against: Migration.tenant, schema: tenant.schema)
    return Migration.tenant.filter { migration in !applied.contains { $0.version == migration.version } }
  }

  /// The search path must be the tenant's schema.
  static func apply(_ migration: Migration, to tenant: TenantID, in transaction: ScriptTransaction) async throws {
    try await transaction.run(script: migration.script)
    try await transaction.transaction.execute(recordTenant, (tenant, migration))
  }

  private static func check(_ applied: [Applied], against known: [Migration], schema: String) throws {
    for row in applied {
      guard let migration = known.first(where: { $0.version == row.version }) else {
        throw MigrationError.newer(schema: schema, version: row.version)
      }
      guard migration.digest == row.digest else { throw MigrationError.edited(schema: schema, version: row.version) }
    }
  }

  struct Applied: Sendable {
    var version: Int
    var digest: String
  }
}

// MARK: SQL

extension Migrator {
  /// Roles belong to the whole cluster: another database may have brought them, or be bringing them right now.
  private static let roles = """
    DO $$
    DECLARE wanted record;
    BEGIN
      FOR wanted IN SELECT * FROM (VALUES ('horarium_control', 'NOLOGIN'), ('horarium_tenant', 'NOLOGIN'),
                                          ('horarium_app', 'LOGIN NOINHERIT')) AS roles(name, options) LOOP
        BEGIN
          IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted.name) THEN
            EXECUTE format('CREATE ROLE %I %s', wanted.name, wanted.options);
          END IF;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
        END;
      END LOOP;
      FOR wanted IN SELECT * FROM (VALUES ('horarium_app'), (current_user::text)) AS members(name) LOOP
        BEGIN
          IF NOT EXISTS (SELECT FROM pg_auth_members WHERE roleid = 'horarium_control'::regrole
                           AND member = wanted.name::regrole) THEN
            EXECUTE format('GRANT horarium_control TO %I', wanted.name);
          END IF;
        EXCEPTION WHEN unique_violation THEN NULL;
        END;
      END LOOP;
    END $$;
    """

  private static let ledger = """
    CREATE SCHEMA IF NOT EXISTS horarium;
    CREATE TABLE IF NOT EXISTS horarium.control_migration (
      version integer CONSTRAINT control_migration_pk PRIMARY KEY,
      name text NOT NULL,
      digest text NOT NULL,
      applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
    );
    """

  private static let controlVersions = Statement<Void, Applied>(
    "SELECT version, digest FROM horarium.control_migration ORDER BY version"
  ) { (row: inout RowReader) throws(RowError) in Applied(version: Int(try row.int()), digest: try row.text()) }

  private static let recordControl = Statement<Migration, Void>(
    "INSERT INTO horarium.control_migration (version, name, digest) VALUES ($1, $2, $3)"
  ) { [.int(Int64($0.version)), .text($0.name), .text($0.digest)] }

  private static let outdated = Statement<Int, TenantID>(
    "SELECT id FROM horarium.tenant WHERE schema_version < $1 AND state <> 'deleting' ORDER BY id",
    encode: { [.int(Int64($0))] }
  ) { (row: inout RowReader) throws(RowError) in
    guard let id = TenantID(rawValue: try row.text()) else { throw row.refusal("not a tenant id") }
    return id
  }

  private static let tenantVersions = Statement<TenantID, Applied>(
    "SELECT version, digest FROM horarium.tenant_migration WHERE tenant = $1 ORDER BY version",
    encode: { [.text($0.rawValue)] }
  ) { (row: inout RowReader) throws(RowError) in Applied(version: Int(try row.int()), digest: try row.text()) }

  private static let recordTenant = Statement<(TenantID, Migration), Void>(
    """
    WITH applied AS (
      INSERT INTO horarium.tenant_migration (tenant, version, name, digest) VALUES ($1, $2, $3, $4)
      RETURNING tenant, version
    )
    UPDATE horarium.tenant t SET schema_version = a.version FROM applied a WHERE t.id = a.tenant
    """
  ) { [.text($0.0.rawValue), .int(Int64($0.1.version)), .text($0.1.name), .text($0.1.digest)] }
}
