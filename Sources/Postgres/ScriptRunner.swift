/// Migrations and other work of the database's owner, one connection for each use.
public struct ScriptRunner: Sendable {
  private let configuration: PostgresConfiguration

  public init(configuration: PostgresConfiguration) { self.configuration = configuration }

  /// Runs a text of several statements. Without BEGIN in it, all of them together are one transaction.
  public func run(script: String, deadline: Duration = .seconds(600)) async throws {
    try await withSession { try await $0.run(script: script, deadline: deadline) }
  }

  /// Lends one connection for the length of `body`.
  nonisolated(nonsending) public func withSession<Value>(
    _ body: (ScriptSession) async throws -> Value
  ) async throws -> Value {
    let session = ScriptSession(try await Connection.connect(configuration), lockTimeout: configuration.lockTimeout)
    return try await body(session)
  }
}

/// One connection of the owner; closed when the last reference to it goes.
public final class ScriptSession: Sendable {
  private let connection: Connection
  private let lockTimeout: Duration

  init(_ connection: Connection, lockTimeout: Duration) {
    self.connection = connection
    self.lockTimeout = lockTimeout
  }

  public func run(script: String, deadline: Duration = .seconds(600)) async throws {
    try await connection.run(script: script, until: .now + deadline)
  }

  /// Waits until no other session holds `key`; the server frees it when this session ends, however it ends.
  nonisolated(nonsending) public func withAdvisoryLock<Value>(
    _ key: Int64, deadline: Duration = .seconds(600), _ body: () async throws -> Value
  ) async throws -> Value {
    _ = try await connection.perform("SELECT pg_advisory_lock($1)", [.int(key)], until: .now + deadline)
    let result: Result<Value, any Error>
    do { result = .success(try await body()) } catch { result = .failure(error) }
    do {
      _ = try await connection.perform(
        "SELECT pg_advisory_unlock($1)", [.int(key)], until: .now + .seconds(5), isCancellable: false)
    } catch {
      await connection.breakOff()  // ending the session frees the lock
    }
    return try result.get()
  }

  nonisolated(nonsending) public func withTransaction<Value>(
    as scope: TransactionScope = .none, isolation: Isolation = .readCommitted, deadline: Duration = .seconds(600),
    _ body: (ScriptTransaction) async throws -> Value
  ) async throws -> Value {
    let end = ContinuousClock.now + deadline
    do {
      try await connection.begin(.writing(isolation), as: scope, lockTimeout: lockTimeout, until: end)
    } catch {
      await connection.rollback()
      throw error
    }
    return try await Postgres.withTransaction(
      on: connection, .writing(isolation), body: { try await body(ScriptTransaction(transaction: $0)) }, until: end)
  }
}

/// A transaction that also takes whole scripts.
public struct ScriptTransaction: Sendable {
  /// For typed statements.
  public let transaction: Transaction

  /// The script must not end the transaction.
  public func run(script: String) async throws { try await transaction.run(script: script) }
}
