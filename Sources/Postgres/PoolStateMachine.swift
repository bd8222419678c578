import Readiness

/// Which connections a pool has, who waits for one, and what to do next.
///
/// Pure: events come in with the time at which they happened, actions go out. `PostgresPool` holds the lock, the
/// connections and the continuations. An action is an order given once; the machine already counts on it.
package struct PoolStateMachine: Sendable {
  package typealias ConnectionID = Int
  package typealias WaiterID = Int
  /// On whose behalf somebody waits: the scope's role, so that tenants take turns.
  package typealias Key = String
  package typealias Instant = ContinuousClock.Instant

  package struct Limits: Sendable {
    package let maxConnections: Int
    /// Of one key: what is left over is there when another one comes.
    package let share: Int
    let maxRolesPerConnection: Int
    let keepAliveAfter: Duration
    let breakerAfter: Duration
    let firstRetryAfter = Duration.milliseconds(50)
    let lastRetryAfter = Duration.seconds(1)

    /// - Parameter share: nil for three quarters; of few connections none is held back
    package init(
      maxConnections: Int, share: Int? = nil, maxRolesPerConnection: Int, keepAliveAfter: Duration,
      breakerAfter: Duration
    ) {
      self.maxConnections = maxConnections
      self.share = min(maxConnections, max(1, share ?? (maxConnections < 8 ? maxConnections : maxConnections * 3 / 4)))
      self.maxRolesPerConnection = maxRolesPerConnection
      self.keepAliveAfter = keepAliveAfter
      self.breakerAfter = breakerAfter
    }
  }

  package enum Action: Sendable, Equatable {
    /// Ends with `connected` or `connectFailed`.
    case connect(ConnectionID)
    /// Ends with `released`.
    case lease(ConnectionID, to: WaiterID)
    /// Ends with `probed`.
    case probe(ConnectionID)
    case close(ConnectionID)
    case fail(WaiterID, Failure)
    /// The last action of all.
    case stop
  }

  package enum Failure: Sendable, Equatable {
    case exhausted
    case unavailable(String)
    case closed
  }

  package enum ConnectionState: Sendable, Equatable {
    /// Being opened. Can transition to: idle, leased (`connected`), gone (`connectFailed`).
    case connecting
    /// In nobody's hands. Can transition to: leased, probing, gone.
    case idle(since: Instant)
    /// In the hands of one waiter. Can transition to: idle, leased to the next, gone (`released`).
    case leased
    /// Being tried out after a long idle time. Can transition to: idle, leased, gone (`probed`).
    case probing
  }

  private struct Entry: Sendable {
    var state: ConnectionState
    var retireAt: Instant?
    /// Whose waiter has it, while it is leased.
    var key: Key?
  }

  private struct Waiter: Sendable {
    let id: WaiterID
    let deadline: Instant
  }

  /// No connection can be made: since when, how often tried, and when to try again.
  private struct Outage: Sendable {
    var since: Instant
    var attempts: Int
    var retryAt: Instant
    var reason: String
  }

  private let limits: Limits
  private var connections: [ConnectionID: Entry] = [:]
  private var waiters = FairLine<Key, Waiter>()
  /// Leased connections of each key.
  private var leases: [Key: Int] = [:]
  private var outage: Outage?
  private var isStopping = false
  private var isStopped = false
  private var nextConnection = 1

  package init(limits: Limits) { self.limits = limits }

  // MARK: - Waiters

  package mutating func waiterArrived(
    _ id: WaiterID, of key: Key, until deadline: Instant, at now: Instant
  ) -> [Action] {
    if isStopping { return [.fail(id, .closed)] }
    if let outage, isBroken(at: now) { return [.fail(id, .unavailable(outage.reason))] }
    // Where a connection is idle, nobody waits but keys that have their share.
    if mayLease(key), let idle = freshestIdle() { return lease(idle, to: id, of: key) }
    waiters.append(Waiter(id: id, deadline: deadline), for: key)
    return connectForWaiters(at: now)
  }

  /// Returns false when the waiter has its answer already.
  package mutating func waiterLeft(_ id: WaiterID, of key: Key) -> Bool {
    !waiters.removeAll(of: key) { $0.id == id }.isEmpty
  }

  // MARK: - Connections

  package mutating func connected(_ id: ConnectionID, retireAt: Instant, at now: Instant) -> [Action] {
    expect(id, [.connecting])
    outage = nil
    connections[id]?.retireAt = retireAt
    // After an outage more than one connection may be wanted.
    return handOver(id, at: now) + connectForWaiters(at: now)
  }

  /// - Parameter jitter: 0 to 1, so that many processes do not come back in step
  package mutating func connectFailed(_ id: ConnectionID, reason: String, jitter: Double, at now: Instant) -> [Action] {
    expect(id, [.connecting])
    connections[id] = nil
    let attempts = (outage?.attempts ?? 0) + 1
    let full = min(limits.firstRetryAfter * (1 << min(attempts - 1, 16)), limits.lastRetryAfter)
    outage = Outage(
      since: outage?.since ?? now, attempts: attempts, retryAt: now + full * (0.5 + jitter / 2), reason: reason)
    return failWaitersIfBroken(at: now) + stopIfDone()
  }

  /// - Parameter isHealthy: outside a transaction and in a known state
  package mutating func released(_ id: ConnectionID, isHealthy: Bool, rolesSeen: Int, at now: Instant) -> [Action] {
    expect(id, [.leased])
    giveBackLease(of: id)
    guard isHealthy, rolesSeen < limits.maxRolesPerConnection else { return close(id, at: now) }
    return handOver(id, at: now)
  }

  package mutating func probed(_ id: ConnectionID, isHealthy: Bool, at now: Instant) -> [Action] {
    expect(id, [.probing])
    return isHealthy ? handOver(id, at: now) : close(id, at: now)
  }

  // MARK: - Time

  /// When `timePassed` has something to do.
  package var nextDue: Instant? {
    var due = waiters.elements.map(\.deadline)
    if let outage, mayRetry { due.append(outage.retryAt) }
    for entry in connections.values {
      guard case .idle(let since) = entry.state else { continue }
      due.append(since + limits.keepAliveAfter)
      if let retireAt = entry.retireAt { due.append(retireAt) }
    }
    return due.min()
  }

  package mutating func timePassed(at now: Instant) -> [Action] {
    var actions: [Action] = []
    let failure: Failure = outage.map { .unavailable($0.reason) } ?? .exhausted
    actions += waiters.removeAll { $0.deadline <= now }.map { .fail($0.id, failure) }
    for id in connections.keys.sorted() {
      guard let entry = connections[id], case .idle(let since) = entry.state else { continue }
      if entry.retireAt.map({ $0 <= now }) ?? false {
        actions += close(id, at: now)
      } else if since + limits.keepAliveAfter <= now {
        connections[id]?.state = .probing
        actions.append(.probe(id))
      }
    }
    actions += failWaitersIfBroken(at: now)
    // During an outage one attempt at a time goes on, whether someone waits or not: it ends the outage.
    if let outage, outage.retryAt <= now, mayRetry { actions += connect() }
    return actions
  }

  // MARK: - End

  /// Leased connections are closed when they come back; then comes `.stop`.
  package mutating func stopRequested() -> [Action] {
    guard !isStopping else { return [] }
    isStopping = true
    var actions: [Action] = waiters.removeAll { _ in true }.map { .fail($0.id, .closed) }
    for id in connections.keys.sorted() {
      guard case .idle = connections[id]?.state else { continue }
      connections[id] = nil
      actions.append(.close(id))
    }
    return actions + stopIfDone()
  }

  // MARK: - For tests and metrics

  package var states: [ConnectionID: ConnectionState] { connections.mapValues(\.state) }
  package var waiting: Int { waiters.count }
  package func leased(by key: Key) -> Int { leases[key] ?? 0 }

  // MARK: - Decisions

  /// A free connection goes to the first waiter of the key whose turn it is, unless it is too old.
  private mutating func handOver(_ id: ConnectionID, at now: Instant) -> [Action] {
    let isTooOld = connections[id]?.retireAt.map { $0 <= now } ?? false
    guard !isStopping, !isTooOld else { return close(id, at: now) }
    guard let next = nextWaiter() else {
      connections[id]?.state = .idle(since: now)
      return []
    }
    return lease(id, to: next.element.id, of: next.key)
  }

  private func mayLease(_ key: Key) -> Bool { (leases[key] ?? 0) < limits.share }

  private mutating func lease(_ id: ConnectionID, to waiter: WaiterID, of key: Key) -> [Action] {
    connections[id]?.state = .leased
    connections[id]?.key = key
    leases[key, default: 0] += 1
    return [.lease(id, to: waiter)]
  }

  private mutating func giveBackLease(of id: ConnectionID) {
    guard let key = connections[id]?.key else { preconditionFailure("connection \(id) was leased to nobody") }
    connections[id]?.key = nil
    let left = (leases[key] ?? 1) - 1
    leases[key] = left == 0 ? nil : left
  }

  private mutating func close(_ id: ConnectionID, at now: Instant) -> [Action] {
    connections[id] = nil
    return [.close(id)] + leaseIdle() + connectForWaiters(at: now) + stopIfDone()
  }

  /// A key that had its share may wait beside idle connections until one of its own comes back broken.
  private mutating func leaseIdle() -> [Action] {
    var actions: [Action] = []
    while !isStopping, let idle = freshestIdle(), let next = nextWaiter() {
      actions += lease(idle, to: next.element.id, of: next.key)
    }
    return actions
  }

  private mutating func nextWaiter() -> (key: Key, element: Waiter)? {
    let (leases, share) = (leases, limits.share)
    return waiters.next { (leases[$0] ?? 0) < share }
  }

  /// As many attempts as there are waiters, within the limit; none while an outage's pause lasts.
  private mutating func connectForWaiters(at now: Instant) -> [Action] {
    guard !isStopping else { return [] }
    let connecting = connections.values.count { $0.state == .connecting }
    if let outage, outage.retryAt > now || connecting > 0 { return [] }
    var actions: [Action] = []
    let able = waiters.keys.reduce(0) { sum, key in
      sum + min(waiters.count(of: key), limits.share - (leases[key] ?? 0))
    }
    let wanted = outage == nil ? able - connecting : min(able, 1)
    for _ in 0..<max(0, min(wanted, limits.maxConnections - connections.count)) { actions += connect() }
    return actions
  }

  private mutating func connect() -> [Action] {
    guard connections.count < limits.maxConnections else { return [] }
    defer { nextConnection += 1 }
    connections[nextConnection] = Entry(state: .connecting)
    return [.connect(nextConnection)]
  }

  private var mayRetry: Bool {
    !isStopping && connections.count < limits.maxConnections && !connections.values.contains { $0.state == .connecting }
  }

  /// The most recently used: the others may grow old and be closed.
  private func freshestIdle() -> ConnectionID? {
    var freshest: (id: ConnectionID, since: Instant)?
    for (id, entry) in connections {
      guard case .idle(let since) = entry.state, freshest.map({ $0.since < since }) ?? true else { continue }
      freshest = (id, since)
    }
    return freshest?.id
  }

  private func isBroken(at now: Instant) -> Bool {
    guard let outage, outage.since + limits.breakerAfter <= now else { return false }
    return connections.values.allSatisfy { $0.state == .connecting }
  }

  private mutating func failWaitersIfBroken(at now: Instant) -> [Action] {
    guard let outage, isBroken(at: now) else { return [] }
    return waiters.removeAll { _ in true }.map { .fail($0.id, .unavailable(outage.reason)) }
  }

  private mutating func stopIfDone() -> [Action] {
    guard isStopping, !isStopped, connections.isEmpty else { return [] }
    isStopped = true
    return [.stop]
  }

  private func expect(_ id: ConnectionID, _ states: [ConnectionState]) {
    guard let state = connections[id]?.state, states.contains(state) else {
      preconditionFailure("connection \(id) is \(String(describing: connections[id]?.state)), expected \(states)")
    }
  }
}
