internal import CLinux
import Glibc
import Readiness

/// The end of a process that need not be a child of ours.
public struct ProcessEnd: ~Copyable {
  private let descriptor: Int32

  /// Of the process that has the number now.
  public init(of process: Int32) {
    descriptor = pidfd_open(process, 0)
    precondition(descriptor >= 0, "pidfd_open of \(process) failed with errno \(errno)")
  }

  deinit { close(descriptor) }

  /// False where it has not come by then.
  public func arrives(until deadline: ContinuousClock.Instant) async throws -> Bool {
    try await Readiness.shared.wait(for: .read, on: descriptor, until: deadline) == .ready
  }
}
