internal import CLinux
import Glibc

/// A flag that is also a descriptor: raised by any thread, waited for with `Readiness`.
public final class Signal: Sendable {
  /// Readable while the signal is raised.
  public let descriptor: Int32

  public init() {
    descriptor = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
    precondition(
      descriptor >= 0, "eventfd failed with errno \(errno). Maybe raise the limit of open files (ulimit -n).")
  }

  deinit { close(descriptor) }

  /// Raising twice is raising once.
  public func raise() {
    var one: UInt64 = 1
    _ = write(descriptor, &one, 8)
  }

  public func clear() {
    var count: UInt64 = 0
    _ = read(descriptor, &count, 8)
  }
}
