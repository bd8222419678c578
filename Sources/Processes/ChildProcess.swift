import Glibc
import Synchronization

/// One child process in a process group of its own, with pipes for its input and output; its standard error is ours.
///
/// Three threads of its own do everything that may block, so a child that hangs, floods or never reads takes
/// nothing from the cooperative pool. The thread that starts the child also waits for its end, because the kernel's
/// "die with your parent" means that thread.
public final class ChildProcess: Sendable {
  public let id: pid_t
  /// Ends after `.ended`. One consumer.
  public let events: AsyncStream<ChildEvent>

  private struct State {
    var isReaped = false
    var isInputWritten = false
    var isInputToClose = false
    var input: Int32?
  }
  private let state: Mutex<State>

  private init(id: pid_t, input: Int32, events: AsyncStream<ChildEvent>) {
    self.id = id
    self.events = events
    self.state = Mutex(State(input: input))
  }

  /// Starts the child and hands it `input`; its standard input stays open after that, until `closeInput`.
  public static func start(_ order: ChildOrder, input: [UInt8]) async throws(SpawnError) -> ChildProcess {
    let (events, continuation) = AsyncStream.makeStream(of: ChildEvent.self)
    let started: Result<ChildProcess, SpawnError> = await withCheckedContinuation { waiter in
      startThread {
        let pipes: (child: pid_t, input: Int32, output: Int32)
        do throws(SpawnError) {
          pipes = try spawn(order)
        } catch {
          return waiter.resume(returning: .failure(error))
        }
        let child = ChildProcess(id: pipes.child, input: pipes.input, events: events)
        waiter.resume(returning: .success(child))
        startThread { child.write(input) }
        let reading = Latch()
        startThread {
          readAll(pipes.output) { continuation.yield(.output($0)) }
          reading.open()
        }
        let end = child.waitForEnd()
        reading.wait()
        child.closeInput()
        continuation.yield(.ended(end))
        continuation.finish()
      }
    }
    return try started.get()
  }

  /// Tells the child, by the end of its input, to stop.
  public func closeInput() {
    state.withLock { state in
      state.isInputToClose = true
      closeIfDone(&state)
    }
  }

  /// Sends a signal to the child and everything it started. Nothing happens once the child has ended.
  public func send(signal: Int32) {
    state.withLock { state in
      if !state.isReaped { _ = kill(-id, signal) }
    }
  }

  private func write(_ bytes: [UInt8]) {
    guard let descriptor = state.withLock({ $0.input }) else { return }
    blockBrokenPipeSignal()
    bytes.withUnsafeBytes { buffer in
      var sent = 0
      while sent < buffer.count {
        let count = Glibc.write(descriptor, buffer.baseAddress! + sent, buffer.count - sent)
        if count > 0 {
          sent += count
        } else if errno != EINTR {
          return  // EPIPE: the child has gone, which waitForEnd reports.
        }
      }
    }
    state.withLock { state in
      state.isInputWritten = true
      closeIfDone(&state)
    }
  }

  /// A descriptor must not be closed under a thread that writes to it: its number could be somebody else's by then.
  private func closeIfDone(_ state: inout State) {
    guard state.isInputToClose, state.isInputWritten || state.isReaped, let input = state.input else { return }
    close(input)
    state.input = nil
  }

  private func waitForEnd() -> ChildEnd {
    var information = siginfo_t()
    while waitid(P_PID, id_t(id), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
    // Not reaped yet, so the number is still the child's: what it started dies with it.
    _ = kill(-id, SIGKILL)
    return state.withLock { state in
      var status: Int32 = 0
      while waitpid(id, &status, 0) < 0, errno == EINTR {}
      state.isReaped = true
      return status & 0x7f == 0 ? .exited(status >> 8 & 0xff) : .killed(signal: status & 0x7f)
    }
  }
}
