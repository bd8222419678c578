import Server
import Testing

@Suite struct SignInStateMachineTests {
  private typealias Machine = SignInStateMachine<String, Int>
  private let start = ContinuousClock.now

  @Test func aFloodOfMadeUpNamesFromOneAddressIsRefusedThereAndNowhereElse() {
    var machine = Machine(start: start)
    var refused = 0
    var now = start
    for number in 0..<100_000 {
      now += .microseconds(560)
      if case .refuse = machine.attempted("made-up-\(number)", from: 0, at: now) { refused += 1 }
    }
    #expect(refused > 99_800)
    for client in 1...10_000 {
      #expect(machine.attempted("honest-\(client)", from: client, at: now) == .attempt(after: .zero))
      machine.succeeded("honest-\(client)", from: client)
    }
  }

  @Test func theRightPasswordFromAFreshAddressGetsInWhileTheAccountIsFlooded() {
    var machine = Machine(start: start)
    var now = start
    // Five hundred addresses guess at one account for ten minutes.
    for round in 0..<1_200 {
      now += .milliseconds(500)
      _ = machine.attempted("owner", from: 1_000 + round % 500, at: now)
    }
    guard case .attempt(let delay) = machine.attempted("owner", from: 1, at: now) else {
      Issue.record("the owner is locked out")
      return
    }
    #expect(delay > .zero && delay <= .seconds(3))
    machine.succeeded("owner", from: 1)
    // From then on the owner's address waits for nothing.
    for round in 0..<100 { _ = machine.attempted("owner", from: 1_000 + round, at: now) }
    #expect(machine.attempted("owner", from: 1, at: now) == .attempt(after: .zero))
  }

  @Test func guessesAtOneAccountGrowSlowerUpToABound() {
    var machine = Machine(start: start)
    let delays = (0..<30).map { _ -> Duration in
      guard case .attempt(let delay) = machine.attempted("owner", from: 7, at: start) else { return .zero }
      return delay
    }
    #expect(delays.prefix(5).allSatisfy { $0 == .zero })
    #expect(delays.sorted() == delays && delays.last == .seconds(3))
    // An hour later all is forgotten.
    #expect(machine.attempted("owner", from: 7, at: start + .seconds(3_600)) == .attempt(after: .zero))
  }

  @Test func aWholeCampusBehindOneAddressSignsIn() {
    var machine = Machine(start: start)
    for student in 0..<20_000 {
      #expect(machine.attempted("s\(student)", from: 5, at: start) == .attempt(after: .zero))
      machine.succeeded("s\(student)", from: 5)
    }
  }

  @Test func whoWasHereBeforeGetsInBesideAGuesserBehindTheSameAddress() {
    var machine = Machine(start: start)
    _ = machine.attempted("known", from: 5, at: start)
    machine.succeeded("known", from: 5)
    for number in 0..<1_000 { _ = machine.attempted("x\(number)", from: 5, at: start) }
    #expect(machine.attempted("known", from: 5, at: start) == .attempt(after: .zero))
    guard case .refuse(let wait) = machine.attempted("stranger", from: 5, at: start) else {
      Issue.record("the guesser goes on")
      return
    }
    #expect(wait > .zero && wait <= .seconds(2))
  }

  @Test func debtsOfManyKeysInOneSketchStayTheirOwn() {
    var sketch = DebtSketch(interval: .seconds(1), most: 60, start: start)
    for key in 0..<300 { sketch.add(60, to: key, at: start) }
    #expect((0..<300).allSatisfy { sketch.debt(of: $0, at: start) > 59 })
    let mistaken = (1_000..<11_000).count { sketch.debt(of: $0, at: start) > 0 }
    #expect(mistaken < 5)
    #expect(sketch.debt(of: 1, at: start + .seconds(30)) < 31)
  }
}
