import Glibc
import Readiness

/// Ends the test process with a message when something hangs that would hang every task, a test's time limit included:
/// it waits on a thread of its own.
public final class Alarm: Sendable {
  private static let threads = BlockingThreads(name: "test-alarm", count: 4)
  private let ends: (read: Int32, write: Int32)

  public init(after seconds: Int32, _ reason: String) {
    var pair: [Int32] = [-1, -1]
    precondition(pipe(&pair) == 0, "pipe failed with errno \(errno)")
    for end in pair { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    ends = (pair[0], pair[1])
    let reading = pair[0]
    Self.threads.submit {
      var waited = pollfd(fd: reading, events: Int16(POLLIN), revents: 0)
      let count = poll(&waited, 1, seconds * 1000)
      close(reading)
      precondition(count != 0, "after \(seconds) s: \(reason)")
    }
  }

  /// What was watched has come to its end.
  public func isOver() { close(ends.write) }
}
