import Foundation
import Jobs
import Tenancy
import Testing

@Suite struct WaitingTimeTests {
  private static let a = TenantID(rawValue: "t_aaaaaaaaaa")!
  private static let b = TenantID(rawValue: "t_bbbbbbbbbb")!
  private static let mine = JobID(rawValue: UUID())

  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var load: Workload
    var wait: Double?
  }

  private static func job(_ tenant: TenantID, _ seconds: Double, dueIn: Double = 0) -> Workload.Waiting {
    Workload.Waiting(job: JobID(rawValue: UUID()), tenant: tenant, seconds: seconds, dueIn: dueIn)
  }

  private static func job(_ seconds: Double, dueIn: Double = 0) -> Workload.Waiting { job(a, seconds, dueIn: dueIn) }

  private static func me(_ seconds: Double = 10, dueIn: Double = 0) -> Workload.Waiting {
    Workload.Waiting(job: mine, tenant: a, seconds: seconds, dueIn: dueIn)
  }

  private static func load(
    _ places: Int, running: [Workload.Running] = [], waiting: [Workload.Waiting], slots: Int = 2, weightOfB: Double = 1,
    timeOfA: Double = 0
  ) -> Workload {
    Workload(
      places: places, running: running, waiting: waiting,
      shares: [
        .init(tenant: a, virtualTime: timeOfA, slots: slots), .init(tenant: b, weight: weightOfB, slots: slots),
      ])
  }

  static let cases = [
    Case(testDescription: "a worker with room takes it now", load: load(1, waiting: [me()]), wait: 0),
    Case(testDescription: "no worker lives", load: load(0, waiting: [me()]), wait: nil),
    Case(
      testDescription: "the only worker is busy for 300 s with somebody else",
      load: load(1, running: [.init(tenant: b, seconds: 300)], waiting: [me()]), wait: 300),
    Case(
      testDescription: "37 of its own 40 s are left of the one that runs",
      load: load(1, running: [.init(tenant: a, seconds: 37)], waiting: [me()]), wait: 37),
    Case(
      testDescription: "a second worker has room, but the tenant has no slot",
      load: load(2, running: [.init(tenant: a, seconds: 37)], waiting: [me()], slots: 1), wait: 37),
    Case(
      testDescription: "three before it on one worker",
      load: load(1, waiting: [job(100), job(20), job(3), me()]), wait: 123),
    Case(
      testDescription: "three before it on two workers",
      load: load(2, waiting: [job(100), job(20), job(30), me()]), wait: 50),
    Case(
      testDescription: "another tenant's jobs come in turn, not all before it",
      load: load(1, waiting: [job(b, 50), job(b, 50), job(b, 50), job(30), me()]), wait: 80),
    Case(
      testDescription: "who has had more of the workers waits for the other",
      load: load(1, waiting: [me(), job(b, 50)], timeOfA: 1000), wait: 50),
    Case(
      testDescription: "what runs on a worker that shuts down makes no room",
      load: load(
        1, running: [.init(tenant: a, seconds: 5, holdsPlace: false), .init(tenant: b, seconds: 60)], waiting: [me()]),
      wait: 60),
    Case(
      testDescription: "a pause before the next attempt is waited for", load: load(1, waiting: [me(dueIn: 12)]),
      wait: 12),
    Case(
      testDescription: "one that pauses is overtaken by one that is due",
      load: load(1, waiting: [job(40, dueIn: 30), me()]), wait: 0),
    Case(
      testDescription: "a job over its time is still in the way",
      load: load(1, running: [.init(tenant: a, seconds: 0)], waiting: [me()]), wait: 1),
    Case(testDescription: "a tenant without a slot never runs", load: load(1, waiting: [me()], slots: 0), wait: nil),
    Case(testDescription: "a job that is not waiting", load: load(1, waiting: [job(5)]), wait: nil),
  ]

  @Test(arguments: cases) func theWaitIsWhatTheWorkersWillDo(_ instance: Case) {
    #expect(instance.load.secondsUntilStart(of: Self.mine) == instance.wait)
  }

  @Test func aTenantOfTwiceTheWeightIsServedTwiceAsOften() {
    let rivals = (0..<40).map { _ in Self.job(Self.b, 10) }
    let own = (0..<10).map { _ in Self.job(10) }
    let wait = Self.load(1, waiting: rivals + own + [Self.me()], weightOfB: 2).secondsUntilStart(of: Self.mine)
    // Ten of mine, and about twenty of the other's meanwhile.
    #expect(wait.map { (280...320).contains($0) } == true, "\(String(describing: wait))")
  }

  @Test func everyPlaceInALongQueueIsForeseen() {
    let queue = (0..<1000).map { Self.job($0 % 2 == 0 ? Self.a : Self.b, 1) }
    #expect(Self.load(2, waiting: queue + [Self.me()]).secondsUntilStart(of: Self.mine).map { $0 >= 499 } == true)
  }
}
