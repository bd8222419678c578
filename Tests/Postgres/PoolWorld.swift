import Postgres
import Testing

/// Everything around the pool's machine, played by chance: waiters come and go, connections open, fail, break and
/// grow old, time passes. Every action is checked against what may be true at that moment.
struct PoolWorld {
  private enum Work { case connecting, leased(Int), idle, probing }

  private var machine: PoolStateMachine
  private let limits: PoolStateMachine.Limits
  private var generator: SplitMix
  private var now: ContinuousClock.Instant
  private var connections: [Int: Work] = [:]
  private var waiting: [Int: (until: ContinuousClock.Instant, key: String)] = [:]
  private var keys: [Int: String] = [:]
  private var nextWaiter = 1
  private var isStopped = false

  init(limits: PoolStateMachine.Limits, seed: UInt64, start: ContinuousClock.Instant) {
    machine = PoolStateMachine(limits: limits)
    self.limits = limits
    generator = SplitMix(state: seed)
    now = start
  }

  mutating func step() {
    switch Int.random(in: 0..<8, using: &generator) {
    case 0, 1:
      let id = nextWaiter
      nextWaiter += 1
      let key = ["a", "b", "c"].randomElement(using: &generator) ?? "a"
      waiting[id] = (now + .seconds(2), key)
      keys[id] = key
      apply(machine.waiterArrived(id, of: key, until: now + .seconds(2), at: now))
    case 2:
      guard let id = waiting.keys.randomElement(using: &generator) else { return }
      let wasWaiting = machine.waiterLeft(id, of: keys[id] ?? "")
      #expect(wasWaiting)
      waiting[id] = nil
    case 3: passTime(.milliseconds(Int.random(in: 0...400, using: &generator)))
    case 4 where Int.random(in: 0..<20, using: &generator) == 0: passTime(.seconds(35))
    default: finishSomething(succeeds: Int.random(in: 0..<10, using: &generator) > 2)
    }
    check()
  }

  /// Everything comes to its end: all waiters are answered and all connections closed.
  mutating func settle() {
    apply(machine.stopRequested())
    #expect(waiting.isEmpty)
    while !connections.isEmpty { finishSomething(succeeds: true) }
    #expect(isStopped && machine.states.isEmpty)
  }

  private mutating func passTime(_ duration: Duration) {
    now += duration
    apply(machine.timePassed(at: now))
    #expect(waiting.values.allSatisfy { $0.until > now }, "a waiter outlived its deadline")
    if let due = machine.nextDue { #expect(due > now, "the machine would spin") }
  }

  private mutating func finishSomething(succeeds: Bool) {
    let busy = connections.filter { if case .idle = $0.value { false } else { true } }.keys.sorted()
    guard let id = busy.randomElement(using: &generator), let work = connections[id] else { return }
    switch work {
    case .connecting where succeeds:
      connections[id] = .idle
      apply(machine.connected(id, retireAt: now + .seconds(40), at: now))
    case .connecting:
      connections[id] = nil
      apply(machine.connectFailed(id, reason: "refused", jitter: 0.5, at: now))
    case .leased:
      connections[id] = .idle
      apply(machine.released(id, isHealthy: succeeds, rolesSeen: Int.random(in: 1...5, using: &generator), at: now))
    case .probing:
      connections[id] = .idle
      apply(machine.probed(id, isHealthy: succeeds, at: now))
    case .idle: break
    }
  }

  private mutating func apply(_ actions: [PoolStateMachine.Action]) {
    for action in actions {
      #expect(!isStopped, "\(action) after the last action")
      switch action {
      case .connect(let id):
        #expect(connections[id] == nil)
        connections[id] = .connecting
      case .lease(let id, to: let waiter):
        if case .idle = connections[id] {
        } else {
          Issue.record("\(id) leased while \(String(describing: connections[id]))")
        }
        #expect(waiting.removeValue(forKey: waiter) != nil, "waiter \(waiter) answered twice")
        connections[id] = .leased(waiter)
      case .probe(let id):
        if case .idle = connections[id] {
        } else {
          Issue.record("\(id) probed while \(String(describing: connections[id]))")
        }
        connections[id] = .probing
      case .close(let id):
        if case .idle = connections[id] {
        } else {
          Issue.record("\(id) closed while \(String(describing: connections[id]))")
        }
        connections[id] = nil
      case .fail(let waiter, _): #expect(waiting.removeValue(forKey: waiter) != nil, "waiter \(waiter) answered twice")
      case .stop: isStopped = true
      }
    }
  }

  private func check() {
    #expect(connections.count <= limits.maxConnections)
    #expect(Set(machine.states.keys) == Set(connections.keys), "the machine and the world know different connections")
    #expect(machine.waiting == waiting.count)
    let hasIdle = connections.values.contains { if case .idle = $0 { true } else { false } }
    var leased: [String: Int] = [:]
    for work in connections.values {
      if case .leased(let waiter) = work { leased[keys[waiter] ?? "", default: 0] += 1 }
    }
    #expect(leased.values.allSatisfy { $0 <= limits.share }, "a key has more than its share")
    let isServed = waiting.values.allSatisfy { (leased[$0.key] ?? 0) >= limits.share }
    #expect(!hasIdle || isServed, "someone waits beside an idle connection, and may have it")
  }
}

private struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
