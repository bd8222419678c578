internal import CLibpq
import Glibc
import Readiness

/// One session with the server, non-blocking throughout.
///
/// What belongs together travels together, in libpq's pipeline mode: a transaction's BEGIN and scope go with its first
/// statement, a statement's preparation with its first run, and each flight is waited for once.
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
  /// Goes to the server with the next statement.
  private var opening: [Message] = []
  /// Flights whose end has not been read. Between two users there may be one: the end of a transaction that only read.
  private var awaitedSyncs = 0

  /// How long a cancelled statement may take to come back.
  static let grace = Duration.milliseconds(250)
  private static let cancelThreads = BlockingThreads(name: "pg-cancel", count: 2)

  init(_ handle: ConnectionHandle, prepares: Bool) {
    self.handle = handle
    self.prepares = prepares
  }

  private var connection: OpaquePointer { handle.connection }

  /// Outside a transaction and in a known state: another user may have it.
  var isIdle: Bool { !isBroken && !isBusy && (awaitedSyncs > 0 || PQtransactionStatus(connection) == PQTRANS_IDLE) }
  /// False too once a statement of the transaction has failed.
  var isInTransaction: Bool { PQtransactionStatus(connection) == PQTRANS_INTRANS }

  /// Asks the server who it is: a pooler gives its clients process numbers of its own making.
  func lookForPooler(until deadline: ContinuousClock.Instant) async throws {
    let question: StaticString = "SELECT pg_backend_pid()::int8"
    let result = try await exclusively(question) {
      try await fly(Flight(steps: [.run(try Message(question, []))]), deadline, true)
    }
    guard result.rowCount == 1, let bytes = result.bytes(row: 0, column: 0) else { throw lost(question.firstWords) }
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
    let message = try Message(text, parameters)
    return try await exclusively(text) {
      let messages = opening + [message]
      opening = []
      return try await fly(flight(of: messages, preparing: prepares && isCancellable), deadline, isCancellable)
    }
  }

  /// What stands before the next statement goes to the server with it, in one flight.
  func open(with messages: [Message]) { opening = messages }

  /// Forgets what was to be opened; false when it is with the server already.
  func dropOpening() -> Bool {
    defer { opening = [] }
    return !opening.isEmpty
  }

  /// Runs a text of several statements; their rows are thrown away.
  func run(script: String, until deadline: ContinuousClock.Instant) async throws {
    guard !script.utf8.contains(0) else { throw PostgresError.misuse("A script contains the character U+0000.") }
    let name = "script " + (script.split(separator: "\n").first.map { String($0.prefix(60)) } ?? "")
    try await exclusively("a script") {
      if !opening.isEmpty {
        let messages = opening
        opening = []
        _ = try await fly(flight(of: messages, preparing: prepares), deadline, true)
      }
      let results = try await exchange({ name }, until: deadline) { PQsendQuery($0, script) }
      for result in results {
        if let failure = result.failure(of: name) { throw failure }
      }
    }
  }

  /// Waits until the server sends notifications or the time is up; empty then.
  func nextNotifications(until deadline: ContinuousClock.Instant) async throws -> [Listener.Event] {
    try await exclusively("LISTEN") {
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

  // MARK: - Flights

  private func flight(of messages: [Message], preparing: Bool) -> Flight {
    guard preparing else { return Flight(steps: messages.map { .run($0) }) }
    let steps = messages.flatMap { message -> [Flight.Step] in
      let key = PreparedStatements.Key(message.text, message.wire.map(\.type))
      if let known = prepared.name(for: key) { return [.runPrepared(message, name: known)] }
      let new = prepared.makeName()
      let steps: [Flight.Step] = [.prepare(message, key, name: new), .runPrepared(message, name: new)]
      return prepared.evictIfFull().map { [.forget(name: $0)] + steps } ?? steps
    }
    return Flight(steps: steps)
  }

  /// Sends all steps at once and waits once, for the results of all. Where one fails the server leaves the rest out,
  /// and the failure is thrown; else the last result counts.
  private func fly(
    _ flight: Flight, _ deadline: ContinuousClock.Instant, _ isCancellable: Bool
  ) async throws -> ResultHandle {
    let results = try await exchange({ flight.name }, until: deadline, isCancellable: isCancellable) { connection in
      flight.send(connection) ? sync() : 0
    }
    for (step, result) in zip(flight.steps, results) {
      if result.status == PGRES_COMMAND_OK, case .prepare(_, let key, let name) = step {
        prepared.insert(key, name: name)
      }
      guard let failure = result.failure(of: step.text.firstWords) else { continue }
      // The plan no longer fits its tables, or someone deallocated it: the next run prepares anew.
      if [SQLState.featureNotSupported, SQLState.invalidStatementName].contains(failure.sqlState) {
        prepared.forgetAll()
      }
      // The server's own time limit, set from the same deadline.
      throw failure.isServerError(SQLState.queryCanceled) ? .deadlineExceeded(step.text.firstWords) : failure
    }
    guard results.count == flight.steps.count, let last = results.last else {
      throw lost("\(flight.name): \(results.count) of \(flight.steps.count) results")
    }
    return last
  }

  private func sync() -> Int32 {
    let isSent = PQpipelineSync(connection)
    if isSent == 1 { awaitedSyncs += 1 }
    return isSent
  }

  /// Sends a statement whose result matters to nobody, and does not wait for it: it is read before the next flight's.
  /// False when it could not be sent at once.
  func sendAhead(_ text: StaticString) -> Bool {
    guard !isBroken, !isBusy, let message = try? Message(text, []), Flight(steps: [.run(message)]).send(connection),
      sync() == 1, PQflush(connection) == 0
    else { return false }
    return true
  }

  /// Reads what has come since the last flight, without waiting. False when the server has hung up.
  func isStillThere() -> Bool {
    guard !isBroken, !isBusy else { return false }
    if awaitedSyncs > 0 {
      guard PQconsumeInput(connection) == 1 else { return false }
      while awaitedSyncs > 0, PQisBusy(connection) == 0 {
        let result = PQgetResult(connection).map(ResultHandle.init)
        if PQstatus(connection) == CONNECTION_BAD { return false }
        if let result { note(result.status) }
      }
    }
    var byte: UInt8 = 0
    if recv(PQsocket(connection), &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)) < 0 { return true }
    // Something lies there: a notice, or the server's last words and then its end.
    guard PQconsumeInput(connection) == 1 else { return false }
    _ = PQisBusy(connection)
    return PQconsumeInput(connection) == 1 && PQstatus(connection) == CONNECTION_OK
  }

  private func note(_ status: ExecStatusType) {
    guard status == PGRES_PIPELINE_SYNC else { return }
    awaitedSyncs -= 1
    if awaitedSyncs == 0 { PQexitPipelineMode(connection) }
  }

  // MARK: - Exchange

  private func exclusively<Value>(_ text: StaticString, _ body: () async throws -> Value) async throws -> Value {
    guard !isBroken else { throw PostgresError.connectionLost("\(text.firstWords): the connection was already broken") }
    guard !isBusy else {
      throw PostgresError.misuse(
        "\(text.firstWords): the transaction is in use by another task.\nMaybe await one call before the next.")
    }
    isBusy = true
    defer { isBusy = false }
    return try await body()
  }

  /// What an error calls the statement; worked out where there is one.
  private typealias Naming = () -> String

  /// Sends one flight, or one script, and reads all of its results. When the time is up or the task is cancelled, the
  /// server is asked to stop; results that are complete by then count, because their work is done.
  private func exchange(
    _ name: Naming, until deadline: ContinuousClock.Instant, isCancellable: Bool = true,
    send: (OpaquePointer) -> Int32
  ) async throws -> [ResultHandle] {
    guard ContinuousClock.now < deadline else { throw PostgresError.deadlineExceeded(name()) }
    guard send(connection) == 1 else { throw lost(name()) }
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
      interruption = PostgresError.deadlineExceeded(name())
    } catch is CancellationError {
      interruption = CancellationError()
    }
    try await cancelAndDrain(name, into: &results, otherwise: interruption)
    let isStopped =
      results.isEmpty || results.contains { $0.failure(of: name())?.isServerError(SQLState.queryCanceled) ?? false }
    if isStopped { throw interruption }
    return results
  }

  private typealias Waiting = (Readiness.Interest, Int32) async throws -> Readiness.Outcome
  private struct DeadlineReached: Error {}

  /// While output is left, input must be read too: the server may be blocked on sending us a notice.
  private func flush(_ name: Naming, _ wait: Waiting) async throws {
    while true {
      switch PQflush(connection) {
      case 0: return
      case 1: try await pause(name, [.read, .write], wait)
      default: throw lost(name())
      }
    }
  }

  /// A script ends with the absence of a result, a flight with its sync.
  private func drain(_ name: Naming, into results: inout [ResultHandle], _ wait: Waiting) async throws {
    let isFlight = awaitedSyncs > 0
    while true {
      while PQisBusy(connection) == 1 { try await pause(name, .read, wait) }
      guard let next = PQgetResult(connection) else {
        if PQstatus(connection) == CONNECTION_BAD { throw lost(name(), results.last) }
        if isFlight { continue }
        break
      }
      let result = ResultHandle(next)
      // libpq would report the same lost connection for ever.
      if PQstatus(connection) == CONNECTION_BAD { throw lost(name(), result) }
      if result.status == PGRES_PIPELINE_SYNC {
        note(result.status)
        if awaitedSyncs == 0 { break }
        // What was sent ahead of this flight.
        results = []
        continue
      }
      results.append(result)
      if [PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH].contains(result.status) {
        isBroken = true
        return
      }
    }
    collectNotifications()
  }

  private func pause(_ name: Naming, _ interest: Readiness.Interest, _ wait: Waiting) async throws {
    if try await wait(interest, PQsocket(connection)) == .deadlineReached { throw DeadlineReached() }
    if PQconsumeInput(connection) == 0 { throw lost(name()) }
  }

  /// PQcancel must have returned before the connection is used again, or it could hit the next statement.
  private func cancelAndDrain(
    _ name: Naming, into results: inout [ResultHandle], otherwise interruption: any Error
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
