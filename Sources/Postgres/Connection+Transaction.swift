extension Connection {
  private static let setScope: StaticString = """
    SELECT set_config('role', $1, true), set_config('search_path', $2, true),
      set_config('statement_timeout', $3, true), set_config('lock_timeout', $4, true)
    """

  /// Begins a transaction with the eyes of `scope`, together with its first statement: until that one the server knows
  /// of none. What is set here dies with the transaction, on any path.
  ///
  /// The server's own time limit comes first; the deadline on this side is the net below it.
  /// - Throws: `connectionLost` where the server has hung up meanwhile
  func begin(
    _ mode: TransactionMode, as scope: TransactionScope, lockTimeout: Duration, until deadline: ContinuousClock.Instant
  ) throws {
    guard isStillThere() else {
      breakOff()
      throw PostgresError.connectionLost("BEGIN: the server has closed the connection")
    }
    let left = deadline - ContinuousClock.now
    // A little earlier than this side: a statement that the server stops leaves the connection in good order.
    let limit = left - min(left / 10, .milliseconds(100))
    noteRole(scope.role)
    open(with: [
      try Message(mode.begin, []),
      try Message(
        Self.setScope,
        [.text(scope.role), .text(scope.searchPath), .text(limit.postgresSetting), .text(lockTimeout.postgresSetting)]),
    ])
  }

  /// - Parameter failure: the first error of the transaction's statements, if any
  func commit(after failure: (any Error)?, until deadline: ContinuousClock.Instant) async throws {
    // No statement, no transaction.
    guard !dropOpening() else { return }
    let result: ResultHandle
    do {
      result = try await perform("COMMIT", [], until: deadline, isCancellable: false)
    } catch let error as PostgresError where isBroken {
      throw PostgresError.commitUnknown(error.description)
    }
    // The server answers a COMMIT of a failed transaction with ROLLBACK, and calls that a success.
    guard result.commandTag == "COMMIT" else {
      throw failure ?? PostgresError.misuse("COMMIT answered \(result.commandTag): nothing was stored.")
    }
  }

  /// Ends a transaction that has stored nothing, without waiting: whether it ends well changes nothing of what it read.
  func endReading(after failure: (any Error)?, until deadline: ContinuousClock.Instant) async throws {
    guard !dropOpening() else { return }
    // A pooler may lend the server to somebody else between the two flights.
    guard !isPooled, isInTransaction, failure == nil else { return try await commit(after: failure, until: deadline) }
    if !sendAhead("COMMIT") { breakOff() }
  }

  /// Leaves the connection idle or broken. Runs in cancelled tasks too.
  func rollback() async {
    _ = dropOpening()
    guard !isBroken, !isIdle else { return }
    do {
      _ = try await perform("ROLLBACK", [], until: .now + Self.grace, isCancellable: false)
    } catch {
      breakOff()
    }
  }
}

extension Duration {
  /// Milliseconds, at least 1, because 0 means no limit.
  var postgresSetting: String {
    String(max(1, components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000))
  }
}

/// Runs `body` between BEGIN and COMMIT, or ROLLBACK when it throws.
nonisolated(nonsending) func withTransaction<Value>(
  on connection: Connection, _ mode: TransactionMode, body: (Transaction) async throws -> Value,
  until deadline: ContinuousClock.Instant
) async throws -> Value {
  let transaction = Transaction(connection, until: deadline)
  let value: Value
  do {
    value = try await body(transaction)
    try Task.checkCancellation()
  } catch {
    _ = transaction.end()
    await connection.rollback()
    throw error
  }
  switch mode {
  case .writing: try await connection.commit(after: transaction.end(), until: deadline)
  case .reading: try await connection.endReading(after: transaction.end(), until: deadline)
  }
  return value
}
