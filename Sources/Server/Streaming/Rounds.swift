import ServiceLifecycle

/// How a service goes round that notes what may have changed, as it is told and for everything once in `poll`, and
/// looks at all that was noted. However often it is woken during a look, one more look follows.
struct Rounds: Sendable {
  private let poll: Duration
  private let wakes: AsyncStream<Void>
  private let waker: AsyncStream<Void>.Continuation

  init(poll: Duration) {
    self.poll = poll
    (wakes, waker) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// Something was noted.
  func wake() { waker.yield() }

  /// Until the graceful shutdown. `note` and `noteAll` wake it, if there is something to look at.
  func run<Change: Sendable>(
    hearing changes: AsyncStream<Change>, note: @escaping @Sendable (Change) async -> Void,
    noteAll: @escaping @Sendable () -> Void, look: @escaping @Sendable () async -> Void
  ) async {
    await cancelWhenGracefulShutdown {
      await withTaskGroup(of: Void.self) { group in
        group.addTask {
          for await change in changes { await note(change) }
        }
        group.addTask {
          while (try? await Task.sleep(for: poll)) != nil { noteAll() }
        }
        group.addTask {
          for await _ in wakes { await look() }
        }
        await group.waitForAll()
      }
    }
  }
}
