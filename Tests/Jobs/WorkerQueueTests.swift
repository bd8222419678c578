import Foundation
import Jobs
import Postgres
import Tenancy
import Testing
import TestTenants

private let nothing = Data("{}".utf8)

@Suite struct WorkerQueueTests {
  @Test func resultsAndTheEndOfTheJobAreOneTransaction() async throws {
    struct Broken: Error {}
    try await Installation.with { installation in
      let job = newJob()
      try await installation.enqueue(job)
      let worker = installation.worker()
      let claim = try #require(try await worker.claim())
      #expect(claim.job.state == .running && claim.job.attempt == 1 && claim.job.fence == claim.fence)
      let context = try installation.context()
      await #expect(throws: Broken.self) {
        try await worker.complete(claim, outcome: nothing, for: context) { transaction in
          try await transaction.sql.execute(mark, "half")
          throw Broken()
        }
      }
      #expect(try await installation.job(job.id)?.state == .running)
      #expect(
        try await worker.complete(claim, outcome: nothing, for: context) { try await $0.sql.execute(mark, "whole") }
          == .completed)
      #expect(
        try await worker.complete(claim, outcome: nothing, for: context) { try await $0.sql.execute(mark, "twice") }
          == .alreadyCompleted)
      #expect(try await installation.transaction { try await $0.sql.run(marks) } == ["whole"])
      let done = try await installation.job(job.id)
      #expect(done?.state == .completed && done?.percent == 100)
      #expect(try await installation.leaks() == 0)
    }
  }

  @Test func aWorkerThatWasAwayCanHarmNothing() async throws {
    try await Installation.with { installation in
      let job = newJob()
      try await installation.enqueue(job)
      let (away, other) = (installation.worker("away"), installation.worker("other"))
      let old = try #require(try await away.claim())
      try await installation.expireLeases()
      #expect(try await other.rescue().map(\.outcome) == [.retry(after: .zero)])
      let new = try #require(try await other.claim())
      #expect(new.fence > old.fence && new.job.attempt == 2 && new.job.crashCount == 1)

      #expect(try await away.heartbeat(old) == .lost)
      #expect(
        try await away.complete(old, outcome: nothing, for: installation.context()) {
          try await $0.sql.execute(mark, "zombie")
        } == .refused(.lost))
      #expect(try await away.fail(old, JobFailure(.transient, code: "x", message: "x")) == .lost)
      #expect(try await away.release(old) == false)
      #expect(try await away.cancelled(old) == false)
      #expect(try await installation.job(job.id)?.fence == new.fence)
      #expect(try await other.complete(new, outcome: nothing, for: installation.context()) { _ in } == .completed)
      #expect(try await installation.transaction { try await $0.sql.run(marks) }.isEmpty)
    }
  }

  @Test func anExpiredLeaseIsRescuedExactlyOnce() async throws {
    try await Installation.with(connections: 10) { installation in
      try await installation.enqueue()
      _ = try #require(try await installation.worker().claim())
      #expect(try await installation.worker().rescue().isEmpty, "a lease in force is left alone")
      try await installation.expireLeases()
      let rescued = try await withThrowingTaskGroup { group in
        for number in 0..<16 { group.addTask { try await installation.worker("w\(number)").rescue() } }
        return try await group.reduce(into: [Rescued]()) { $0 += $1 }
      }
      #expect(rescued.count == 1)
      #expect(try await installation.leaks() == 0)
    }
  }

  @Test func aJobThatKillsThreeWorkersIsDead() async throws {
    try await Installation.with { installation in
      let job = newJob()
      try await installation.enqueue(job)
      let worker = installation.worker()
      for crash in 1...3 {
        try await installation.makeDue()
        _ = try #require(try await worker.claim(), "crash \(crash)")
        try await installation.expireLeases()
        _ = try await worker.rescue()
      }
      let dead = try await installation.job(job.id)
      #expect(dead?.state == .dead && dead?.crashCount == 3 && dead?.errorCode == "worker.lost")
      try await installation.enqueue()
      #expect(try await worker.claim() != nil, "others are not affected")
      #expect(try await installation.leaks() == 0)
    }
  }

  @Test func transientErrorsAreRetriedUntilTheAttemptsAreUsedUp() async throws {
    try await Installation.with { installation in
      let job = newJob(maxAttempts: 3)
      try await installation.enqueue(job)
      let worker = installation.worker()
      for attempt in 1...3 {
        try await installation.makeDue()
        let claim = try #require(try await worker.claim())
        let reply = try await worker.fail(claim, JobFailure(.transient, code: "net.down", message: "The net is down."))
        if case .retry = reply { #expect(attempt < 3) } else { #expect(attempt == 3 && reply == .dead) }
      }
      #expect(try await installation.job(job.id)?.errorMessage == "The net is down.")
    }
  }

  @Test func permanentErrorsAreNotRetried() async throws {
    try await Installation.with { installation in
      let job = newJob()
      try await installation.enqueue(job)
      let worker = installation.worker()
      let claim = try #require(try await worker.claim())
      #expect(try await worker.fail(claim, JobFailure(.permanent, code: "input.bad", message: "No.")) == .failed)
      #expect(try await installation.job(job.id)?.state == .failed)
      #expect(try await worker.claim() == nil)
    }
  }

  @Test func aReleasedJobHasLostNoAttempt() async throws {
    try await Installation.with { installation in
      try await installation.enqueue()
      let worker = installation.worker()
      let claim = try #require(try await worker.claim())
      #expect(try await worker.release(claim))
      let again = try #require(try await worker.claim())
      #expect(again.job.id == claim.job.id && again.job.attempt == 1 && again.fence > claim.fence)
    }
  }

  @Test func aHeartbeatKeepsTheBarFromFalling() async throws {
    try await Installation.with { installation in
      let job = newJob()
      try await installation.enqueue(job)
      let worker = installation.worker()
      let claim = try #require(try await worker.claim())
      for percent in [10.0, 40, 30, 100] {
        #expect(
          try await worker.heartbeat(
            claim, progress: CoarseProgress(phase: "annealing", percent: percent, message: "m")) == .held)
      }
      let running = try #require(try await installation.job(job.id))
      #expect(running.percent == 99.9 && running.phase == "annealing")
      let reading = ProgressReading.merge(job: running, cached: nil)
      #expect(reading.percent == 99.9 && !reading.isLive)
      var sequence = ProgressSequence(job: job.id, fence: Fence(rawValue: claim.fence.rawValue - 1))
      let stale = sequence.next(phase: "old", fraction: 0.1, message: "old", at: Date())
      #expect(
        ProgressReading.merge(job: running, cached: stale).phase == "annealing", "another claim's event is not shown")
      var own = ProgressSequence(job: job.id, fence: claim.fence)
      let live = own.next(phase: "genetic", fraction: 0.2, message: "new", at: Date())
      #expect(ProgressReading.merge(job: running, cached: live).phase == "genetic")
      #expect(ProgressReading.merge(job: running, cached: live).percent == 99.9)
    }
  }

  @Test func cancelledWhileItsWorkerIsDeadTheSweepEndsIt() async throws {
    try await Installation.with { installation in
      let job = newJob()
      try await installation.enqueue(job)
      let worker = installation.worker()
      _ = try #require(try await worker.claim())
      _ = try await installation.transaction { try await JobQueue().cancel(job.id, in: $0) }
      try await installation.expireLeases()
      #expect(try await worker.rescue().map(\.outcome) == [.cancelled])
      #expect(try await installation.job(job.id)?.state == .cancelled)
      #expect(try await installation.leaks() == 0)
    }
  }

  /// A claim may hold the row of a slot that a rival took while it waits for its tenant's fair share: whoever ends the
  /// rival's job must not wait for that slot with the share in hand.
  @Test func whoEndsAJobWaitsForItsSlotWithoutHoldingTheFairShare() async throws {
    try await Installation.with(connections: 3) { installation in
      try await installation.enqueue()
      let worker = installation.worker()
      let claim = try #require(try await worker.claim())
      try await withThrowingTaskGroup(of: Void.self) { group in
        try await installation.pool.withControlTransaction(deadline: .seconds(30)) { sql in
          try await sql.execute(holdSlots)
          group.addTask { _ = try await worker.release(claim) }
          while try await sql.first(waiting) == 0 {}
          #expect(try await sql.run(freeShares).count == 1)
        }
        try await group.waitForAll()
      }
      #expect(try await installation.job(claim.job.id)?.state == .queued)
    }
  }

  /// 12 claimers, 6 tenants with caps from 1 to 3, every attempt ended one way or another.
  @Test func noTenantEverRunsMoreThanItsSlots() async throws {
    var quotas = QuotaOverrides()
    quotas.runningJobs = 2
    quotas.queuedJobs = 100
    try await Installation.with(tenants: 6, quotas: quotas, connections: 12) { installation in
      for tenant in 0..<6 { for _ in 0..<25 { try await installation.enqueue(tenant: tenant) } }
      let fences = try await withThrowingTaskGroup { group in
        for number in 0..<12 {
          group.addTask {
            var generator = Seeded(state: UInt64(number))
            let worker = installation.worker("w\(number)")
            var fences: [Held] = []
            while fences.count < 200, let claim = try await claimPatiently(worker) {
              fences.append(Held(tenant: claim.tenant, fence: claim.fence))
              switch UInt8.random(in: 0..<10, using: &generator) {
              case 0: _ = try await worker.release(claim)
              case 1: _ = try await worker.fail(claim, JobFailure(.permanent, code: "x", message: "x"))
              default:
                guard let tenant = installation.tenants.firstIndex(where: { $0.id == claim.tenant }) else { continue }
                _ = try await worker.complete(claim, outcome: nothing, for: installation.context(tenant)) { _ in }
              }
            }
            return fences
          }
        }
        return try await group.reduce(into: [[Held]]()) { $0.append($1) }
      }
      let all = fences.flatMap { $0 }
      #expect(all.count >= 150 && Set(all).count == all.count)
      for own in fences {
        for (tenant, held) in Dictionary(grouping: own, by: \.tenant) {
          #expect(held.map(\.fence) == held.map(\.fence).sorted(), "fences of \(tenant) rise in the order of claims")
        }
      }
      let peaks = try await installation.peaks()
      #expect(peaks.count == 6 && peaks.values.allSatisfy { (1...2).contains($0) }, "\(peaks)")
      #expect(try await installation.leaks() == 0)
      #expect(try await installation.worker().backlog().queued == 0)
    }
  }

  @Test func aTenantWithOneJobIsNotBehindOneWithMany() async throws {
    var quotas = QuotaOverrides()
    quotas.runningJobs = 1
    quotas.queuedJobs = 100
    try await Installation.with(tenants: 2, quotas: quotas) { installation in
      for _ in 0..<20 { try await installation.enqueue(tenant: 0) }
      let worker = installation.worker()
      let first = try #require(try await worker.claim())
      try await installation.enqueue(tenant: 1)
      _ = try await worker.complete(first, outcome: nothing, for: installation.context(0)) { _ in }
      let second = try #require(try await worker.claim())
      #expect(second.tenant == installation.tenants[1].id)
    }
  }

  /// A fence counts its tenant's claims alone.
  private struct Held: Hashable {
    var tenant: TenantID
    var fence: Fence
  }

  private func claimPatiently(_ worker: WorkerQueue) async throws -> Claim? {
    for _ in 0..<50 {
      if let claim = try await worker.claim() { return claim }
      if try await worker.backlog().queued == 0 { return nil }
    }
    return nil
  }
}

private let holdSlots = Statement<Void, Void>("SELECT FROM horarium.slot FOR UPDATE")
private let waiting = Statement<Void, Int>(
  """
  SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))
  """
) { (row: inout RowReader) throws(RowError) in Int(try row.int()) }
private let freeShares = Statement<Void, String>("SELECT tenant FROM horarium.fair_share FOR UPDATE SKIP LOCKED") {
  (row: inout RowReader) throws(RowError) in try row.text()
}
private let mark = Statement<String, Void>("INSERT INTO revoked_session (id, ends_at) VALUES ($1, now())") {
  [.text($0)]
}
private let marks = Statement<Void, String>("SELECT id FROM revoked_session ORDER BY id") {
  (row: inout RowReader) throws(RowError) in try row.text()
}
