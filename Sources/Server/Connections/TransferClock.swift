/// How long bytes may still take that should come or go with some rate over time. Pure.
///
/// A purse of time: it starts full, a second in which the other side could have moved bytes costs a second, and each
/// byte that moves puts in its share again, up to a full purse. So a steady client needs no more than the rate, a pause
/// is forgiven up to `grace`, and a fast start does not pay for stalling later.
package struct TransferClock: Sendable, Equatable {
  package typealias Instant = ContinuousClock.Instant

  private let grace: Duration
  private let rate: Int
  private var purse: Duration
  private var runningSince: Instant?

  package init(grace: Duration, rate: Int) {
    precondition(grace > .zero && rate > 0, "grace is \(grace) and rate \(rate), both must be above zero")
    self.grace = grace
    self.rate = rate
    purse = grace
  }

  /// When the purse is empty if nothing moves; nil while it is this side that does not move.
  package var deadline: Instant? { runningSince.map { $0 + purse } }
  package var isRunning: Bool { runningSince != nil }

  /// The other side can move bytes from now on.
  package mutating func resume(at now: Instant) {
    if runningSince == nil { runningSince = now }
  }

  /// This side takes or gives nothing for now: that is no fault of the other's.
  package mutating func pause(at now: Instant) {
    spend(now)
    runningSince = nil
  }

  package mutating func moved(_ bytes: Int, at now: Instant) {
    spend(now)
    purse = min(grace, purse + .seconds(1) * bytes / rate)
  }

  private mutating func spend(_ now: Instant) {
    guard let since = runningSince, now > since else { return }
    purse -= now - since
    runningSince = now
  }
}
