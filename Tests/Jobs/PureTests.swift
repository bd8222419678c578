import Foundation
import Jobs
import Tenancy
import Testing

@Suite struct RetryPolicyTests {
  private let policy = RetryPolicy.standard

  @Test func delaysDoubleFromFiveSecondsToAQuarterOfAnHour() {
    #expect(
      (1...10).map { policy.delay(attempt: $0).components.seconds } == [5, 10, 20, 40, 80, 160, 320, 640, 900, 900])
    #expect(policy.delay(attempt: .max) == .seconds(900))
  }

  @Test func everyVerdictKeepsToItsBounds() {
    for failure in JobFailure.Class.allCases {
      for attempt in 1...6 {
        for crashes in 0...attempt {
          for step in 0...10 {
            let verdict = policy.verdict(
              on: failure, attempt: attempt, of: 5, crashes: crashes, jitter: Double(step) / 10)
            switch verdict {
            case .fail: #expect(failure == .permanent)
            case .die: #expect(failure != .permanent && (attempt >= 5 || failure == .crash && crashes >= 3))
            case .retry(let delay):
              #expect(failure != .permanent && attempt < 5 && (failure != .crash || crashes < 3))
              #expect(delay >= .zero && delay <= policy.delay(attempt: attempt))
            }
          }
        }
      }
    }
  }

  @Test func aFirstCrashIsRetriedAtOnceBecauseItsLeaseHasWaited() {
    #expect(policy.verdict(on: .crash, attempt: 1, of: 5, crashes: 1, jitter: 1) == .retry(after: .zero))
  }
}

@Suite struct ProgressTests {
  private let tenant = TenantID(rawValue: "t_aaaaaaaaaaaaaaaa")!
  private let id = JobID("0190f000-0000-7000-8000-000000000001")!
  private let now = Date(timeIntervalSince1970: 1_800_000_000)

  @Test func thePercentNeverFallsAndNeverReachesAHundred() {
    var sequence = ProgressSequence(job: id, fence: Fence(rawValue: 7))
    var shown: [Double] = []
    for fraction in [0.1, 0.05, .nan, 0.4, -3, 2, 0.9, .infinity] {
      _ = sequence.next(phase: "annealing", fraction: fraction, message: "", at: now)
      sequence.isStored(sequence.reached)
      shown.append(sequence.next(phase: "annealing", fraction: 0, message: "", at: now).percent)
    }
    #expect(shown == [10, 10, 10, 40, 40, 99.9, 99.9, 99.9])
    #expect(sequence.next(phase: "p", fraction: 1, message: "", at: now).seq == 17)
  }

  @Test func noEventSaysMoreThanWhatIsKnownToBeStored() {
    var sequence = ProgressSequence(job: id, fence: Fence(rawValue: 7), stored: 30)
    #expect(sequence.next(phase: "p", fraction: 0.1, message: "", at: now).percent == 30)
    #expect(sequence.next(phase: "p", fraction: 0.5, message: "", at: now).percent == 30)
    #expect(sequence.reached == 50)
    sequence.isStored(45)
    // An answer that was overtaken by a later one.
    sequence.isStored(40)
    #expect(sequence.next(phase: "p", fraction: 0.5, message: "", at: now).percent == 45)
  }

  @Test func eventsSurviveTheirEncoding() throws {
    var sequence = ProgressSequence(job: id, fence: Fence(rawValue: 7), stored: 60)
    let event = sequence.next(
      phase: "genetic", variant: "Balanced", fraction: 0.5, message: "ü\n", etaLow: 1, etaHigh: 2, unplaced: 3,
      cost: 4, gainOfTwiceTheTime: 0.25, at: now)
    let text = try event.encoded()
    #expect(Progress.decoded(text) == event && !text.contains("\n"))
    #expect(Progress.decoded("{}") == nil && Progress.decoded("") == nil)
    let parsed = try #require(Progress.parse(eventID: event.eventID))
    #expect(parsed.fence == event.fence && parsed.seq == 1)
    for bad in ["", "1", "1-", "-1", "1-2-3", "a-b", "1--2"] { #expect(Progress.parse(eventID: bad) == nil) }
  }

  @Test func keysBeginWithTheTenant() {
    let keys = ProgressKeys(tenant: tenant, job: id)
    for key in ProgressScript.keys(keys) { #expect(key.hasPrefix("t:t_aaaaaaaaaaaaaaaa:job:0190f000-")) }
    #expect(Set(ProgressScript.keys(keys)).count == 3)
  }

  @Test func idsMadeLaterSortLater() {
    var generator = Seeded(state: 3)
    let ids = (0..<1000).map { JobID.make(at: now.addingTimeInterval(Double($0)), using: &generator) }
    #expect(ids == ids.sorted())
    #expect(ids.allSatisfy { JobID($0.description) == $0 })
  }

  @Test func timesOfTheDatabaseAreRead() {
    #expect(RowDocument.date("1970-01-01T00:00:00+00:00") == Date(timeIntervalSince1970: 0))
    #expect(RowDocument.date("2026-11-21T08:36:34.5+00:00") == Date(timeIntervalSince1970: 1_795_250_194.5))
    #expect(RowDocument.date("2026-11-21T10:36:34.5+02:00") == Date(timeIntervalSince1970: 1_795_250_194.5))
    #expect(RowDocument.date("2024-02-29T00:00:00Z") == Date(timeIntervalSince1970: 1_709_164_800))
    for bad in ["", "2026-11-21", "2026-11-21T08:36:34.+00", "x026-11-21T08:36:34+00:00"] {
      #expect(RowDocument.date(bad) == nil, "\(bad)")
    }
  }
}
