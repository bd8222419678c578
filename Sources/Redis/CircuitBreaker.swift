/// Decides when to try to connect again. Pure: time and chance come in with the events.
///
/// A connection that breaks soon after it was made counts as a failed attempt: otherwise a server that accepts and
/// then fails would be asked in a tight loop.
package struct CircuitBreaker: Sendable, Equatable {
  package typealias Instant = ContinuousClock.Instant

  package enum State: Sendable, Equatable {
    /// Commands pass. Can transition to: open.
    case closed(since: Instant)
    /// Commands fail at once until a trial succeeds. Can transition to: trying.
    case open(until: Instant)
    /// One attempt to connect is under way; commands fail at once. Can transition to: closed, open.
    case trying
  }

  /// A connection that lasted this long was a good one.
  package static let goodAfter = Duration.seconds(5)
  package static let firstPause = Duration.milliseconds(10)
  package static let lastPause = Duration.seconds(2)

  package private(set) var state = State.trying
  package private(set) var failures = 0

  package init() {}

  /// True when commands may be sent.
  package var isClosed: Bool {
    if case .closed = state { true } else { false }
  }

  package mutating func connected(at now: Instant) { state = .closed(since: now) }

  /// The attempt failed or the connection broke. Returns when to try again.
  /// - Parameter jitter: 0 to 1
  package mutating func failed(at now: Instant, jitter: Double) -> Instant {
    if case .closed(let since) = state, now - since >= Self.goodAfter { failures = 0 }
    let pause = min(Self.firstPause * (1 << min(failures, 16)), Self.lastPause)
    failures += 1
    let until = now + pause * (0.5 + jitter / 2)
    state = .open(until: until)
    return until
  }

  package mutating func retried() { state = .trying }
}
