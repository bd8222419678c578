import Server
import Testing

@Suite struct TokenBucketTests {
  @Test func capacityGoesThroughAtOnceAndThenOneAnInterval() {
    let start = ContinuousClock.now
    var bucket = TokenBucket(capacity: 2, interval: .seconds(10), now: start)
    #expect(bucket.take(now: start) == .taken(left: 1))
    #expect(bucket.take(now: start) == .taken(left: 0))
    #expect(bucket.take(now: start) == .empty(retryAfter: .seconds(10)))
    #expect(bucket.take(now: start + .seconds(5)) == .empty(retryAfter: .seconds(5)))
    #expect(bucket.take(now: start + .seconds(10)) == .taken(left: 0))
    #expect(!bucket.isFull(now: start + .seconds(29)))
    #expect(bucket.isFull(now: start + .seconds(30)))
  }

  @Test func aClockThatStepsBackGivesNothingAway() {
    let start = ContinuousClock.now
    var bucket = TokenBucket(capacity: 1, interval: .seconds(1), now: start)
    #expect(bucket.take(now: start) == .taken(left: 0))
    #expect(bucket.take(now: start - .seconds(60)) == .empty(retryAfter: .seconds(1)))
    #expect(bucket.take(now: start) == .empty(retryAfter: .seconds(1)))
  }

  @Test func nobodyGetsMoreThanCapacityAndRate() {
    let start = ContinuousClock.now
    var bucket = TokenBucket(capacity: 5, interval: .milliseconds(100), now: start)
    var taken = 0
    for step in 0..<1_000 {
      if case .taken = bucket.take(now: start + .milliseconds(step * 3)) { taken += 1 }
    }
    #expect((34...35).contains(taken))
  }
}
