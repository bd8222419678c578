import Jobs
import Testing

@Suite struct LeaseStateMachineTests {
  private let start = ContinuousClock.now

  private func at(_ seconds: Double) -> ContinuousClock.Instant { start + .milliseconds(Int64(seconds * 1000)) }

  @Test func heartbeatsAreDueEveryThreeSecondsAndOneAtATime() {
    var lease = LeaseStateMachine(claimSentAt: at(0))
    #expect(lease.tick(now: at(2.9)) == .none)
    #expect(lease.tick(now: at(3)) == .sendHeartbeat)
    #expect(lease.tick(now: at(7)) == .none, "the first one has not been answered")
    #expect(lease.heartbeatAnswered(.held, sentAt: at(3)) == .none)
    #expect(lease.tick(now: at(7)) == .sendHeartbeat)
  }

  @Test func theLeaseEndsThreeSecondsBeforeTheDatabaseThinksSo() {
    var lease = LeaseStateMachine(claimSentAt: at(0))
    _ = lease.tick(now: at(3))
    #expect(lease.tick(now: at(11.9)) == .none)
    #expect(lease.tick(now: at(12)) == .stopAtOnce)
    #expect(lease.state == .lost && lease.nextDeadline == nil)
    #expect(lease.heartbeatAnswered(.held, sentAt: at(3)) == .none, "an answer that comes too late revives nothing")
    #expect(lease.state == .lost)
  }

  @Test func anAnswerCountsFromTheSendingOfItsHeartbeat() {
    var lease = LeaseStateMachine(claimSentAt: at(0))
    _ = lease.tick(now: at(3))
    _ = lease.heartbeatAnswered(.held, sentAt: at(3))
    #expect(lease.state == .held(until: at(15)))
  }

  @Test func aFailedHeartbeatIsSentAgainSoonerAndTheEndStays() {
    var lease = LeaseStateMachine(claimSentAt: at(0))
    _ = lease.tick(now: at(3))
    lease.heartbeatFailed(at: at(4))
    #expect(lease.nextDeadline == at(5))
    #expect(lease.tick(now: at(5)) == .sendHeartbeat)
    #expect(lease.tick(now: at(12)) == .stopAtOnce)
  }

  @Test func aCancelIsToldOnceAndKeepsTheLeaseAlive() {
    var lease = LeaseStateMachine(claimSentAt: at(0))
    _ = lease.tick(now: at(3))
    #expect(lease.heartbeatAnswered(.cancelRequested, sentAt: at(3)) == .stopForCancel)
    #expect(lease.tick(now: at(6)) == .sendHeartbeat)
    #expect(lease.heartbeatAnswered(.cancelRequested, sentAt: at(6)) == .none)
    #expect(lease.state == .cancelling(until: at(18)))
  }

  @Test func aCancelThatKeepsIsToldOnceToo() {
    var lease = LeaseStateMachine(claimSentAt: at(0))
    _ = lease.tick(now: at(3))
    #expect(lease.heartbeatAnswered(.keepRequested, sentAt: at(3)) == .stopAndKeep)
    #expect(lease.heartbeatAnswered(.keepRequested, sentAt: at(6)) == .none)
    #expect(lease.state == .cancelling(until: at(18)))
  }

  @Test func aLostClaimStopsAtOnce() {
    var lease = LeaseStateMachine(claimSentAt: at(0))
    _ = lease.tick(now: at(3))
    #expect(lease.heartbeatAnswered(.lost, sentAt: at(3)) == .stopAtOnce)
    #expect(lease.tick(now: at(4)) == .none)
  }

  /// Whatever happens in whatever order: while the machine says that the job is ours, less than `ttl − margin` has
  /// passed since a heartbeat (or the claim) was sent that the database answered.
  @Test func noHistoryKeepsALeaseLongerThanTheDatabaseDoes() {
    for seed in UInt64(0)..<2_000 {
      var generator = Seeded(state: seed)
      var lease = LeaseStateMachine(claimSentAt: at(0))
      var lastAnswered = 0.0
      var inFlight: Double?
      var now = 0.0
      for _ in 0..<60 {
        now += Double.random(in: 0...4, using: &generator)
        if let sent = inFlight, Bool.random(using: &generator) {
          inFlight = nil
          if Bool.random(using: &generator) {
            let wasLost = lease.state == .lost
            _ = lease.heartbeatAnswered(Bool.random(using: &generator) ? .held : .cancelRequested, sentAt: at(sent))
            if !wasLost { lastAnswered = sent }
          } else {
            lease.heartbeatFailed(at: at(now))
          }
        }
        if lease.tick(now: at(now)) == .sendHeartbeat { inFlight = now }
        if lease.state != .lost { #expect(at(now) < at(lastAnswered) + .seconds(12)) }
      }
    }
  }
}

/// SplitMix64.
struct Seeded: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
