import Foundation
import Jobs
import Server
import Tenancy
import Testing

@Suite struct ProgressFeedTests {
  private static let id = JobID(rawValue: UUID())
  private static let time = Date(timeIntervalSince1970: 0)

  private static func job(
    _ state: JobState, fence: Int64? = 1, percent: Double = 0, attempt: Int = 1, outcome: String? = nil
  ) throws -> Job {
    Job(
      id: id, number: 1, tenant: try #require(TenantID(rawValue: "t_abcdefghijklmnop")), kind: .generation,
      payload: Data(), state: state, attempt: attempt, maxAttempts: 5, crashCount: 0,
      fence: fence.map(Fence.init(rawValue:)), worker: nil, createdBy: "", createdAt: time, runAfter: time,
      startedAt: nil, claimedAt: nil, finishedAt: nil, cancelRequestedAt: nil, phase: nil, percent: percent,
      message: nil, progressAt: nil, outcome: outcome.map { Data($0.utf8) }, errorClass: nil, errorCode: nil,
      errorMessage: nil)
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

  @Test func theLastLineSaysWhatCameOfIt() throws {
    func last(_ state: JobState, _ outcome: String?) throws -> ProgressReading {
      var machine = ProgressFeedStateMachine(job: try Self.job(.running))
      _ = machine.eventArrived(Self.event(97))
      let job = try Self.job(state, percent: state == .completed ? 100 : 97, outcome: outcome)
      guard case .end(let frame) = machine.jobRead(job) else { throw Unexpected() }
      return frame.reading
    }
    let done = try last(.completed, #"{"variants":5,"certified":4,"unplaced":0}"#)
    #expect(done.message == "Completed: 5 variants, 4 verified." && done.phase == "completed" && done.percent == 100)
    #expect(try last(.cancelled, nil).message == "Cancelled.")
    #expect(try last(.cancelled, #"{"variants":1,"certified":1}"#).message?.contains("kept: 1 variant.") == true)
    #expect(try last(.dead, nil).phase == "dead")
  }

  private struct Unexpected: Error {}

  @Test func aNewWatcherSeesTheNewestEventFirstAndWhoComesBackTheNextOne() throws {
    var new = ProgressFeedStateMachine(job: try Self.job(.running, percent: 5))
    #expect(Self.sent(new.begin(newest: Self.event(3))) == "1-3")
    var back = ProgressFeedStateMachine(job: try Self.job(.running, percent: 5), after: "1-1")
    #expect(Self.sent(back.begin(newest: Self.event(3))) == "postgres")
    #expect(Self.sent(back.eventArrived(Self.event(2))) == "1-2")
    var without = ProgressFeedStateMachine(job: try Self.job(.running, percent: 5))
    #expect(Self.sent(without.begin(newest: nil)) == "postgres")
  }

  @Test func anUnchangedJobIsNotRepeated() throws {
    var machine = ProgressFeedStateMachine(job: try Self.job(.queued, fence: nil))
    #expect(Self.sent(machine.jobRead(try Self.job(.queued, fence: nil))) == "postgres")
    #expect(machine.jobRead(try Self.job(.queued, fence: nil)) == .none)
    #expect(Self.sent(machine.jobRead(try Self.job(.running))) == "postgres")
  }

  /// Whatever order events and rows arrive in: ids rise, percents do not fall, the row's neither.
  @Test func randomArrivalsNeverStepBack() throws {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<500 {
      var machine = ProgressFeedStateMachine(job: try Self.job(.running))
      var last: (Int64, Int64) = (0, 0)
      var percent = 0.0
      var fence: Int64 = 1
      func see(_ action: ProgressFeedStateMachine.Action) {
        guard case .send(let frame) = action else { return }
        #expect(frame.reading.percent >= percent)
        percent = frame.reading.percent
        guard let id = frame.eventID.flatMap(Jobs.Progress.parse(eventID:)) else { return }
        #expect((id.fence.rawValue, id.seq) > last)
        last = (id.fence.rawValue, id.seq)
      }
      for _ in 0..<40 {
        if Bool.random(using: &generator) {
          let row = Double.random(in: 0...60, using: &generator)
          see(machine.jobRead(try Self.job(.running, fence: fence, percent: row, attempt: Int(fence))))
          continue
        }
        let event = Self.event(.random(in: 1...20, using: &generator), fence: .random(in: 1...3, using: &generator))
        let action = machine.eventArrived(event)
        see(action)
        guard action == .readJob else { continue }
        fence = event.fence.rawValue
        see(machine.jobRead(try Self.job(.running, fence: fence, attempt: Int(fence))))
        see(machine.eventArrived(event))
      }
    }
  }
}
