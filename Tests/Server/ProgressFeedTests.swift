import Foundation
import Jobs
import Server
import Tenancy
import Testing

@Suite struct ProgressFeedTests {
  private static let id = JobID(rawValue: UUID())
  private static let time = Date(timeIntervalSince1970: 0)

  private static func job(_ state: JobState, fence: Int64? = 1, percent: Double = 0, attempt: Int = 1) throws -> Job {
    Job(
      id: id, number: 1, tenant: try #require(TenantID(rawValue: "t_abcdefghijklmnop")), kind: .generation,
      payload: Data(), state: state, attempt: attempt, maxAttempts: 5, crashCount: 0,
      fence: fence.map(Fence.init(rawValue:)), worker: nil, createdBy: "", createdAt: time, runAfter: time,
      startedAt: nil, claimedAt: nil, finishedAt: nil, cancelRequestedAt: nil, phase: nil, percent: percent,
      message: nil, progressAt: nil, outcome: nil, errorClass: nil, errorCode: nil, errorMessage: nil)
  }

  private static func event(_ seq: Int64, fence: Int64 = 1, percent: Double? = nil) -> Jobs.Progress {
    Jobs.Progress(
      job: id, fence: Fence(rawValue: fence), seq: seq, phase: "solving", percent: percent ?? Double(seq), message: "",
      updatedAt: time)
  }

  private static func sent(_ action: ProgressFeedStateMachine.Action) -> String? {
    guard case .send(let frame) = action else { return nil }
    return frame.eventID ?? "postgres"
  }

  @Test func eachEventIsShownOnceAndInOrder() throws {
    var machine = ProgressFeedStateMachine(job: try Self.job(.running))
    #expect(Self.sent(machine.jobRead(try Self.job(.running))) == "postgres")
    #expect(Self.sent(machine.eventArrived(Self.event(1))) == "1-1")
    #expect(machine.eventArrived(Self.event(1)) == .none)
    #expect(Self.sent(machine.eventArrived(Self.event(3))) == "1-3")
    #expect(machine.eventArrived(Self.event(2)) == .none)
  }

  @Test func whoComesBackGetsOnlyWhatFollows() throws {
    var machine = ProgressFeedStateMachine(job: try Self.job(.running), after: "1-5")
    #expect(machine.eventArrived(Self.event(5)) == .none)
    #expect(Self.sent(machine.eventArrived(Self.event(6))) == "1-6")
  }

  @Test func aNewClaimIsLookedUpBeforeItIsBelieved() throws {
    var machine = ProgressFeedStateMachine(job: try Self.job(.running))
    #expect(machine.eventArrived(Self.event(1, fence: 2)) == .readJob)
    _ = machine.jobRead(try Self.job(.running, fence: 2, attempt: 2))
    #expect(Self.sent(machine.eventArrived(Self.event(1, fence: 2))) == "2-1")
    #expect(machine.eventArrived(Self.event(9, fence: 1)) == .none)
  }

  @Test func theEndComesFromPostgreSQLAndNothingFollowsIt() throws {
    for state in JobState.allCases where state.isTerminal {
      var machine = ProgressFeedStateMachine(job: try Self.job(.running))
      guard case .end(let frame) = machine.jobRead(try Self.job(state)) else {
        Issue.record("\(state) does not end the stream")
        continue
      }
      #expect(frame.kind == .end && frame.reading.state == state)
      #expect(machine.eventArrived(Self.event(9)) == .none)
      #expect(machine.jobRead(try Self.job(state)) == .none)
    }
  }

  @Test func anUnchangedJobIsNotRepeated() throws {
    var machine = ProgressFeedStateMachine(job: try Self.job(.queued, fence: nil))
    #expect(Self.sent(machine.jobRead(try Self.job(.queued, fence: nil))) == "postgres")
    #expect(machine.jobRead(try Self.job(.queued, fence: nil)) == .none)
    #expect(Self.sent(machine.jobRead(try Self.job(.running))) == "postgres")
  }

  /// Whatever order things arrive in: ids rise, percents under one claim do not fall.
  @Test func randomArrivalsNeverStepBack() throws {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<500 {
      var machine = ProgressFeedStateMachine(job: try Self.job(.running))
      var last: (Int64, Int64) = (0, 0)
      var fence: Int64 = 1
      for _ in 0..<40 {
        let event = Self.event(.random(in: 1...20, using: &generator), fence: .random(in: 1...3, using: &generator))
        var action = machine.eventArrived(event)
        if action == .readJob {
          fence = event.fence.rawValue
          _ = machine.jobRead(try Self.job(.running, fence: fence, attempt: Int(fence)))
          action = machine.eventArrived(event)
        }
        guard case .send = action else { continue }
        #expect((event.fence.rawValue, event.seq) > last)
        last = (event.fence.rawValue, event.seq)
      }
    }
  }
}
