import Postgres
import Testing

/// The pool's decisions, a thousand steps at a time: a model of the world around the machine checks every action.
@Suite struct PoolStateMachineTests {
  private static let limits = PoolStateMachine.Limits(
    maxConnections: 3, share: 3, maxRolesPerConnection: 5, keepAliveAfter: .seconds(30), breakerAfter: .seconds(5))
  private let start = ContinuousClock.now

  private func machine() -> PoolStateMachine { PoolStateMachine(limits: Self.limits) }

  @Test func `the first waiter gets the first connection`() {
    var machine = machine()
    #expect(machine.waiterArrived(1, of: "a", until: start + .seconds(2), at: start) == [.connect(1)])
    #expect(machine.connected(1, retireAt: start + .seconds(1800), at: start) == [.lease(1, to: 1)])
    #expect(machine.released(1, isHealthy: true, rolesSeen: 1, at: start) == [])
    #expect(machine.waiterArrived(2, of: "a", until: start + .seconds(2), at: start) == [.lease(1, to: 2)])
  }

  @Test func `waiters are served in the order of their arrival`() {
    var machine = machine()
    for waiter in 1...5 { _ = machine.waiterArrived(waiter, of: "a", until: start + .seconds(2), at: start) }
    var served: [PoolStateMachine.Action] = []
    for connection in 1...3 { served += machine.connected(connection, retireAt: start + .seconds(1800), at: start) }
    served += machine.released(2, isHealthy: true, rolesSeen: 1, at: start)
    served += machine.released(1, isHealthy: true, rolesSeen: 1, at: start)
    #expect(served == [.lease(1, to: 1), .lease(2, to: 2), .lease(3, to: 3), .lease(2, to: 4), .lease(1, to: 5)])
  }

  @Test func `no more connections are opened than allowed`() {
    var machine = machine()
    let actions = (1...10).flatMap { machine.waiterArrived($0, of: "a", until: start + .seconds(2), at: start) }
    #expect(actions == [.connect(1), .connect(2), .connect(3)])
  }

  @Test func `a waiter who leaves is not served`() {
    var machine = machine()
    _ = machine.waiterArrived(1, of: "a", until: start + .seconds(2), at: start)
    let wasWaiting = machine.waiterLeft(1, of: "a")
    #expect(machine.connected(1, retireAt: start + .seconds(1800), at: start) == [])
    let isWaiting = machine.waiterLeft(1, of: "a")
    #expect(wasWaiting && !isWaiting)
  }

  @Test func `a waiter gives up at its deadline`() {
    var machine = machine()
    _ = machine.waiterArrived(1, of: "a", until: start + .seconds(2), at: start)
    #expect(machine.nextDue == start + .seconds(2))
    #expect(machine.timePassed(at: start + .seconds(2)) == [.fail(1, .exhausted)])
  }

  @Test func `a broken connection is closed and replaced for who waits`() {
    var machine = machine()
    for waiter in 1...4 { _ = machine.waiterArrived(waiter, of: "a", until: start + .seconds(2), at: start) }
    for connection in 1...3 { _ = machine.connected(connection, retireAt: start + .seconds(1800), at: start) }
    #expect(machine.released(2, isHealthy: false, rolesSeen: 1, at: start) == [.close(2), .connect(4)])
  }

  @Test func `a connection that has seen many roles or is old is closed`() {
    var machine = machine()
    for waiter in 1...2 { _ = machine.waiterArrived(waiter, of: "a", until: start + .seconds(2), at: start) }
    for connection in 1...2 { _ = machine.connected(connection, retireAt: start + .seconds(60), at: start) }
    #expect(machine.released(1, isHealthy: true, rolesSeen: 5, at: start) == [.close(1)])
    #expect(machine.released(2, isHealthy: true, rolesSeen: 1, at: start + .seconds(61)) == [.close(2)])
  }

  @Test func `an idle connection is tried out, and closed when it is old or dead`() {
    var machine = machine()
    _ = machine.waiterArrived(1, of: "a", until: start + .seconds(2), at: start)
    _ = machine.connected(1, retireAt: start + .seconds(70), at: start)
    _ = machine.released(1, isHealthy: true, rolesSeen: 1, at: start)
    #expect(machine.timePassed(at: start + .seconds(30)) == [.probe(1)])
    #expect(machine.probed(1, isHealthy: true, at: start + .seconds(31)) == [])
    #expect(machine.timePassed(at: start + .seconds(61)) == [.probe(1)])
    #expect(machine.probed(1, isHealthy: false, at: start + .seconds(62)) == [.close(1)])
    #expect(machine.states.isEmpty)
  }

