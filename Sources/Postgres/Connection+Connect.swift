internal import CLibpq
import Glibc
import Readiness

extension Connection {
  private static let connectThreads = BlockingThreads(name: "pg-connect", count: 4)

  /// Opens a session or throws `.unavailable`; the deadline covers name lookup, handshake and login.
  ///
  /// libpq's steps run on helper threads: they look up names, which blocks, and hash passwords, which is slow.
  /// Waiting for the server happens here. A connection that comes too late is closed, never kept.
  static func connect(_ configuration: PostgresConfiguration) async throws -> Connection {
    let deadline = ContinuousClock.now + configuration.connectTimeout
    let start = try await connectThreads.run { startConnecting(configuration) }
    guard let handle = start else { throw PostgresError.unavailable("out of memory") }
    // As if the first step had asked to wait for writing. The socket may change with every step.
    var interest = PQstatus(handle.connection) == CONNECTION_BAD ? nil : Readiness.Interest.write
    while let waiting = interest {
      let outcome = try await Readiness.shared.wait(for: waiting, on: PQsocket(handle.connection), until: deadline)
      guard outcome != .deadlineReached else {
        throw PostgresError.unavailable("no answer within \(configuration.connectTimeout)")
      }
      switch try await connectThreads.run({ PQconnectPoll(handle.connection) }) {
      case PGRES_POLLING_READING: interest = .read
      case PGRES_POLLING_WRITING: interest = .write
      default: interest = nil
      }
    }
    guard PQstatus(handle.connection) == CONNECTION_OK, PQsetnonblocking(handle.connection, 1) == 0 else {
      throw PostgresError.unavailable(handle.errorMessage)
    }
    let connection = Connection(handle, prepares: configuration.prepareStatements)
    try await connection.lookForPooler(until: deadline)
    return connection
  }
}

/// A later value of a key wins over one in the connection string.
private func startConnecting(_ configuration: PostgresConfiguration) -> ConnectionHandle? {
  let settings: [(String, String)] = [
    ("dbname", configuration.conninfo),
    ("application_name", configuration.applicationName),
    ("client_encoding", "UTF8"),
    // Half-open connections: the deadlines notice first, these let the kernel clean up.
    ("keepalives_idle", "10"), ("keepalives_interval", "5"), ("keepalives_count", "3"), ("tcp_user_timeout", "15000"),
  ]
  let keys = settings.map { strdup($0.0) } + [nil]
  let values = settings.map { strdup($0.1) } + [nil]
  defer { for pointer in keys + values { free(pointer) } }
  let connection = PQconnectStartParams(keys.map { UnsafePointer($0) }, values.map { UnsafePointer($0) }, 1)
  guard let connection else { return nil }
  PQsetNoticeProcessor(connection, { _, _ in }, nil)  // notices would go to stderr
  return ConnectionHandle(connection)
}
