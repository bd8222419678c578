import Generating
import Jobs
import Processes
import Testing
import Worker

@Suite struct SupervisionStateMachineTests {
  private let start = ContinuousClock.now
  private let limits = SupervisionStateMachine.Limits(silence: .seconds(45), margin: .seconds(30), grace: .seconds(5))

  private func at(_ seconds: Int) -> ContinuousClock.Instant { start + .seconds(seconds) }

  /// A job of 60 seconds whose child has been started at second 0: hung at 45, overdue at 90.
  private func solving() -> SupervisionStateMachine {
    var machine = SupervisionStateMachine(seconds: .seconds(60), limits: limits)
    #expect(machine.prepared(at: at(0)) == .startChild)
    return machine
  }

  private func failureCode(_ action: SupervisionStateMachine.Action) -> String? {
    if case .conclude(.failed(let failure)) = action { failure.code } else { nil }
  }

  @Test func aResultIsStoredAndTheJobCompletedOnce() {
    var machine = solving()
    #expect(machine.resultArrived() == .store)
    #expect(machine.resultArrived() == .none)
    #expect(machine.childEnded(.exited(0)) == .none)
    #expect(machine.stored(.completed) == .conclude(.completed))
    #expect(machine.stored(.completed) == .none)
  }

  @Test func aRepeatThatFindsTheResultStoredIsACompletionToo() {
    var machine = solving()
    _ = machine.resultArrived()
    #expect(machine.stored(.alreadyCompleted) == .conclude(.completed))
  }

  @Test func aResultRefusedForALostLeaseIsAbandoned() {
    var machine = solving()
    _ = machine.resultArrived()
    #expect(machine.stored(.refused(.lost)) == .conclude(.abandoned))
  }

  @Test func aResultRefusedForACancelEndsAsCancelled() {
    var machine = solving()
    _ = machine.resultArrived()
    #expect(machine.cancelRequested(at: at(1)) == .none)
    #expect(machine.stored(.refused(.cancelRequested)) == .conclude(.cancelled))
  }

  @Test func aChildThatDiesWithoutAWordIsACrash() {
    var machine = solving()
    let action = machine.childEnded(.killed(signal: 9))
    #expect(failureCode(action) == "solver.crashed")
    #expect(machine.state == .concluded)
  }

  @Test(arguments: [
    (SolveFailure.Consequence.permanent, JobFailure.Class.permanent), (.retry, .transient),
  ])
  func whatAChildSaysOfItsFailureDecidesWhetherItIsTriedAgain(
    _ consequence: SolveFailure.Consequence, _ expected: JobFailure.Class
  ) {
    var machine = solving()
    machine.failureArrived(SolveFailure(consequence, code: "input.invalid", message: "No grid."))
    guard case .conclude(.failed(let failure)) = machine.childEnded(.exited(0)) else {
      Issue.record("The job was not failed.")
      return
    }
    #expect(failure == JobFailure(expected, code: "input.invalid", message: "No grid."))
  }

  @Test func aSilentChildIsTerminatedThenKilledThenCountsAsHung() {
    var machine = solving()
    #expect(machine.tick(at: at(44)) == .none)
    #expect(machine.tick(at: at(45)) == .terminate)
    #expect(machine.tick(at: at(49)) == .none)
    #expect(machine.tick(at: at(50)) == .kill)
    #expect(machine.tick(at: at(99)) == .none)
    #expect(failureCode(machine.childEnded(.killed(signal: 9))) == "solver.hung")
  }

  @Test func aChildThatSpeaksIsNotHung() {
    var machine = solving()
    for second in stride(from: 40, to: 90, by: 40) {
      machine.childSpoke(at: at(second))
      #expect(machine.tick(at: at(second + 9)) == .none)
    }
  }

  @Test func anOverdueChildIsAskedFirstAndItsResultIsWelcome() {
    var machine = solving()
    machine.childSpoke(at: at(89))
    #expect(machine.tick(at: at(90)) == .closeInput)
    #expect(machine.resultArrived() == .store)
    #expect(machine.tick(at: at(200)) == .none)
  }

  @Test func anOverdueChildThatDoesNotListenIsKilled() {
    var machine = solving()
    machine.childSpoke(at: at(89))
    #expect(machine.tick(at: at(90)) == .closeInput)
    #expect(machine.tick(at: at(95)) == .terminate)
    #expect(machine.tick(at: at(100)) == .kill)
    #expect(failureCode(machine.childEnded(.killed(signal: 9))) == "solver.overdue")
  }

