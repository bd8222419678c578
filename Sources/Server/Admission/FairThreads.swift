import Readiness

/// A few threads for what would hold up the cooperative pool, lent in turns: work of one key never waits behind a
/// second piece of another's.
struct FairThreads<Key: Hashable & Sendable>: Sendable {
  private let threads: BlockingThreads
  private let gate: FairGate<Key>

  /// - Parameter niceness: how far the threads stand back where processors are scarce, 0 to 19
  init(
    name: String, count: Int, niceness: Int32 = 0, share: Int, waitingPerKey: Int, waiting: Int, patience: Duration
  ) {
    threads = BlockingThreads(name: name, count: count, niceness: niceness)
    gate = FairGate(
      .init(places: count, share: share, waitingPerKey: waitingPerKey, waiting: waiting, patience: patience))
  }

  /// Cancelling takes it out of the line; what runs already is waited for.
  func run<Value: Sendable>(for key: Key, _ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    Doorway.current?.stepAside()
    return try await gate.pass(key) { try await threads.run(body) }
  }
}
