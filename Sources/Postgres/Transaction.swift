import Synchronization

/// A running transaction. Valid inside the closure that received it, for one task at a time.
///
/// After a failed statement the server accepts nothing more but the end of the transaction: let the error leave the
/// closure. An error that the closure keeps to itself is thrown at the end, because nothing was stored.
public final class Transaction: Sendable {
  private struct State {
    var isOpen = true
    var firstFailure: (any Error)?
  }

  private let connection: Connection
  private let deadline: ContinuousClock.Instant
  private let state = Mutex(State())

  init(_ connection: Connection, until deadline: ContinuousClock.Instant) {
    self.connection = connection
    self.deadline = deadline
  }

  /// All rows.
  public func run<Parameters, Row>(
    _ statement: Statement<Parameters, Row>, _ parameters: Parameters
  ) async throws -> [Row] {
    let result = try await perform(statement, parameters)
    return try (0..<result.rowCount).map { try decode(statement, result, row: $0) }
  }

  /// The first row, if there is one.
  public func first<Parameters, Row>(
    _ statement: Statement<Parameters, Row>, _ parameters: Parameters
  ) async throws -> Row? {
    let result = try await perform(statement, parameters)
    return result.rowCount == 0 ? nil : try decode(statement, result, row: 0)
  }

  /// The number of rows inserted, updated, deleted or selected.
  @discardableResult
  public func execute<Parameters>(
    _ statement: Statement<Parameters, Void>, _ parameters: Parameters
  ) async throws -> Int {
    try await perform(statement, parameters).affectedRows
  }

  public func run<Row>(_ statement: Statement<Void, Row>) async throws -> [Row] { try await run(statement, ()) }
  public func first<Row>(_ statement: Statement<Void, Row>) async throws -> Row? { try await first(statement, ()) }
  @discardableResult
  public func execute(_ statement: Statement<Void, Void>) async throws -> Int { try await execute(statement, ()) }

  /// Only `ScriptTransaction` offers this: product code runs statements.
  func run(script: String) async throws {
    try await guarded { try await connection.run(script: script, until: deadline) }
  }

  /// From now on every call is refused. Returns the first error of any statement.
  func end() -> (any Error)? {
    state.withLock { state in
      state.isOpen = false
      return state.firstFailure
    }
  }

  private func perform<Parameters, Row>(
    _ statement: Statement<Parameters, Row>, _ parameters: Parameters
  ) async throws -> ResultHandle {
    try await guarded {
      try await connection.perform(statement.text, statement.encode(parameters), until: deadline)
    }
  }

  private func guarded<Value>(_ body: () async throws -> Value) async throws -> Value {
    guard state.withLock({ $0.isOpen }) else {
      throw PostgresError.misuse("A transaction was used after its end.\nMaybe a task outlived the closure.")
    }
    try Task.checkCancellation()
    do {
      return try await body()
    } catch {
      state.withLock { $0.firstFailure = $0.firstFailure ?? error }
      throw error
    }
  }

  private func decode<Parameters, Row>(
    _ statement: Statement<Parameters, Row>, _ result: ResultHandle, row: Int
  ) throws -> Row {
    do {
      var reader = RowReader(result, row: row)
      let value = try statement.decode(&reader)
      try reader.expectEnd()
      return value
    } catch var error as RowError {
      error.statement = statement.text.firstWords
      throw PostgresError.decoding(error)
    }
  }
}
