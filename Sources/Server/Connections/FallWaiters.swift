/// Those who wait for a count to fall: kept beside the count, under its lock.
struct FallWaiters {
  private var waiting: [(limit: Int, stream: AsyncStream<Void>.Continuation)] = []

  /// Ends when the count is at `limit` or below.
  mutating func wait(for limit: Int, at count: Int) -> AsyncStream<Void> {
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
    if count <= limit { continuation.finish() } else { waiting.append((limit, continuation)) }
    return stream
  }

  /// Whose wait is over at this count: finish them outside of the lock.
  mutating func due(at count: Int) -> [AsyncStream<Void>.Continuation] {
    let due = waiting.filter { count <= $0.limit }
    waiting.removeAll { count <= $0.limit }
    return due.map(\.stream)
  }
}
