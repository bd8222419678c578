public import Postgres
public import Tenancy

/// A transaction that sees one tenant's rows: the only way to them.
///
/// The role is the tenant's own, the search path holds its schema alone, and row-level security hides the others'
/// rows of the shared tables. All three end with the transaction.
public struct TenantTransaction: Sendable {
  public let context: TenantContext
  public let sql: Transaction

  package init(context: TenantContext, sql: Transaction) {
    self.context = context
    self.sql = sql
  }

  public var actor: String { context.principal.user }
}

extension TransactionScope {
  /// The queue's and the directory's own work, across tenants; has no rights in any tenant's schema.
  package static let control = TransactionScope(role: "horarium_control", searchPath: "")

  package static func tenant(_ id: TenantID) -> TransactionScope {
    TransactionScope(role: id.databaseRole, searchPath: id.schema)
  }
}

extension PostgresPool {
  /// Runs `body` again, from its start and with nothing stored, where it met others' changes (deadlock, serialization
  /// failure): let it do nothing but statements.
  nonisolated(nonsending) public func withTransaction<Value>(
    for tenant: TenantContext, isolation: Isolation = .readCommitted, deadline: Duration = .seconds(5),
    attempts: Int = 3, _ body: (TenantTransaction) async throws -> Value
  ) async throws -> Value {
    try await withTransaction(
      as: .tenant(tenant.tenant), isolation: isolation, deadline: deadline, attempts: attempts
    ) { sql in
      try await body(TenantTransaction(context: tenant, sql: sql))
    }
  }

  /// What is read belongs to one moment; nothing can be stored.
  nonisolated(nonsending) public func withReadTransaction<Value>(
    for tenant: TenantContext, deadline: Duration = .seconds(5), _ body: (TenantTransaction) async throws -> Value
  ) async throws -> Value {
    try await withReadTransaction(as: .tenant(tenant.tenant), deadline: deadline) { sql in
      try await body(TenantTransaction(context: tenant, sql: sql))
    }
  }

  /// For workers, the directory, the outbox and the operators' overview.
  nonisolated(nonsending) public func withControlTransaction<Value>(
    deadline: Duration = .seconds(5), _ body: (Transaction) async throws -> Value
  ) async throws -> Value {
    try await withTransaction(as: .control, deadline: deadline, body)
  }
}

extension Transaction {
  private static let assume = Statement<TransactionScope, Void>(
    "SELECT set_config('role', $1, true), set_config('search_path', $2, true)"
  ) { [.text($0.role), .text($0.searchPath)] }

  /// Runs `body` with another scope's eyes and returns to `home`. When `body` throws, the transaction is over anyway.
  nonisolated(nonsending) package func assuming<Value>(
    _ scope: TransactionScope, from home: TransactionScope, _ body: () async throws -> Value
  ) async throws -> Value {
    try await execute(Self.assume, scope)
    let value = try await body()
    try await execute(Self.assume, home)
    return value
  }
}
