/// Lets `capacity` through at once and one more every `interval` after that.
package struct TokenBucket: Sendable {
  package enum Decision: Equatable, Sendable {
    case taken(left: Int)
    case empty(retryAfter: Duration)
  }

  private var capacity: Double
  private var interval: Duration
  private var level: Double
  private var changedAt: ContinuousClock.Instant

  package init(capacity: Int, interval: Duration, now: ContinuousClock.Instant) {
    precondition(capacity > 0 && interval > .zero)
    self.capacity = Double(capacity)
    self.interval = interval
    level = Double(capacity)
    changedAt = now
  }

  package mutating func take(now: ContinuousClock.Instant) -> Decision {
    refill(now)
    guard level >= 1 else { return .empty(retryAfter: interval * (1 - level)) }
    level -= 1
    return .taken(left: Int(level))
  }

  /// True once it would not differ from a new one.
  package func isFull(now: ContinuousClock.Instant) -> Bool {
    var later = self
    later.refill(now)
    return later.level == capacity
  }

  /// What was used stays used: a larger bucket has so much more in it, a smaller one so much less.
  package mutating func change(capacity: Int, interval: Duration, now: ContinuousClock.Instant) {
    precondition(capacity > 0 && interval > .zero)
    guard Double(capacity) != self.capacity || interval != self.interval else { return }
    refill(now)
    level = max(0, level + Double(capacity) - self.capacity)
    self.capacity = Double(capacity)
    self.interval = interval
  }

  /// Gives back what was taken, for what turned out to be none of it.
  package mutating func giveBack(now: ContinuousClock.Instant) {
    refill(now)
    level = min(capacity, level + 1)
  }

  private mutating func refill(_ now: ContinuousClock.Instant) {
    level = min(capacity, level + max(0, (now - changedAt) / interval))
    changedAt = max(changedAt, now)
  }
}
