import Foundation
import Generating
import Optimization
import Synchronization

extension GenerationRun {
  /// The engine blocks for as long as it works: it gets a thread of its own, not one of the cooperative pool.
  func onOwnThread(
    isCancelled: @escaping @Sendable () -> Bool, onProgress: @escaping @Sendable (GenerationProgress) -> Void
  ) async throws -> Generation {
    try await withCheckedThrowingContinuation { continuation in
      let thread = Thread {
        do throws(SolveFailure) {
          continuation.resume(returning: try run(isCancelled: isCancelled, onProgress: onProgress))
        } catch {
          continuation.resume(throwing: error)
        }
      }
      thread.stackSize = 8 << 20
      thread.start()
    }
  }
}

/// Ctrl-C, once: the search ends and its best timetable is kept. The second Ctrl-C ends the program.
enum Interruption {
  private static let requested = Atomic(false)

  static func follow() -> @Sendable () -> Bool {
    signal(SIGINT) { _ in
      Interruption.requested.store(true, ordering: .relaxed)
      signal(SIGINT, SIG_DFL)
    }
    return { requested.load(ordering: .relaxed) }
  }
}
