internal import CLibpq

/// Owns one PGresult and copies nothing until a reader asks.
///
/// Unchecked: a result never changes after libpq has handed it over, so any thread may read it.
final class ResultHandle: @unchecked Sendable {
  private let result: OpaquePointer
  let rowCount: Int
  let columnCount: Int

  init(_ result: OpaquePointer) {
    self.result = result
    rowCount = Int(PQntuples(result))
    columnCount = Int(PQnfields(result))
  }

  deinit { PQclear(result) }

  var status: ExecStatusType { PQresultStatus(result) }

  /// Nil is NULL. Valid as long as this handle.
  func bytes(row: Int, column: Int) -> UnsafeRawBufferPointer? {
    let (row, column) = (Int32(row), Int32(column))
    guard PQgetisnull(result, row, column) == 0 else { return nil }
    return UnsafeRawBufferPointer(
      start: PQgetvalue(result, row, column), count: Int(PQgetlength(result, row, column)))
  }

  func columnType(_ column: Int) -> ParameterType { ParameterType(rawValue: PQftype(result, Int32(column))) }
  func columnName(_ column: Int) -> String { PQfname(result, Int32(column)).map { String(cString: $0) } ?? "" }

  /// "COMMIT", "INSERT 0 1", "SELECT 5".
  var commandTag: String { String(cString: PQcmdStatus(result)) }
  var affectedRows: Int { Int(String(cString: PQcmdTuples(result))) ?? 0 }

  /// Nil when the statement succeeded.
  func failure(of statement: String) -> PostgresError? {
    switch status {
    case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: return nil
    case PGRES_PIPELINE_ABORTED: return .misuse("\(statement) was left out after a failure.")
    case PGRES_FATAL_ERROR, PGRES_BAD_RESPONSE, PGRES_NONFATAL_ERROR: break
    default:
      return .misuse("\(statement) asks for COPY or another protocol state that this module does not use.")
    }
    guard let state = field(PG_DIAG_SQLSTATE) else {
      return .connectionLost("\(statement): " + String(cString: PQresultErrorMessage(result)).trimmed)
    }
    // Class 22 quotes the offending value in its message: "invalid input syntax for type uuid: ...".
    let quotesData = state.hasPrefix("22")
    let message =
      quotesData ? "a value does not fit (message withheld, it may quote data)" : field(PG_DIAG_MESSAGE_PRIMARY)
    return .server(
      sqlState: state, message: "\(message ?? "no message") (statement: \(statement))",
      detail: field(PG_DIAG_MESSAGE_DETAIL), constraint: field(PG_DIAG_CONSTRAINT_NAME))
  }

  private func field(_ code: UnicodeScalar) -> String? {
    PQresultErrorField(result, Int32(code.value)).map { String(cString: $0) }
  }
}

/// The letters under which an error's parts travel; the header defines them as C characters, which Swift leaves out.
private let PG_DIAG_SQLSTATE: UnicodeScalar = "C"
private let PG_DIAG_MESSAGE_PRIMARY: UnicodeScalar = "M"
private let PG_DIAG_MESSAGE_DETAIL: UnicodeScalar = "D"
private let PG_DIAG_CONSTRAINT_NAME: UnicodeScalar = "n"

/// Owns one PGconn.
///
/// Unchecked: libpq wants one thread at a time, which the `Connection` actor guarantees; while connecting, only the
/// helper thread that the actor waits for touches it.
final class ConnectionHandle: @unchecked Sendable {
  let connection: OpaquePointer
  init(_ connection: OpaquePointer) { self.connection = connection }
  deinit { PQfinish(connection) }

  var errorMessage: String { String(cString: PQerrorMessage(connection)).trimmed }
}

/// What is needed to cancel a statement from another thread; independent of its PGconn.
///
/// Unchecked: PQcancel is documented as thread-safe.
final class CancelHandle: @unchecked Sendable {
  private let cancel: OpaquePointer
  init?(_ connection: OpaquePointer) {
    guard let cancel = PQgetCancel(connection) else { return nil }
    self.cancel = cancel
  }
  deinit { PQfreeCancel(cancel) }

  /// Blocks: opens a connection of its own to the server.
  func send() {
    var message = [CChar](repeating: 0, count: 256)
    _ = PQcancel(cancel, &message, Int32(message.count))
  }
}

extension String {
  /// libpq ends its messages with a line break.
  var trimmed: String { split(separator: "\n").joined(separator: " ") }
}
