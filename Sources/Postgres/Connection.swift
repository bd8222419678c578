internal import CLibpq
import Readiness

/// One session with the server, non-blocking throughout.
///
/// One user at a time: a second call while one is running is refused with `.misuse`. Every call ends by its
/// deadline plus `grace`. A connection that did not come back to a known state is `isBroken`: close it.
actor Connection {
  private let handle: ConnectionHandle
  private var prepares: Bool
  private var prepared = PreparedStatements(limit: 256, session: .random(in: .min ... .max))
  /// A pooler stands between: what belongs to a session (LISTEN, prepared statements) does not hold.
  private(set) var isPooled = false
  private var isBusy = false
  private(set) var isBroken = false
  private(set) var rolesSeen: Set<String> = []
  private var notifications: [Listener.Event] = []

  /// How long a cancelled statement may take to come back.
  static let grace = Duration.milliseconds(250)
  private static let cancelThreads = BlockingThreads(name: "pg-cancel", count: 2)

  init(_ handle: ConnectionHandle, prepares: Bool) {
    self.handle = handle
    self.prepares = prepares
  }

  private var connection: OpaquePointer { handle.connection }

  /// Outside a transaction and in a known state: another user may have it.
  var isIdle: Bool { !isBroken && !isBusy && PQtransactionStatus(connection) == PQTRANS_IDLE }

  /// Asks the server who it is: a pooler gives its clients process numbers of its own making.
  func lookForPooler(until deadline: ContinuousClock.Instant) async throws {
    let name = "looking for a pooler"
    let result = try await exclusively(name) {
      try await only(name, exchange(name, until: deadline) { sendUnprepared($0, "SELECT pg_backend_pid()::int8", []) })
    }
    guard result.rowCount == 1, let bytes = result.bytes(row: 0, column: 0) else { throw lost(name) }
    isPooled = Int64(bigEndianBytes: bytes) != Int64(PQbackendPID(connection))
    if isPooled { prepares = false }
  }

  func noteRole(_ role: String) { rolesSeen.insert(role) }
  func breakOff() { isBroken = true }

  /// Runs one statement with parameters apart from the text and gives back its result, a failed one as an error.
  /// - Parameter isCancellable: false for the end of a transaction, which must happen in cancelled tasks too
  func perform(
    _ text: StaticString, _ parameters: [Parameter], until deadline: ContinuousClock.Instant, isCancellable: Bool = true
  ) async throws -> ResultHandle {
    let name = text.firstWords
    var wire: [WireParameter] = []
    for parameter in parameters { wire.append(try parameter.wire()) }
    return try await exclusively(name) {
      if prepares, isCancellable {
        let statement = try await prepare(text, wire.map(\.type), name, until: deadline)
        do {
          return try await only(name, exchange(name, until: deadline) { sendPrepared($0, statement, wire) })
        } catch let error as PostgresError {
          // The plan no longer fits its tables, or someone deallocated it: the next run prepares anew.
          if [SQLState.featureNotSupported, SQLState.invalidStatementName].contains(error.sqlState) {
            prepared.forgetAll()
          }
          throw error
        }
      } else {
        return try await only(
          name, exchange(name, until: deadline, isCancellable: isCancellable) { sendUnprepared($0, text, wire) })
      }
    }
  }

  /// Runs a text of several statements; their rows are thrown away.
  func run(script: String, until deadline: ContinuousClock.Instant) async throws {
    guard !script.utf8.contains(0) else { throw PostgresError.misuse("A script contains the character U+0000.") }
    let name = "script " + (script.split(separator: "\n").first.map { String($0.prefix(60)) } ?? "")
    try await exclusively(name) {
      for result in try await exchange(name, until: deadline, send: { PQsendQuery($0, script) }) {
        if let failure = result.failure(of: name) { throw failure }
      }
    }
  }

  /// Waits until the server sends notifications or the time is up; empty then.
  func nextNotifications(until deadline: ContinuousClock.Instant) async throws -> [Listener.Event] {
    try await exclusively("waiting for notifications") {
      collectNotifications()
      while notifications.isEmpty {
        guard try await Readiness.shared.wait(for: .read, on: PQsocket(connection), until: deadline) == .ready else {
          break
        }
        guard PQconsumeInput(connection) == 1 else { throw lost("waiting for notifications") }
        collectNotifications()
      }
      defer { notifications = [] }
      return notifications
    }
  }

  // MARK: - Sending

  private func prepare(
    _ text: StaticString, _ types: [ParameterType], _ name: String, until deadline: ContinuousClock.Instant
  ) async throws -> String {
    let key = PreparedStatements.Key(text, types)
    if let known = prepared.name(for: key) { return known }
    if let evicted = prepared.evictIfFull() {
      // The name is made by this module from a number: nothing to quote.
      _ = try await only(name, exchange(name, until: deadline) { PQsendQuery($0, "DEALLOCATE \(evicted)") })
    }
    let new = prepared.makeName()
    _ = try await only(
      name,
      exchange(name, until: deadline) { connection in
        PQsendPrepare(connection, new, text.cString, Int32(types.count), types.map(\.rawValue))
      })
    prepared.insert(key, name: new)
    return new
  }

  private func sendPrepared(_ connection: OpaquePointer, _ statement: String, _ wire: [WireParameter]) -> Int32 {
    wire.withPointers { values in
      PQsendQueryPrepared(
        connection, statement, Int32(wire.count), values, wire.lengths, wire.formats, 1)
    }
  }

  private func sendUnprepared(_ connection: OpaquePointer, _ text: StaticString, _ wire: [WireParameter]) -> Int32 {
    wire.withPointers { values in
      PQsendQueryParams(
        connection, text.cString, Int32(wire.count), wire.map(\.type.rawValue), values, wire.lengths, wire.formats, 1)
    }
  }

  // MARK: - Exchange

  private func exclusively<Value>(_ name: String, _ body: () async throws -> Value) async throws -> Value {
    guard !isBroken else { throw PostgresError.connectionLost("\(name): the connection was already broken") }
    guard !isBusy else {
      throw PostgresError.misuse(
        "\(name): the transaction is in use by another task.\nMaybe await one call before the next.")
    }
    isBusy = true
    defer { isBusy = false }
    return try await body()
  }

  /// The last result, or the first failure among all.
  private func only(_ name: String, _ results: [ResultHandle]) throws(PostgresError) -> ResultHandle {
    for result in results {
      guard let failure = result.failure(of: name) else { continue }
      // The server's own time limit, set from the same deadline.
      throw failure.isServerError(SQLState.queryCanceled) ? .deadlineExceeded(name) : failure
    }
    guard let last = results.last else { throw lost("\(name): no result") }
    return last
  }

  /// Sends one request and reads all of its results. When the time is up or the task is cancelled, the server is
  /// asked to stop; results that are complete by then count, because their work is done.
  private func exchange(
    _ name: String, until deadline: ContinuousClock.Instant, isCancellable: Bool = true,
    send: (OpaquePointer) -> Int32
  ) async throws -> [ResultHandle] {
    guard ContinuousClock.now < deadline else { throw PostgresError.deadlineExceeded(name) }
    guard send(connection) == 1 else { throw lost(name) }
    var results: [ResultHandle] = []
    let interruption: any Error
    let wait: Waiting =
      isCancellable
      ? { try await Readiness.shared.wait(for: $0, on: $1, until: deadline) }
      : { try await Readiness.shared.waitIgnoringCancellation(for: $0, on: $1, until: deadline) }
    do {
      try await flush(name, wait)
      try await drain(name, into: &results, wait)
      return results
    } catch is DeadlineReached {
      interruption = PostgresError.deadlineExceeded(name)
    } catch is CancellationError {
      interruption = CancellationError()
    }
    try await cancelAndDrain(name, into: &results, otherwise: interruption)
    let isStopped =
      results.isEmpty || results.contains { $0.failure(of: name)?.isServerError(SQLState.queryCanceled) ?? false }
    if isStopped { throw interruption }
    return results
  }

  private typealias Waiting = (Readiness.Interest, Int32) async throws -> Readiness.Outcome
  private struct DeadlineReached: Error {}

  /// While output is left, input must be read too: the server may be blocked on sending us a notice.
  private func flush(_ name: String, _ wait: Waiting) async throws {
    while true {
      switch PQflush(connection) {
      case 0: return
      case 1: try await pause(name, [.read, .write], wait)
      default: throw lost(name)
      }
    }
  }

  private func drain(_ name: String, into results: inout [ResultHandle], _ wait: Waiting) async throws {
    while true {
      while PQisBusy(connection) == 1 { try await pause(name, .read, wait) }
      guard let result = PQgetResult(connection) else { break }
      results.append(ResultHandle(result))
      // libpq would report the same lost connection for ever.
      if PQstatus(connection) == CONNECTION_BAD { throw lost(name, results.last) }
      if [PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH].contains(results.last?.status) {
        isBroken = true
        return
      }
    }
    collectNotifications()
  }

  private func pause(_ name: String, _ interest: Readiness.Interest, _ wait: Waiting) async throws {
    if try await wait(interest, PQsocket(connection)) == .deadlineReached { throw DeadlineReached() }
    if PQconsumeInput(connection) == 0 { throw lost(name) }
  }

  /// PQcancel must have returned before the connection is used again, or it could hit the next statement.
  private func cancelAndDrain(
    _ name: String, into results: inout [ResultHandle], otherwise interruption: any Error
  ) async throws {
    let end = ContinuousClock.now + Self.grace
    let sent = Signal()
    if let cancel = CancelHandle(connection) {
      Self.cancelThreads.submit {
        cancel.send()
        sent.raise()
      }
    }
    let wait: Waiting = { try await Readiness.shared.waitIgnoringCancellation(for: $0, on: $1, until: end) }
    do {
      try await flush(name, wait)
      try await drain(name, into: &results, wait)
      if try await wait(.read, sent.descriptor) != .ready { throw DeadlineReached() }
    } catch {
      isBroken = true
      throw interruption
    }
  }

  private func collectNotifications() {
    while let notify = PQnotifies(connection) {
      notifications.append(
        .notification(channel: String(cString: notify.pointee.relname), payload: String(cString: notify.pointee.extra)))
      PQfreemem(notify)
    }
  }

  private func lost(_ name: String, _ result: ResultHandle? = nil) -> PostgresError {
    isBroken = true
    // A server that shuts down says so before it hangs up; that is more than "connection lost".
    let reason = result?.failure(of: name).map(\.description) ?? handle.errorMessage
    return .connectionLost("\(name): \(reason)")
  }
}

extension StaticString {
  /// Literals end with a zero byte.
  var cString: UnsafePointer<CChar> { UnsafeRawPointer(utf8Start).assumingMemoryBound(to: CChar.self) }
}
