import Foundation
import Jobs
import Persistence
import Postgres
import Tenancy
import Testing
import TestTenants

@Suite struct JobQueueTests {
  @Test func anEnqueuedJobCanBeReadAndListed() async throws {
    try await Installation.with { installation in
      let jobs = [newJob(), newJob(), newJob()]
      for job in jobs { try await installation.enqueue(job) }
      let page = try await installation.transaction { try await JobQueue().jobs(limit: 2, in: $0) }
      let cursor = try #require(page.last?.number)
      let rest = try await installation.transaction { try await JobQueue().jobs(before: cursor, limit: 2, in: $0) }
      #expect((page + rest).map(\.id) == jobs.reversed().map(\.id))
      let stored = try #require(try await installation.job(jobs[0].id))
      #expect(stored.state == .queued && stored.createdBy == "tester" && stored.fence == nil)
      #expect(try await installation.transaction { try await JobQueue().jobs(state: .running, in: $0) }.isEmpty)
    }
  }

  @Test func theAuditChainTellsWhoQueuedAndCancelledAJobOnce() async throws {
    try await Installation.with { installation in
      let job = newJob()
      let key = IdempotencyKey(key: "abc", requestHash: Array(repeating: 7, count: 32))
      for _ in 1...2 { try await installation.enqueue(job, idempotency: key) }
      for _ in 1...2 { _ = try await installation.transaction { try await JobQueue().cancel(job.id, in: $0) } }
      let rows = try await installation.transaction { try await $0.audit() }
      let ofJob = rows.reversed().filter { $0.subject == "job:\(job.id)" }
      #expect(ofJob.map(\.action) == ["job.queued", "job.cancel-requested"])
      #expect(ofJob.allSatisfy { $0.actor == "tester" })
    }
  }

  @Test func aHundredEqualRequestsMakeOneJob() async throws {
    try await Installation.with(connections: 12) { installation in
      let key = IdempotencyKey(key: "abc", requestHash: Array(repeating: 7, count: 32))
      let outcomes = try await withThrowingTaskGroup { group in
        for _ in 0..<100 { group.addTask { try await installation.enqueue(newJob(), idempotency: key) } }
        return try await group.reduce(into: [EnqueueOutcome]()) { $0.append($1) }
      }
      let fresh = outcomes.filter { if case .enqueued = $0 { true } else { false } }
      #expect(fresh.count == 1)
      #expect(Set(outcomes.map(\.job.id)).count == 1)
      #expect(try await installation.transaction { try await JobQueue().jobs(in: $0) }.count == 1)
      let other = IdempotencyKey(key: "abc", requestHash: Array(repeating: 8, count: 32))
      await #expect(throws: EnqueueRefusal.keyReused("abc")) {
        try await installation.enqueue(newJob(), idempotency: other)
      }
    }
  }

  @Test func aJobThatIsWantedOnceIsQueuedOnce() async throws {
    try await Installation.with { installation in
      let first = newJob(dedupeKey: "autumn")
      try await installation.enqueue(first)
      let second = try await installation.enqueue(newJob(dedupeKey: "autumn"))
      #expect(second.job.id == first.id)
      guard case .duplicate = second else { return #expect(Bool(false), "\(second)") }
    }
  }

  @Test func theQueueLimitHoldsUnderARush() async throws {
    var quotas = QuotaOverrides()
    quotas.queuedJobs = 5
    try await Installation.with(quotas: quotas, connections: 12) { installation in
      let refusals = await withTaskGroup(of: EnqueueRefusal?.self) { group in
        for _ in 0..<20 {
          group.addTask {
            do {
              try await installation.enqueue()
              return nil
            } catch { return error as? EnqueueRefusal }
          }
        }
        return await group.reduce(into: [EnqueueRefusal]()) { if let refusal = $1 { $0.append(refusal) } }
      }
      #expect(refusals.count == 15)
      #expect(
        refusals.allSatisfy {
          if case .queueFull(limit: 5, queued: 5, position: 6, let wait) = $0 { wait >= .seconds(1) } else { false }
        })
      let queued = try await installation.transaction { try await JobQueue().jobs(in: $0) }
      let position = try await installation.transaction { try await JobQueue().position(queued[0].id, in: $0) }
      #expect(position?.ahead == 4 && position?.running == 0 && position?.limit == 2)
    }
  }

  @Test func secondsAreRefusedAboveTheQuotas() async throws {
    var quotas = QuotaOverrides()
    quotas.solverSecondsPerJob = 100
    quotas.solverSecondsPerMonth = 50
    try await Installation.with(quotas: quotas) { installation in
      await #expect(throws: EnqueueRefusal.secondsPerJobExceeded(limit: 100, requested: 101)) {
        try await installation.enqueue(seconds: 101)
      }
      await #expect(throws: EnqueueRefusal.monthlySecondsExhausted(limit: 50, used: 0, requested: 60)) {
        try await installation.enqueue(seconds: 60)
      }
      try await installation.enqueue(seconds: 40)
    }
  }

  @Test func theLastSecondsOfAMonthArePromisedOnce() async throws {
    var quotas = QuotaOverrides()
    quotas.solverSecondsPerMonth = 100
    try await Installation.with(quotas: quotas) { installation in
      let first = newJob()
      try await installation.enqueue(first, seconds: 90)
      await #expect(throws: EnqueueRefusal.monthlySecondsExhausted(limit: 100, used: 90, requested: 90)) {
        try await installation.enqueue(seconds: 90)
      }
      _ = try await installation.transaction { try await JobQueue().cancel(first.id, in: $0) }
      try await installation.enqueue(seconds: 90)
    }
  }

  @Test func aQueuedJobIsCancelledAtOnceAndARunningOneByItsWorker() async throws {
    try await Installation.with { installation in
      let (waiting, working) = (newJob(), newJob())
      let worker = installation.worker()
      try await installation.enqueue(working)
      let claim = try #require(try await worker.claim())
      try await installation.enqueue(waiting)
      func cancel(_ id: JobID) async throws -> CancelOutcome {
        try await installation.transaction { try await JobQueue().cancel(id, in: $0) }
      }
      guard case .cancelled(let gone) = try await cancel(waiting.id) else { return #expect(Bool(false)) }
      #expect(gone.state == .cancelled && gone.finishedAt != nil)
      guard case .requested = try await cancel(working.id) else { return #expect(Bool(false)) }
      #expect(try await worker.heartbeat(claim) == .cancelRequested)
      let reply = try await worker.complete(claim, outcome: Data("{}".utf8), for: installation.context()) { _ in
        #expect(Bool(false), "no result may land after a cancel")
      }
      #expect(reply == .refused(.cancelRequested))
      #expect(try await worker.cancelled(claim))
      #expect(try await installation.job(working.id)?.state == .cancelled)
      guard case .cancelled = try await cancel(working.id), case .unknown = try await cancel(newJob().id) else {
        return #expect(Bool(false), "asking again changes nothing")
      }
    }
  }
}