  @Test func aCancelEndsTheChildAndItsResultIsNotWanted() {
    var machine = solving()
    #expect(machine.cancelRequested(at: at(10)) == .closeInput)
    #expect(machine.cancelRequested(at: at(11)) == .none)
    #expect(machine.resultArrived() == .none)
    #expect(machine.childEnded(.exited(0)) == .conclude(.cancelled))
  }

  @Test func aLostLeaseKillsAtOnceAndSaysNothing() {
    var machine = solving()
    #expect(machine.leaseLost(at: at(10)) == .kill)
    #expect(machine.childEnded(.killed(signal: 9)) == .conclude(.abandoned))
  }

  @Test func aLeaseLostDuringACancelSaysNothingOfTheCancel() {
    var machine = solving()
    _ = machine.cancelRequested(at: at(10))
    #expect(machine.leaseLost(at: at(11)) == .kill)
    #expect(machine.childEnded(.killed(signal: 9)) == .conclude(.abandoned))
  }

  @Test func aDrainGivesTheJobBackUncountedWhenItsLastCheckpointIsStored() {
    var machine = solving()
    #expect(machine.drainRequested(at: at(10)) == .closeInput)
    #expect(machine.checkpointArrived(isLast: true) == .none)
    machine.storingCheckpoint()
    #expect(machine.checkpointSettled(isLast: true, isMoreWaiting: false, at: at(11)) == .kill)
    #expect(machine.childEnded(.killed(signal: 9)) == .conclude(.released))
  }

  @Test func aDrainWaitsForTheCheckpointOfAChildThatIsGone() {
    var machine = solving()
    _ = machine.drainRequested(at: at(10))
    machine.storingCheckpoint()
    #expect(machine.childEnded(.exited(0)) == .none)
    // An earlier one was on its way, and the last one follows it.
    #expect(machine.checkpointSettled(isLast: false, isMoreWaiting: true, at: at(11)) == .none)
    #expect(machine.checkpointSettled(isLast: true, isMoreWaiting: false, at: at(12)) == .conclude(.released))
  }

  @Test func aChildThatTellsNothingDoesNotHoldUpADrain() {
    var machine = solving()
    #expect(machine.drainRequested(at: at(10)) == .closeInput)
    #expect(machine.tick(at: at(15)) == .terminate)
    #expect(machine.tick(at: at(20)) == .kill)
    #expect(machine.childEnded(.killed(signal: 9)) == .conclude(.released))
  }

  @Test func aCancelThatKeepsStoresTheLastCheckpoint() {
    var machine = solving()
    #expect(machine.keepRequested(at: at(10)) == .closeInput)
    #expect(machine.checkpointArrived(isLast: true) == .keepCheckpoint(.cancelled))
    #expect(machine.resultArrived() == .none)
    #expect(machine.childEnded(.exited(0)) == .none)
    #expect(machine.stored(.completed) == .conclude(.kept))
  }

  @Test func aChildThatIsKilledOverACancelLeavesItsLastCheckpoint() {
    var machine = solving()
    #expect(machine.checkpointArrived(isLast: false) == .none)
    #expect(machine.keepRequested(at: at(10)) == .closeInput)
    #expect(machine.tick(at: at(15)) == .terminate)
    #expect(machine.childEnded(.killed(signal: 15)) == .keepCheckpoint(.cancelled))
  }

  @Test func withNothingToKeepACancelIsACancel() {
    var machine = solving()
    _ = machine.keepRequested(at: at(10))
    #expect(machine.childEnded(.killed(signal: 15)) == .conclude(.cancelled))
    var waiting = SupervisionStateMachine(seconds: .seconds(60), limits: limits)
    #expect(waiting.keepRequested(at: at(0)) == .none)
    #expect(waiting.prepared(at: at(1)) == .conclude(.cancelled))
  }

  @Test func aJobThatWaitedForItsBestToBeKeptStartsNoChild() {
    var machine = SupervisionStateMachine(seconds: .seconds(60), limits: limits)
    _ = machine.keepRequested(at: at(0))
    #expect(machine.prepared(at: at(1), spent: .seconds(40), hasCheckpoint: true) == .keepCheckpoint(.cancelled))
    // The database was away: somebody else finds the same checkpoint.
    #expect(machine.failed(JobFailure(.transient, code: "job.not-stored", message: "")) == .conclude(.abandoned))
  }

