/// What went wrong, in terms of what the caller can do next. Messages name the statement, never its values.
public enum PostgresError: Error, Sendable {
  /// The server refused a statement; the transaction is rolled back. `detail` may hold data: don't log it.
  case server(sqlState: String, message: String, detail: String?, constraint: String?)
  /// The call took too long; the server was told to stop. The transaction is rolled back.
  case deadlineExceeded(String)
  /// The connection broke before COMMIT was sent: nothing was stored.
  case connectionLost(String)
  /// All connections stayed in use for the whole lease timeout.
  case poolExhausted
  /// The pool is shutting down or was never run.
  case poolClosed
  /// No connection could be made for a while: calls fail at once until one succeeds again.
  case unavailable(String)
  /// COMMIT was sent and its answer never came: look whether the work is there before doing it again.
  case commitUnknown(String)
  /// A row did not have the shape that the statement's decoder expects.
  case decoding(RowError)
  /// A mistake in the calling code, such as two tasks using one transaction.
  case misuse(String)

  /// True when nothing was stored and the same transaction may succeed when it is run again from its start.
  public var isRetryable: Bool {
    switch self {
    case .server(let sqlState, let message, _, _):
      SQLState.transient.contains(sqlState) || message.hasPrefix("cached plan must not change result type")
    case .deadlineExceeded, .connectionLost, .poolExhausted, .unavailable: true
    case .poolClosed, .commitUnknown, .decoding, .misuse: false
    }
  }

  /// True for the two states with which the server asks to run the transaction again.
  public var isConflict: Bool {
    isServerError(SQLState.serializationFailure) || isServerError(SQLState.deadlockDetected)
  }

  public var sqlState: String? {
    if case .server(let sqlState, _, _, _) = self { sqlState } else { nil }
  }

  public func isServerError(_ state: String) -> Bool { sqlState == state }
}

extension PostgresError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .server(let sqlState, let message, _, let constraint):
      "PostgreSQL refused with \(sqlState): \(message)" + (constraint.map { ", constraint \($0)" } ?? "")
    case .deadlineExceeded(let what):
      "PostgreSQL did not finish in time: \(what).\nMaybe the server is overloaded or another transaction holds a lock."
    case .connectionLost(let why): "The connection to PostgreSQL was lost: \(why)"
    case .poolExhausted:
      "All connections to PostgreSQL are in use.\nMaybe transactions are held open while doing other work."
    case .poolClosed: "The pool of PostgreSQL connections is closed."
    case .unavailable(let why): "PostgreSQL can't be reached: \(why)"
    case .commitUnknown(let why):
      "PostgreSQL may or may not have stored the transaction: \(why)\nMaybe look for its rows before trying again."
    case .decoding(let error): error.description
    case .misuse(let what): what
    }
  }
}

/// The server's error codes that this product tells apart.
public enum SQLState {
  public static let notNullViolation = "23502"
  public static let foreignKeyViolation = "23503"
  public static let uniqueViolation = "23505"
  public static let checkViolation = "23514"
  public static let exclusionViolation = "23P01"
  public static let serializationFailure = "40001"
  public static let deadlockDetected = "40P01"
  public static let insufficientPrivilege = "42501"
  public static let syntaxError = "42601"
  public static let undefinedTable = "42P01"
  public static let undefinedFunction = "42883"
  public static let invalidSchemaName = "3F000"
  public static let raisedException = "P0001"
  public static let lockNotAvailable = "55P03"
  public static let queryCanceled = "57014"
  public static let adminShutdown = "57P01"
  public static let crashShutdown = "57P02"
  public static let cannotConnectNow = "57P03"
  public static let idleInTransactionTimeout = "25P03"
  public static let invalidStatementName = "26000"
  public static let featureNotSupported = "0A000"
  public static let tooManyConnections = "53300"
  public static let diskFull = "53100"
  public static let outOfMemory = "53200"

  static let transient: Set<String> = [
    serializationFailure, deadlockDetected, lockNotAvailable, queryCanceled, adminShutdown, crashShutdown,
    cannotConnectNow, idleInTransactionTimeout, invalidStatementName, tooManyConnections,
  ]
}
