/// Whom the server lets in at all: decided when a request's header has come, before anything is done for it.
///
/// Pure: events come in with the time at which they happened. As in CoDel (Nichols and Jacobson 2012) what counts is how
/// long a newcomer would wait, not how many are inside: those inside, times the time from one answer to the next. That
/// time is measured while there is always enough to do, so it tells what the machine can and not how little is asked.
///
/// Short of places, the keys that have few inside go before those that have many.
package struct DoorStateMachine<Key: Hashable & Sendable>: Sendable {
  package typealias Instant = ContinuousClock.Instant

  package struct Limits: Sendable {
    /// So many are let in always; with fewer inside nothing is measured.
    package var busy = 24
    /// How long a newcomer may have to wait, foreseen.
    package var patience = Duration.milliseconds(120)
    /// The same once there were `busy` inside for longer than `pressedAfter`: no burst, then, but overload.
    package var pressedPatience = Duration.milliseconds(60)
    package var pressedAfter = Duration.milliseconds(100)
    /// From one answer to the next, before any was measured.
    package var firstInterval = Duration.milliseconds(2)
    /// For how long is measured at a time.
    package var window = Duration.milliseconds(50)

    package init() {}
  }

  private struct Window: Sendable {
    let since: Instant
    var answers = 0
  }

  private let limits: Limits
  private var ofKey: [Key: Int] = [:]
  package private(set) var inside = 0
  private var interval: Duration
  private var window: Window?
  /// Since when there have been `busy` inside.
  private var busySince: Instant?

  package init(limits: Limits = Limits()) {
    self.limits = limits
    interval = limits.firstInterval
  }

  /// Nil for whoever is let in; else when it may be worth to come again. Whoever is in must be reported to `left`.
  package mutating func arrived(_ key: Key, at now: Instant) -> Duration? {
    let own = ofKey[key] ?? 0
    let places = places(at: now)
    let isScarce = inside >= places
    // Half as many again are kept for those who have less than their part.
    guard !isScarce || own < places / (2 * max(1, ofKey.count)) || (own == 0 && inside < 2 * places) else {
      return interval * inside
    }
    ofKey[key] = own + 1
    inside += 1
    if inside == limits.busy { busySince = now }
    return nil
  }

  /// - Parameter isAnswered: false for a request that waits for something else from now on, or whose client has gone
  package mutating func left(_ key: Key, isAnswered: Bool, at now: Instant) {
    guard let own = ofKey[key] else { preconditionFailure("somebody left who was never let in") }
    if isAnswered { measure(at: now) }
    ofKey[key] = own == 1 ? nil : own - 1
    inside -= 1
    if inside < limits.busy { (busySince, window) = (nil, nil) }
  }

  private func places(at now: Instant) -> Int {
    let isPressed = busySince.map { now - $0 > limits.pressedAfter } ?? false
    let patience = isPressed ? limits.pressedPatience : limits.patience
    return max(limits.busy, Int(patience / interval))
  }

  private mutating func measure(at now: Instant) {
    guard inside >= limits.busy else { return }
    guard var open = window else {
      window = Window(since: now)
      return
    }
    open.answers += 1
    let length = now - open.since
    if length >= limits.window {
      interval = interval * 0.7 + length / open.answers * 0.3
      window = Window(since: now)
    } else {
      window = open
    }
  }
}
