import Foundation
import Jobs
import Postgres
import Testing
import TestSupport
import TestTenants
import Worker

@Suite struct ReportTests {
  private let failure = JobFailure(.permanent, code: "input.invalid", message: "No grid.")

  /// What the queue says after a report of this end.
  private func state(
    after conclusion: SupervisionStateMachine.Conclusion, cancel: Bool = false, in shop: Shop
  ) async throws -> JobState? {
    let id = try await shop.submit()
    let claim = try #require(try await shop.queue().claim())
    if cancel { _ = try await shop.installation.transaction { try await JobQueue().cancel(id, in: $0) } }
    await JobReport(claim: claim, queue: shop.queue(), logger: shop.logger).send(conclusion)
    let state = try await shop.job(id)?.state
    if state == .queued { _ = try await shop.installation.transaction { try await JobQueue().cancel(id, in: $0) } }
    return state
  }

  @Test func eachConclusionReachesTheQueue() async throws {
    try await Shop.with { shop in
      let failed = try await state(after: .failed(failure), in: shop)
      let cancelled = try await state(after: .cancelled, cancel: true, in: shop)
      let released = try await state(after: .released, in: shop)
      #expect([failed, cancelled, released] == [.failed, .cancelled, .queued])
    }
  }

  /// Already told, or somebody else's: left as they are.
  @Test(arguments: [SupervisionStateMachine.Conclusion.completed, .kept, .abandoned])
  func ofWhatIsToldOtherwiseNothingIsSaid(_ conclusion: SupervisionStateMachine.Conclusion) async throws {
    try await Shop.with { shop in
      let state = try await state(after: conclusion, in: shop)
      #expect(state == .running)
    }
  }

  /// The answer to the COMMIT is lost: the report comes again, finds the claim over, and says nothing twice.
  @Test func aReportWhoseAnswerIsLostIsHeardOnce() async throws {
    try await Shop.with { shop in
      let cutter = try CommitCutter(before: shop.installation.database.app)
      defer { cutter.close() }
      try await PostgresPool.withPool(cutter.configuration, logger: shop.logger) { pool in
        let id = try await shop.submit()
        let claim = try #require(try await shop.queue(pool).claim())
        cutter.cutNext()
        let transient = JobFailure(.transient, code: "solver.not-started", message: "No memory.")
        await JobReport(claim: claim, queue: shop.queue(pool), logger: shop.logger).send(.failed(transient))
        #expect(cutter.cutCount == 1)
        let job = try #require(try await shop.job(id))
        #expect(job.state == .queued && job.attempt == 1 && job.errorCode == "solver.not-started")
        #expect(try await shop.installation.leaks() == 0)
      }
    }
  }
}

@Suite struct ProgressForwarderTests {
  private func with(_ body: @Sendable (Shop, Claim) async throws -> Void) async throws {
    try await Shop.with { shop in
      _ = try await shop.submit()
      try await body(shop, try #require(try await shop.queue().claim()))
    }
  }

  @Test func theBarGoesOnOnceWhatItShowsIsStored() async throws {
    try await with { _, claim in
      let (events, outbox) = AsyncStream.makeStream(of: Jobs.Progress.self)
      var forwarder = ProgressForwarder(claim: claim, outbox: outbox)
      let start = ContinuousClock.now
      func wants(_ after: Duration) -> Bool { forwarder.wantsStoring(at: start + after) }
      let before = wants(.zero)
      forwarder.enter(.verifying, message: "m", fraction: 0.5, at: Date())
      #expect(!before && forwarder.coarse?.percent == 50)
      // Asked for once a second, until it is stored.
      let asked = [wants(.zero), wants(.milliseconds(900)), wants(.seconds(1))]
      forwarder.isStored(50)
      let afterwards = wants(.seconds(9))
      #expect(asked == [true, false, true] && !afterwards)
      forwarder.enter(.verifying, message: "m", fraction: 0.2, at: Date())
      outbox.finish()
      var percents: [Double] = []
      for await event in events { percents.append(event.percent) }
      #expect(percents == [0, 50])
    }
  }

  @Test func aNewAttemptBeginsWhereTheBarStands() async throws {
    try await with { shop, claim in
      _ = try await shop.queue().heartbeat(claim, progress: CoarseProgress(phase: "p", percent: 42, message: "m"))
      _ = try await shop.queue().release(claim)
      let again = try #require(try await shop.queue().claim())
      let (events, outbox) = AsyncStream.makeStream(of: Jobs.Progress.self)
      var forwarder = ProgressForwarder(claim: again, outbox: outbox)
      forwarder.enter(.preparing, message: "m", fraction: 0.1, at: Date())
      outbox.finish()
      for await event in events { #expect(event.percent == 42 && event.fence == again.fence) }
    }
  }
}