  @Test func aResultThatACancelCameBeforeIsKeptWhole() {
    var machine = solving()
    #expect(machine.resultArrived() == .store)
    #expect(machine.stored(.refused(.keepRequested)) == .keepResult)
    #expect(machine.stored(.alreadyCompleted) == .conclude(.kept))
  }

  @Test func anOverdueChildLeavesItsLastCheckpointAsTheResult() {
    var machine = solving()
    _ = machine.checkpointArrived(isLast: false)
    machine.childSpoke(at: at(89))
    #expect(machine.tick(at: at(90)) == .closeInput)
    #expect(machine.tick(at: at(95)) == .terminate)
    #expect(machine.childEnded(.killed(signal: 15)) == .keepCheckpoint(.overdue))
    #expect(machine.stored(.completed) == .conclude(.kept))
  }

  @Test func whatEarlierAttemptsHaveSpentIsNotSpentAgain() {
    var machine = SupervisionStateMachine(seconds: .seconds(60), limits: limits)
    _ = machine.prepared(at: at(0), spent: .seconds(50), hasCheckpoint: true)
    machine.childSpoke(at: at(39))
    #expect(machine.tick(at: at(39)) == .none)
    #expect(machine.tick(at: at(40)) == .closeInput)
  }

  @Test func aDrainLetsAResultBeStored() {
    var machine = solving()
    _ = machine.resultArrived()
    #expect(machine.drainRequested(at: at(10)) == .none)
    #expect(machine.stored(.completed) == .conclude(.completed))
  }

  @Test func outputThatIsNoFrameKillsTheChild() {
    var machine = solving()
    #expect(machine.outputGarbled("a frame was not understood", at: at(3)) == .kill)
    #expect(failureCode(machine.childEnded(.killed(signal: 9))) == "solver.garbled")
  }

  @Test func nothingIsStartedForAJobThatWasCancelledWhileItWasLoaded() {
    var machine = SupervisionStateMachine(seconds: .seconds(60), limits: limits)
    #expect(machine.cancelRequested(at: at(0)) == .conclude(.cancelled))
    #expect(machine.prepared(at: at(1)) == .none)
  }

  /// Whatever comes in whatever order: at most one conclusion, and nothing is started or stored after it.
  @Test(arguments: 0..<200)
  func everyOrderOfEventsConcludesAtMostOnce(_ seed: Int) {
    var generator = Stepper(state: UInt64(seed) &* 0x9e37_79b9_7f4a_7c15 | 1)
    var machine = SupervisionStateMachine(seconds: .seconds(60), limits: limits)
    var conclusions = 0
    for second in 0..<60 {
      let now = at(second * 3)
      let action: SupervisionStateMachine.Action
      switch Int.random(in: 0..<15, using: &generator) {
      case 0: action = machine.prepared(at: now)
      case 10: action = machine.keepRequested(at: now)
      case 11: action = machine.checkpointArrived(isLast: Bool.random(using: &generator))
      case 12:
        machine.storingCheckpoint()
        continue
      case 13:
        action = machine.checkpointSettled(
          isLast: Bool.random(using: &generator), isMoreWaiting: Bool.random(using: &generator), at: now)
      case 14: action = machine.stored(.refused(.keepRequested))
      case 1: action = machine.resultArrived()
      case 2: action = machine.childEnded(.exited(0))
      case 3: action = machine.cancelRequested(at: now)
      case 4: action = machine.leaseLost(at: now)
      case 5: action = machine.drainRequested(at: now)
      case 6: action = machine.stored(.completed)
      case 7: action = machine.failed(JobFailure(.transient, code: "x", message: "x"))
      case 8: action = machine.outputGarbled("x", at: now)
      default: action = machine.tick(at: now)
      }
      if conclusions > 0 { #expect(action == .none) }
      if case .conclude = action { conclusions += 1 }
    }
    #expect(conclusions <= 1)
    #expect((conclusions == 1) == (machine.state == .concluded))
  }
}

/// SplitMix64: the same orders at every run.
private struct Stepper: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
