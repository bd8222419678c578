import Readiness

/// Why somebody is not let in now, and how long it would be wise to wait.
package enum AdmissionRefusal: Error, Equatable, Sendable {
  /// The key has as many at work and in line as it may.
  case ownLineFull(retryAfter: Duration)
  /// All keys together have.
  case overloaded(retryAfter: Duration)
}

/// Who may be at work, who waits, who is refused: shares of something scarce for keys that do not trust one another.
///
/// Pure: events come in with the time at which they happened, decisions go out. A key has at most its share of the
/// places; free ones go round the keys that wait, so that each waits for one turn of every other and no more.
///
/// Those who would wait too long are refused while refusing is cheap. As in CoDel (Nichols and Jacobson 2012) what
/// counts is how long people stand in line, not how many: a line that has not been empty for `pressedAfter` is no
/// burst but overload, and patience then is `pressedPatience`.
package struct FairShareStateMachine<Key: Hashable & Sendable>: Sendable {
  package typealias WorkID = Int
  package typealias Instant = ContinuousClock.Instant

  package struct Limits: Sendable {
    /// At work at once. At least 1.
    package var places: Int
    /// Of one key. 1 to `places`.
    package var share: Int
    /// In line for one key.
    package var waitingPerKey: Int
    /// In line in all.
    package var waiting: Int
    /// How long somebody stands in line at most.
    package var patience: Duration
    /// The same once the line has not been empty for `pressedAfter`.
    package var pressedPatience: Duration
    package var pressedAfter: Duration

    package init(
      places: Int, share: Int, waitingPerKey: Int, waiting: Int, patience: Duration, pressedPatience: Duration? = nil,
      pressedAfter: Duration = .milliseconds(200)
    ) {
      precondition(places > 0 && (1...places).contains(share) && waitingPerKey >= 0 && waiting >= 0)
      self.places = places
      self.share = share
      self.waitingPerKey = waitingPerKey
      self.waiting = waiting
      self.patience = patience
      self.pressedPatience = pressedPatience ?? patience
      self.pressedAfter = pressedAfter
    }
  }

  package enum Arrival: Equatable, Sendable {
    case begin
    case wait
    /// In the place of somebody who has more in line than anybody else.
    case waitInsteadOf(WorkID, AdmissionRefusal)
    case refuse(AdmissionRefusal)
  }

  package enum Action: Equatable, Sendable {
    case begin(WorkID)
    case refuse(WorkID, AdmissionRefusal)
  }

  private struct Waiter: Sendable {
    let id: WorkID
    let deadline: Instant
  }

  private struct Work: Sendable {
    let key: Key
    let since: Instant
  }

  private let limits: Limits
  private var line = FairLine<Key, Waiter>()
  private var atWork: [WorkID: Work] = [:]
  private var perKey: [Key: Int] = [:]
  /// When somebody last found the line empty.
  private var emptyAt: Instant?
  /// Of one work, smoothed: what a place in line is worth.
  private var meanDuration = Duration.milliseconds(50)

  package init(limits: Limits) { self.limits = limits }

  package mutating func arrived(_ id: WorkID, of key: Key, at now: Instant) -> Arrival {
    if line.isEmpty { emptyAt = now }
    let own = perKey[key] ?? 0
    if own < limits.share, atWork.count < limits.places {
      begin(id, key, now)
      return .begin
    }
    if line.count(of: key) >= limits.waitingPerKey {
      return .refuse(.ownLineFull(retryAfter: meanDuration * (line.count(of: key) + 1) / limits.share))
    }
    guard line.count >= limits.waiting else {
      append(id, key, now)
      return .wait
    }
    // A full line is the fault of whoever has most in it, not of who comes now.
    guard let longest = line.longest, longest.count > line.count(of: key) + 1,
      let last = line.removeLast(of: longest.key)
    else { return .refuse(overloaded) }
    append(id, key, now)
    return .waitInsteadOf(last.id, .ownLineFull(retryAfter: meanDuration * longest.count / limits.share))
  }

  private mutating func append(_ id: WorkID, _ key: Key, _ now: Instant) {
    let isPressed = emptyAt.map { now - $0 > limits.pressedAfter } ?? false
    line.append(
      Waiter(id: id, deadline: now + (isPressed ? limits.pressedPatience : limits.patience)), for: key)
  }

  package mutating func ended(_ id: WorkID, at now: Instant) -> [Action] {
    guard let work = atWork.removeValue(forKey: id) else { preconditionFailure("work \(id) ended that never began") }
    let left = (perKey[work.key] ?? 1) - 1
    perKey[work.key] = left == 0 ? nil : left
    meanDuration = meanDuration * 0.9 + (now - work.since) * 0.1
    return expire(now) + fill(now)
  }

  /// Returns false when the waiter has its answer already.
  package mutating func left(_ id: WorkID, of key: Key) -> Bool {
    !line.removeAll(of: key) { $0.id == id }.isEmpty
  }

  package mutating func timePassed(at now: Instant) -> [Action] { expire(now) }

  /// When `timePassed` has something to do.
  package var nextDue: Instant? { line.elements.map(\.deadline).min() }

  // MARK: For tests and metrics

  package var waiting: Int { line.count }
  package var working: Int { atWork.count }

  // MARK: Decisions

  private var overloaded: AdmissionRefusal { .overloaded(retryAfter: meanDuration * (line.count + 1) / limits.places) }

  private mutating func begin(_ id: WorkID, _ key: Key, _ now: Instant) {
    atWork[id] = Work(key: key, since: now)
    perKey[key, default: 0] += 1
  }

  private mutating func fill(_ now: Instant) -> [Action] {
    var actions: [Action] = []
    let share = limits.share
    while atWork.count < limits.places {
      let working = perKey
      guard let next = line.next(where: { (working[$0] ?? 0) < share }) else { break }
      begin(next.element.id, next.key, now)
      actions.append(.begin(next.element.id))
    }
    if line.isEmpty { emptyAt = now }
    return actions
  }

  private mutating func expire(_ now: Instant) -> [Action] {
    let refusal = overloaded
    return line.removeAll { $0.deadline <= now }.map { .refuse($0.id, refusal) }
  }
}
