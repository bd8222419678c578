internal import CLinux
import Glibc
import Synchronization

/// A few threads for calls that can't be made without blocking: name lookups, password hashing, `PQcancel`.
///
/// Work waits in line when all threads are busy. A call that is running can't be interrupted: cancelling the task
/// that waits for it does nothing, so hand in only calls that end by themselves.
public final class BlockingThreads: Sendable {
  private struct State {
    var queue: [@Sendable () -> Void] = []
    var idle = 0
    var started = 0
  }

  private let name: String
  private let count: Int
  private let niceness: Int32
  private let state = Mutex(State())
  private let wakeUps = Semaphore()

  /// Threads start when first needed and live as long as the process.
  ///
  /// - Parameter niceness: 0 to 19; threads of 10 get about a tenth of a processor that others want too
  public init(name: String, count: Int, niceness: Int32 = 0) {
    precondition(count > 0, "BlockingThreads \(name) needs at least one thread")
    self.name = name
    self.count = count
    self.niceness = niceness
  }

  public func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      submit { continuation.resume(with: Result { try body() }) }
    }
  }

  /// Does not wait for `body`.
  public func submit(_ body: @escaping @Sendable () -> Void) {
    let startsThread = state.withLock { state in
      state.queue.append(body)
      guard state.idle < state.queue.count, state.started < count else { return false }
      state.started += 1
      return true
    }
    if startsThread { startThread(named: name) { self.work() } }
    wakeUps.post()
  }

  private func work() -> Never {
    // On Linux a thread has a niceness of its own, and 0 means the calling one. The process may have one already.
    let process = Int32(PRIO_PROCESS.rawValue)
    if niceness > 0 { setpriority(process, 0, min(19, getpriority(process, 0) + niceness)) }
    while true {
      state.withLock { $0.idle += 1 }
      wakeUps.wait()
      let body = state.withLock { state in
        state.idle -= 1
        return state.queue.isEmpty ? nil : state.queue.removeFirst()
      }
      body?()
    }
  }
}

/// A POSIX semaphore; Dispatch would bring threads of its own.
private final class Semaphore: @unchecked Sendable {
  // sem_t must not move and is thread-safe by itself: hence the pointer and the unchecked conformance.
  private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
  init() { sem_init(semaphore, 0, 0) }
  deinit {
    sem_destroy(semaphore)
    semaphore.deallocate()
  }
  func post() { sem_post(semaphore) }
  func wait() { while sem_wait(semaphore) != 0 && errno == EINTR {} }
}

/// Starts a detached thread that blocks all signals: they belong to the main thread.
func startThread(named name: String, _ body: @escaping @Sendable () -> Never) {
  final class Entry {
    let name: String
    let body: @Sendable () -> Never
    init(_ name: String, _ body: @escaping @Sendable () -> Never) {
      self.name = name
      self.body = body
    }
  }
  var blocked = sigset_t()
  var previous = sigset_t()
  sigfillset(&blocked)
  pthread_sigmask(SIG_SETMASK, &blocked, &previous)
  defer { pthread_sigmask(SIG_SETMASK, &previous, nil) }
  var thread = pthread_t()
  let entry = Unmanaged.passRetained(Entry(name, body)).toOpaque()
  let status = pthread_create(
    &thread, nil,
    { argument in
      guard let argument else { preconditionFailure("a thread started without its entry") }
      let entry = Unmanaged<Entry>.fromOpaque(argument).takeRetainedValue()
      name_this_thread(entry.name)
      entry.body()
    }, entry)
  precondition(
    status == 0, "pthread_create for \(name) failed with \(status). Maybe raise the limit of threads (ulimit -u).")
  pthread_detach(thread)
}
