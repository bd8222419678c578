import Foundation
import Synchronization

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
