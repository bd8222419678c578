import Synchronization

/// Rings with every change, so that nobody has to look again and again. A ring between a look and the wait for the next
/// one is not missed: whoever waits says which rings were heard before the look.
final class Bell: Sendable {
  private struct State {
    var rings = 0
    var waiting: [AsyncStream<Void>.Continuation] = []
  }

  private let state = Mutex(State())

  var rings: Int { state.withLock { $0.rings } }

  func ring() {
    let waiting = state.withLock { state in
      state.rings += 1
      defer { state.waiting = [] }
      return state.waiting
    }
    for waiter in waiting { waiter.finish() }
  }

  /// Returns after the first ring beyond `heard`, or at `end`.
  func next(after heard: Int, until end: ContinuousClock.Instant) async {
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
    state.withLock { state in
      if state.rings > heard { continuation.finish() } else { state.waiting.append(continuation) }
    }
    await withTaskGroup(of: Void.self) { group in
      group.addTask { for await _ in stream {} }
      // The net below: what never comes fails the test by name.
      group.addTask { try? await Task.sleep(until: end, clock: .continuous) }
      await group.next()
      group.cancelAll()
    }
  }
}
