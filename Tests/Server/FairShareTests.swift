import Server
import Testing

@Suite struct FairShareTests {
  private let start = ContinuousClock.now

  private func machine(
    places: Int = 2, share: Int = 1, waitingPerKey: Int = 4, waiting: Int = 6, pressed: Duration = .milliseconds(20)
  ) -> FairShareStateMachine<String> {
    FairShareStateMachine(
      limits: .init(
        places: places, share: share, waitingPerKey: waitingPerKey, waiting: waiting, patience: .milliseconds(500),
        pressedPatience: pressed, pressedAfter: .milliseconds(200)))
  }

  @Test func aKeyHasItsShareAndTheOthersTheRest() {
    var machine = machine()
    #expect(machine.arrived(1, of: "a", at: start) == .begin)
    #expect(machine.arrived(2, of: "a", at: start) == .wait)
    #expect(machine.arrived(3, of: "b", at: start) == .begin)
    #expect(machine.ended(3, at: start) == [])
    #expect(machine.ended(1, at: start) == [.begin(2)])
  }

  @Test func whoHasMostInLineMakesRoomAndNewcomersAreNotRefusedForIt() {
    var machine = machine(places: 1, waitingPerKey: 6, waiting: 4)
    #expect(machine.arrived(1, of: "a", at: start) == .begin)
    for id in 2...5 { #expect(machine.arrived(id, of: "a", at: start) == .wait) }
    guard case .waitInsteadOf(let last, .ownLineFull) = machine.arrived(9, of: "b", at: start) else {
      Issue.record("the newcomer was refused")
      return
    }
    #expect(last == 5)
    #expect(machine.ended(1, at: start) == [.begin(2)])
    #expect(machine.ended(2, at: start) == [.begin(9)])
  }

  @Test func aFullLineOfOnesOwnIsRefusedWithTheTimeItTakes() {
    var machine = machine(waitingPerKey: 2)
    for id in 1...3 { _ = machine.arrived(id, of: "a", at: start) }
    guard case .refuse(.ownLineFull(let wait)) = machine.arrived(4, of: "a", at: start) else {
      Issue.record("a fourth was let in")
      return
    }
    #expect(wait > .zero)
    #expect(machine.arrived(5, of: "b", at: start) == .begin)
  }

  @Test func aLineThatStandsForLongMakesPatienceShort() {
    var machine = machine(places: 1, waitingPerKey: 100, waiting: 100)
    _ = machine.arrived(1, of: "a", at: start)
    _ = machine.arrived(2, of: "a", at: start)
    // A burst may wait half a second …
    #expect(machine.nextDue == start + .milliseconds(500))
    _ = machine.arrived(3, of: "b", at: start + .milliseconds(300))
    // … a line that has not been empty for 200 ms is overload.
    #expect(machine.nextDue == start + .milliseconds(320))
    guard case .refuse(3, .overloaded) = machine.timePassed(at: start + .milliseconds(320)).first else {
      Issue.record("nobody was refused")
      return
    }
    #expect(machine.waiting == 1)
  }

  @Test func whoLeavesIsNotServed() {
    var machine = machine(places: 1)
    _ = machine.arrived(1, of: "a", at: start)
    _ = machine.arrived(2, of: "b", at: start)
    let wasWaiting = machine.left(2, of: "b")
    let isWaiting = machine.left(2, of: "b")
    #expect(wasWaiting && !isWaiting)
    #expect(machine.ended(1, at: start) == [])
  }

  /// A flood of one key beside seven others, by chance: all limits hold at every step, all are answered once, and
  /// nobody waits through two turns of another.
  @Test(arguments: 0..<40) func noHistoryBreaksAShareOrForgetsAnybody(seed: Int) {
    var machine = machine(places: 5, share: 2, waitingPerKey: 10, waiting: 30)
    var generator = SystemRandomNumberGenerator()
    var now = start
    var working: [Int: String] = [:]
    var waiting: [Int: (key: String, since: ContinuousClock.Instant)] = [:]
    var answered = 0
    func key() -> String { Bool.random() ? "flood" : "k\(Int.random(in: 0..<7))" }
    func apply(_ actions: [FairShareStateMachine<String>.Action]) {
      for action in actions {
        answered += 1
        switch action {
        case .begin(let id):
          guard let waiter = waiting.removeValue(forKey: id) else {
            Issue.record("\(id) was answered twice")
            continue
          }
          working[id] = waiter.key
        case .refuse(let id, _): #expect(waiting.removeValue(forKey: id) != nil, "\(id) was answered twice")
        }
      }
    }
    for id in 1...4_000 {
      switch Int.random(in: 0..<10, using: &generator) {
      case 0..<6:
        let key = key()
        switch machine.arrived(id, of: key, at: now) {
        case .begin: working[id] = key
        case .wait: waiting[id] = (key, now)
        case .waitInsteadOf(let other, _):
          #expect(waiting.removeValue(forKey: other) != nil)
          waiting[id] = (key, now)
        case .refuse: break
        }
      case 6..<9:
        if let id = working.keys.randomElement(using: &generator) {
          working[id] = nil
          apply(machine.ended(id, at: now))
        }
      default:
        now += .milliseconds(Int.random(in: 0..<30, using: &generator))
        apply(machine.timePassed(at: now))
        if let due = machine.nextDue { #expect(due > now) }
      }
      #expect(working.count <= 5 && machine.working == working.count && machine.waiting == waiting.count)
      #expect(Dictionary(grouping: working.values, by: { $0 }).allSatisfy { $0.value.count <= 2 })
      #expect(waiting.count <= 30)
      let free = working.count < 5
      let able = waiting.values.contains { waiter in working.values.count { $0 == waiter.key } < 2 }
      #expect(!(free && able), "someone waits beside a free place")
    }
    while let id = working.keys.first {
      working[id] = nil
      apply(machine.ended(id, at: now))
    }
    #expect(waiting.isEmpty && machine.waiting == 0 && answered > 0)
  }
}