  @Test func `after five seconds without any connection waiters fail at once, until one succeeds`() {
    var machine = machine()
    #expect(machine.waiterArrived(1, of: "a", until: start + .seconds(9), at: start) == [.connect(1)])
    #expect(machine.connectFailed(1, reason: "refused", jitter: 1, at: start) == [])
    let retry = start + .milliseconds(50)
    #expect(machine.timePassed(at: retry) == [.connect(2)])
    #expect(
      machine.connectFailed(2, reason: "refused", jitter: 1, at: start + .seconds(5)) == [
        .fail(1, .unavailable("refused"))
      ])
    #expect(
      machine.waiterArrived(2, of: "a", until: start + .seconds(9), at: start + .seconds(5)) == [
        .fail(2, .unavailable("refused"))
      ])
    #expect(machine.timePassed(at: start + .seconds(6)) == [.connect(3)])
    #expect(machine.connected(3, retireAt: start + .seconds(1800), at: start + .seconds(6)) == [])
    #expect(
      machine.waiterArrived(3, of: "a", until: start + .seconds(9), at: start + .seconds(6)) == [.lease(3, to: 3)])
  }

  @Test func `pauses between attempts grow to a second and no further`() {
    var machine = machine()
    var now = start
    _ = machine.waiterArrived(1, of: "a", until: now + .seconds(600), at: now)
    var pauses: [Duration] = []
    for attempt in 1...8 {
      _ = machine.connectFailed(attempt, reason: "refused", jitter: 1, at: now)
      let due = machine.nextDue ?? now
      pauses.append(due - now)
      now = due
      _ = machine.timePassed(at: now)
    }
    #expect(pauses == [50, 100, 200, 400, 800, 1000, 1000, 1000].map { .milliseconds($0) })
  }

  @Test func `stopping refuses waiters and closes what comes back`() {
    var machine = machine()
    for waiter in 1...4 { _ = machine.waiterArrived(waiter, of: "a", until: start + .seconds(2), at: start) }
    _ = machine.connected(1, retireAt: start + .seconds(1800), at: start)
    #expect(machine.stopRequested() == [.fail(2, .closed), .fail(3, .closed), .fail(4, .closed)])
    #expect(machine.connectFailed(2, reason: "refused", jitter: 0, at: start) == [])
    #expect(machine.connected(3, retireAt: start + .seconds(1800), at: start) == [.close(3)])
    #expect(machine.released(1, isHealthy: true, rolesSeen: 1, at: start) == [.close(1), .stop])
    #expect(machine.waiterArrived(5, of: "a", until: start + .seconds(2), at: start) == [.fail(5, .closed)])
  }

  @Test func `one key's waiters stand before nobody's first`() {
    var machine = PoolStateMachine(
      limits: .init(
        maxConnections: 2, share: 2, maxRolesPerConnection: 50, keepAliveAfter: .seconds(30), breakerAfter: .seconds(5))
    )
    for waiter in 1...50 { _ = machine.waiterArrived(waiter, of: "flood", until: start + .seconds(2), at: start) }
    for connection in 1...2 { _ = machine.connected(connection, retireAt: start + .seconds(1800), at: start) }
    #expect(machine.waiterArrived(99, of: "neighbor", until: start + .seconds(2), at: start) == [])
    // The flood's third came first and keeps its turn; the neighbor's first is next, before the flood's fourth.
    #expect(machine.released(1, isHealthy: true, rolesSeen: 1, at: start) == [.lease(1, to: 3)])
    #expect(machine.released(2, isHealthy: true, rolesSeen: 1, at: start) == [.lease(2, to: 99)])
  }

  @Test func `a key with its share waits beside an idle connection, and another gets it at once`() {
    var machine = PoolStateMachine(
      limits: .init(
        maxConnections: 3, share: 2, maxRolesPerConnection: 50, keepAliveAfter: .seconds(30), breakerAfter: .seconds(5))
    )
    let asked = (1...5).flatMap { machine.waiterArrived($0, of: "flood", until: start + .seconds(2), at: start) }
    #expect(asked == [.connect(1), .connect(2)])
    for connection in 1...2 { _ = machine.connected(connection, retireAt: start + .seconds(1800), at: start) }
    #expect(machine.leased(by: "flood") == 2)
    #expect(machine.waiterArrived(9, of: "neighbor", until: start + .seconds(2), at: start) == [.connect(3)])
    #expect(machine.connected(3, retireAt: start + .seconds(1800), at: start) == [.lease(3, to: 9)])
    #expect(machine.released(3, isHealthy: true, rolesSeen: 1, at: start) == [])
    #expect(machine.released(1, isHealthy: true, rolesSeen: 1, at: start) == [.lease(1, to: 3)])
  }

  @Test(arguments: 0..<200) func `no history leaks, doubles or forgets anything`(seed: UInt64) {
    let limits = PoolStateMachine.Limits(
      maxConnections: 3, share: seed.isMultiple(of: 2) ? 3 : 2, maxRolesPerConnection: 5, keepAliveAfter: .seconds(30),
      breakerAfter: .seconds(5))
    var world = PoolWorld(limits: limits, seed: seed, start: start)
    for _ in 0..<2500 { world.step() }
    world.settle()
  }
}
