import Readiness

/// Commands go out and answers come in, in the same order, for any number of callers at once.
actor RedisConnection {
  private struct Pending {
    var missing: Int
    var replies: [RedisReply] = []
    let deadline: ContinuousClock.Instant
    /// Nil for the connection's own PING.
    let continuation: CheckedContinuation<[RedisReply], any Error>?
  }

  private let socket: RedisSocket
  private let keepAliveAfter: Duration
  private let patience: Duration
  private var pending: [Pending] = []
  private var failure: RedisError?

  init(_ socket: RedisSocket, keepAliveAfter: Duration, patience: Duration) {
    self.socket = socket
    self.keepAliveAfter = keepAliveAfter
    self.patience = patience
  }

  /// Answers in the order of `commands`. Not interrupted by cancellation: the deadline is short.
  func send(_ commands: [[RedisArgument]], until deadline: ContinuousClock.Instant) async throws -> [RedisReply] {
    guard !commands.isEmpty else { return [] }
    return try await withCheckedThrowingContinuation { continuation in
      enqueue(commands, Pending(missing: commands.count, deadline: deadline, continuation: continuation))
    }
  }

  /// Carries bytes until the connection breaks or a deadline passes, and throws why.
  func run() async throws {
    do {
      while true {
        let isWritten = try socket.write()
        while let reply = try socket.nextReply() { try deliver(reply) }
        let end = pending.map(\.deadline).min() ?? .now + keepAliveAfter
        let outcome = try await Readiness.shared.wait(
          for: isWritten ? .read : [.read, .write], on: socket.descriptor, until: end)
        switch outcome {
        case .ready: try socket.read()
        case .interrupted: break
        case .deadlineReached where pending.isEmpty:
          enqueue([["PING"]], Pending(missing: 1, deadline: .now + patience, continuation: nil))
        case .deadlineReached:
          // An answer may have arrived while this task waited for its turn.
          try socket.read()
          while let reply = try socket.nextReply() { try deliver(reply) }
          if pending.contains(where: { $0.deadline <= .now }) { throw RedisError.deadlineExceeded }
        }
      }
    } catch {
      fail(error as? RedisError ?? .connectionLost("the client is shutting down"))
      throw error
    }
  }

  private func enqueue(_ commands: [[RedisArgument]], _ entry: Pending) {
    if let failure {
      entry.continuation?.resume(throwing: failure)
      return
    }
    pending.append(entry)
    do {
      for command in commands { try socket.append(command) }
      // Sent from here at once; only if something is left, or a deadline is new, must the other task look again.
      let isWritten = try socket.write()
      if !isWritten || pending.count == 1 || entry.deadline < pending[pending.count - 2].deadline {
        Readiness.shared.interrupt(socket.descriptor)
      }
    } catch {
      fail(error as? RedisError ?? .connectionLost("\(error)"))
      Readiness.shared.interrupt(socket.descriptor)
    }
  }

  private func deliver(_ reply: RedisReply) throws {
    guard !pending.isEmpty else { throw RedisError.connectionLost("an answer came that nobody asked for") }
    pending[0].replies.append(reply)
    pending[0].missing -= 1
    guard pending[0].missing == 0 else { return }
    let done = pending.removeFirst()
    done.continuation?.resume(returning: done.replies)
  }

  private func fail(_ error: RedisError) {
    failure = failure ?? error
    let failed = pending
    pending = []
    for entry in failed { entry.continuation?.resume(throwing: error) }
  }
}
