import Server
import Testing

@Suite struct ConnectionStateMachineTests {
  private let start = ContinuousClock.now
  private let limits = ConnectionLimits()

  private func machine() -> ConnectionStateMachine { ConnectionStateMachine(limits, at: start) }

  /// Past its header, the server ready for the body.
  private func withHead() -> ConnectionStateMachine {
    var machine = machine()
    machine.readRequested(at: start)
    machine.bytesArrived(100, at: start)
    machine.headArrived(isLast: false, at: start)
    machine.readRequested(at: start)
    return machine
  }

  @Test func aSilentConnectionClosesWithoutAWord() {
    var machine = machine()
    #expect(machine.nextDeadline == start + limits.header)
    #expect(machine.timePassed(at: start + limits.header - .milliseconds(1)) == .none)
    #expect(machine.timePassed(at: start + limits.header) == .close)
    #expect(machine.nextDeadline == nil)
  }

  @Test func aByteNowAndThenDoesNotProlongAHeader() {
    var machine = machine()
    for second in 1..<10 {
      machine.bytesArrived(1, at: start + .seconds(second))
      #expect(machine.timePassed(at: start + .seconds(second)) == .none)
    }
    guard case .answer(let refusal) = machine.timePassed(at: start + limits.header) else {
      Issue.record("there is no answer")
      return
    }
    #expect(refusal.code == .requestTimeout && machine.nextDeadline == nil)
  }

  @Test func aLaterRequestHasItsHeadersTimeFromItsFirstByte() {
    var machine = withHead()
    machine.requestEnded(at: start)
    _ = machine.answerBegan(isLast: false)
    #expect(machine.nextDeadline == nil)
    #expect(machine.answerEnded(at: start + .seconds(5)) == .none)
    #expect(machine.nextDeadline == start + .seconds(5) + limits.idle)
    machine.bytesArrived(1, at: start + .seconds(60))
    #expect(machine.nextDeadline == start + .seconds(60) + limits.header)
  }

  @Test func aBodyThatDripsIsRefusedAndASteadyOneIsNot() {
    var drip = withHead()
    var second = 0
    while drip.timePassed(at: start + .seconds(second)) == .none, second < 1_000 {
      second += 1
      if second.isMultiple(of: 10) {
        drip.bytesArrived(1, at: start + .seconds(second))
        drip.readRequested(at: start + .seconds(second))
      }
    }
    #expect(second >= 30 && second < 40)

    var steady = withHead()
    let whole = 64 << 20
    for second in 1...(whole / limits.bodyRate) {
      #expect(steady.timePassed(at: start + .seconds(second)) == .none)
      steady.bytesArrived(limits.bodyRate, at: start + .seconds(second))
      steady.readRequested(at: start + .seconds(second))
    }
  }

  @Test func aFastStartDoesNotPayForStallingLater() {
    var machine = withHead()
    machine.bytesArrived(32 << 20, at: start + .seconds(1))
    machine.readRequested(at: start + .seconds(1))
    #expect(machine.nextDeadline == start + .seconds(1) + limits.bodyGrace)
  }

  @Test func timeInWhichTheServerDoesNotReadIsNotTheClients() {
    var machine = withHead()
    machine.bytesArrived(1 << 20, at: start + .seconds(1))
    #expect(machine.nextDeadline == nil)
    machine.readRequested(at: start + .seconds(500))
    #expect(machine.nextDeadline == start + .seconds(500) + limits.bodyGrace)
  }

  @Test func aClientThatTakesNothingOfItsAnswerIsDropped() {
    var machine = withHead()
    machine.requestEnded(at: start)
    _ = machine.answerBegan(isLast: false)
    machine.answerMoved(taken: 0, waiting: 100_000, at: start)
    machine.answerMoved(taken: 1, waiting: 99_999, at: start + .seconds(10))
    #expect(machine.timePassed(at: start + limits.answerGrace + .seconds(1)) == .close)

    var reader = withHead()
    reader.requestEnded(at: start)
    _ = reader.answerBegan(isLast: false)
    reader.answerMoved(taken: 0, waiting: 1_000_000, at: start)
    for second in 1...400 {
      #expect(reader.timePassed(at: start + .seconds(second)) == .none)
      reader.answerMoved(taken: limits.answerRate, waiting: 1, at: start + .seconds(second))
    }
    reader.answerMoved(taken: 1, waiting: 0, at: start + .seconds(401))
    #expect(reader.timePassed(at: start + .seconds(100_000)) == .none)
  }

  @Test func everyRequestHasOneAnswerWhateverComesAfterIt() {
    let broken = ConnectionStateMachine.Refusal(.malformed)
    // The body breaks before the answer began.
    var early = withHead()
    #expect(early.refuse(broken) == .answer(broken))
    #expect(early.refuse(broken) == .none)
    // While the answer goes out nothing can be said any more.
    var during = withHead()
    _ = during.answerBegan(isLast: false)
    #expect(during.refuse(broken) == .close)
    // It had its answer before its body ended.
    var answered = withHead()
    _ = answered.answerBegan(isLast: false)
    #expect(answered.answerEnded(at: start) == .none)
    #expect(answered.refuse(broken) == .close)
    // The next request is broken: it has its turn after the first one's answer.
    var next = withHead()
    next.requestEnded(at: start)
    #expect(next.refuse(broken) == .none)
    _ = next.answerBegan(isLast: false)
    #expect(next.answerEnded(at: start) == .answer(broken))
  }

  @Test func theLastAnswerSaysSoAndCloses() {
    var machine = machine()
    machine.bytesArrived(1, at: start)
    machine.headArrived(isLast: true, at: start)
    machine.requestEnded(at: start)
    let machineSays = machine.answerBegan(isLast: false)
    #expect(machineSays)
    #expect(machine.answerEnded(at: start) == .close)
    // An answer that ends the connection by itself: the rest of a refused body is not read.
    var refused = withHead()
    let refusedSays = refused.answerBegan(isLast: true)
    #expect(refusedSays)
    #expect(refused.answerEnded(at: start) == .close)
  }

  @Test func aShutdownFinishesWhatIsAtWorkAndNothingElse() {
    var silent = machine()
    #expect(silent.shutdownBegan() == .close)
    var half = machine()
    half.bytesArrived(10, at: start)
    #expect(half.shutdownBegan() == .close)
    var working = withHead()
    working.requestEnded(at: start)
    #expect(working.shutdownBegan() == .none)
    let workingSays = working.answerBegan(isLast: false)
    #expect(workingSays)
    #expect(working.answerEnded(at: start) == .close)
  }
}
