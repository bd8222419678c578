import Synchronization

/// Token buckets by key. Full ones are forgotten, so that keys which somebody makes up don't fill the memory.
final class Buckets<Key: Hashable & Sendable>: Sendable {
  private let buckets = Mutex<[Key: TokenBucket]>([:])
  private let limit = 10_000

  func take(_ key: Key, capacity: Int, interval: Duration, now: ContinuousClock.Instant = .now) -> TokenBucket.Decision
  {
    buckets.withLock { buckets in
      if buckets.count >= limit, buckets[key] == nil {
        buckets = buckets.filter { !$0.value.isFull(now: now) }
        // Still full of half-empty buckets: somebody floods. Refuse newcomers until some refill.
        if buckets.count >= limit { return .empty(retryAfter: interval) }
      }
      return buckets[key, default: TokenBucket(capacity: capacity, interval: interval, now: now)].take(now: now)
    }
  }
}
