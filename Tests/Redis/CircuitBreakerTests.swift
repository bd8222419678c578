import Redis
import Testing

@Suite struct CircuitBreakerTests {
  private let start = ContinuousClock.now

  @Test func `commands pass only while a connection is there`() {
    var breaker = CircuitBreaker()
    #expect(!breaker.isClosed)
    breaker.connected(at: start)
    #expect(breaker.isClosed)
    _ = breaker.failed(at: start, jitter: 1)
    #expect(!breaker.isClosed)
    breaker.retried()
    #expect(!breaker.isClosed)
  }

  @Test func `pauses double up to two seconds`() {
    var breaker = CircuitBreaker()
    var pauses: [Duration] = []
    for _ in 0..<10 {
      pauses.append(breaker.failed(at: start, jitter: 1) - start)
      breaker.retried()
    }
    #expect(pauses == [10, 20, 40, 80, 160, 320, 640, 1280, 2000, 2000].map { .milliseconds($0) })
  }

  @Test(arguments: [0, 0.5, 1]) func `jitter keeps a pause between half and whole`(jitter: Double) {
    var breaker = CircuitBreaker()
    let pause = breaker.failed(at: start, jitter: jitter) - start
    #expect(pause == .milliseconds(5) + .milliseconds(5) * jitter)
  }

  @Test func `a connection that breaks at once counts as a failure, one that lasted does not`() {
    var breaker = CircuitBreaker()
    for _ in 0..<5 {
      breaker.connected(at: start)
      _ = breaker.failed(at: start + .seconds(1), jitter: 1)
    }
    #expect(breaker.failures == 5)
    breaker.connected(at: start)
    #expect(breaker.failed(at: start + .seconds(5), jitter: 1) == start + .seconds(5) + .milliseconds(10))
  }
}
