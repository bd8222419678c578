internal import CLinux
import Glibc
import Synchronization

/// Waits for file descriptors on behalf of tasks, so that no task ever blocks a thread of the
/// cooperative pool. One thread with one epoll instance serves the whole process.
///
/// A descriptor has at most one waiter at a time. The caller keeps it open until the wait is over.
public final class Readiness: Sendable {
  /// What a caller waits for. Errors and hang-ups count as readable and writable: the next read or write reports them.
  public struct Interest: OptionSet, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }
    public static let read = Interest(rawValue: EPOLLIN.rawValue | EPOLLRDHUP.rawValue)
    public static let write = Interest(rawValue: EPOLLOUT.rawValue)
  }

  public enum Outcome: Sendable, Equatable {
    case ready
    case deadlineReached
    /// Someone called `interrupt(_:)`: look again at what to wait for.
    case interrupted
  }

  public static let shared = Readiness()

  private let epoll: Int32
  private let alarm: Signal
  private let waits = Mutex(WaitList())

  /// The thread and its descriptors live as long as the process; use `shared` unless a test needs its own.
  public init() {
    epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
    precondition(
      epoll >= 0, "epoll_create1 failed with errno \(errno). Maybe raise the limit of open files (ulimit -n).")
    alarm = Signal()
    var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data_t(u64: 0))
    precondition(
      epoll_ctl(epoll, EPOLL_CTL_ADD, alarm.descriptor, &event) == 0, "epoll refused its own alarm: \(errno)")
    startThread(named: "readiness") { self.loop() }
  }

  /// Suspends until `descriptor` is ready, the deadline passes or someone interrupts.
  /// - Throws: `CancellationError` when the task is cancelled, `ReadinessError` when the descriptor can't be watched.
  public func wait(
    for interest: Interest, on descriptor: Int32, until deadline: ContinuousClock.Instant? = nil
  ) async throws -> Outcome {
    let id = waits.withLock { $0.makeID() }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        begin(Wait(id: id, descriptor: descriptor, deadline: deadline, continuation: continuation), interest)
      }
    } onCancel: {
      finish(waits.withLock { $0.cancel(id) }, .failure(CancellationError()))
    }
  }

  /// As `wait`, for clean-up that must happen in cancelled tasks too.
  public func waitIgnoringCancellation(
    for interest: Interest, on descriptor: Int32, until deadline: ContinuousClock.Instant
  ) async throws -> Outcome {
    let id = waits.withLock { $0.makeID() }
    return try await withCheckedThrowingContinuation { continuation in
      begin(Wait(id: id, descriptor: descriptor, deadline: deadline, continuation: continuation), interest)
    }
  }

  /// Ends the wait on `descriptor`, or else the next one, with `.interrupted`.
  public func interrupt(_ descriptor: Int32) {
    finish(waits.withLock { $0.interrupt(descriptor) }, .success(.interrupted))
  }

  private func begin(_ wait: Wait, _ interest: Interest) {
    // Registering happens under the lock: otherwise the event could be handled before the wait is listed,
    // or a cancel could leave a descriptor in epoll that nobody waits for.
    let answer: Result<Outcome, any Error>? = waits.withLock { list in
      if list.consumeEarlyCancel(wait.id) { return .failure(CancellationError()) }
      if list.consumeEarlyInterrupt(wait.descriptor) { return .success(.interrupted) }
      var event = epoll_event(
        events: interest.rawValue | EPOLLONESHOT.rawValue, data: epoll_data_t(u64: wait.id))
      guard epoll_ctl(epoll, EPOLL_CTL_ADD, wait.descriptor, &event) == 0 else {
        return .failure(ReadinessError(descriptor: wait.descriptor, code: errno))
      }
      if list.insert(wait) { alarm.raise() }
      return nil
    }
    if let answer { wait.continuation.resume(with: answer) }
  }

  /// The list has already let go of `wait`, so that it is resumed exactly once.
  private func finish(_ wait: Wait?, _ result: Result<Outcome, any Error>) {
    guard let wait else { return }
    _ = epoll_ctl(epoll, EPOLL_CTL_DEL, wait.descriptor, nil)
    wait.continuation.resume(with: result)
  }

  private func loop() -> Never {
    var events = [epoll_event](repeating: epoll_event(), count: 64)
    while true {
      let count = epoll_wait(epoll, &events, Int32(events.count), waits.withLock { $0.millisecondsToNextDeadline() })
      for event in events.prefix(Int(max(count, 0))) {
        if event.data.u64 == 0 {
          alarm.clear()
        } else {
          finish(waits.withLock { $0.take(event.data.u64) }, .success(.ready))
        }
      }
      for wait in waits.withLock({ $0.takeExpired() }) { finish(wait, .success(.deadlineReached)) }
    }
  }
}

/// A descriptor that epoll does not accept.
public struct ReadinessError: Error, CustomStringConvertible {
  public let descriptor: Int32
  public let code: Int32
  public var description: String {
    "Can't wait for descriptor \(descriptor): \(String(cString: strerror(code))).\n"
      + (code == EEXIST ? "Maybe two tasks use it at once." : "Maybe it was closed.")
  }
}
