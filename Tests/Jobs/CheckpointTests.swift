import Foundation
import Jobs
import Postgres
import Testing
import TestTenants

@Suite struct CheckpointTests {
  private func checkpoint(_ number: Int, _ fraction: Double, _ text: String = "body") -> StoredCheckpoint {
    StoredCheckpoint(number: number, fraction: fraction, seconds: fraction * 10, body: Data(text.utf8))
  }

  private func cancel(_ id: JobID, keep: Bool = true, in installation: Installation) async throws -> CancelOutcome {
    try await installation.transaction { try await JobQueue().cancel(id, keepsBest: keep, in: $0) }
  }

  private func stored(_ installation: Installation) async throws -> Int64? {
    try await installation.pool.withControlTransaction { try await $0.first(count) }
  }

  /// Enqueues, claims and stores a checkpoint.
  private func claimed(_ installation: Installation, _ worker: WorkerQueue) async throws -> Claim {
    try await installation.enqueue()
    let claim = try #require(try await worker.claim())
    #expect(try await worker.store([checkpoint(1, 0.5)], of: claim))
    return claim
  }

  @Test func theNextAttemptFindsWhatTheLastOneOfEachVariantWas() async throws {
    try await Installation.with { installation in
      let first = installation.worker("w1")
      try await installation.enqueue()
      let old = try #require(try await first.claim())
      for fraction in [0.1, 0.2, 0.3] { #expect(try await first.store([checkpoint(1, fraction)], of: old)) }
      #expect(try await first.store([checkpoint(1, 0.4, "done"), checkpoint(2, 0.4)], of: old))
      #expect(try await stored(installation) == 2)
      try await installation.expireLeases()
      #expect(try await first.rescue().count == 1)
      let second = installation.worker("w2")
      let new = try #require(try await second.claim())
      #expect(new.fence > old.fence)
      let found = try await second.checkpoints(of: new)
      #expect(found == [checkpoint(1, 0.4, "done"), checkpoint(2, 0.4)])
      // The one that was away comes back: it changes nothing.
      #expect(try await first.store([checkpoint(1, 0.9), checkpoint(3, 0.9)], of: old) == false)
      #expect(try await second.checkpoints(of: new) == found)
    }
  }

  @Test func checkpointsGoWithTheirJobHoweverItEnds() async throws {
    try await Installation.with { installation in
      let worker = installation.worker()
      let context = try installation.context()
      let ends: [@Sendable (Claim) async throws -> Void] = [
        { _ = try await worker.complete($0, outcome: Data("{}".utf8), for: context) { _ in } },
        { _ = try await worker.fail($0, JobFailure(.permanent, code: "x", message: "x")) },
        {
          _ = try await cancel($0.job.id, keep: false, in: installation)
          _ = try await worker.cancelled($0)
        },
        {
          _ = try await cancel($0.job.id, in: installation)
          _ = try await worker.keep($0, outcome: Data("{}".utf8), for: context) { _ in }
        },
        {
          // Back in the queue it keeps them; cancelled there, it loses them.
          _ = try await worker.release($0)
          #expect(try await stored(installation) == 1)
          _ = try await cancel($0.job.id, keep: false, in: installation)
        },
      ]
      for end in ends {
        try await end(try await claimed(installation, worker))
        #expect(try await stored(installation) == 0)
        #expect(try await installation.leaks() == 0)
      }
    }
  }

  @Test func aCancelThatKeepsEndsTheJobAsCancelledWithItsResults() async throws {
    try await Installation.with { installation in
      let worker = installation.worker()
      let claim = try await claimed(installation, worker)
      #expect(
        try await worker.keep(claim, outcome: Data("{}".utf8), for: installation.context()) { _ in } == .refused(.held))
      guard case .requested = try await cancel(claim.job.id, in: installation) else { return #expect(Bool(false)) }
      #expect(try await worker.heartbeat(claim) == .keepRequested)
      let outcome = Data(#"{"variants":1,"certified":1}"#.utf8)
      #expect(
        try await worker.complete(claim, outcome: outcome, for: installation.context()) { _ in }
          == .refused(.keepRequested))
      for expected in [CompletionReply.completed, .alreadyCompleted] {
        #expect(try await worker.keep(claim, outcome: outcome, for: installation.context()) { _ in } == expected)
      }
      let job = try #require(try await installation.job(claim.job.id))
      #expect(job.state == .cancelled && job.percent < 100 && job.ending?.variants == 1)
      #expect(ProgressReading.merge(job: job, cached: nil).message?.contains("kept: 1 variant") == true)
      #expect(try await installation.leaks() == 0)
    }
  }

  @Test func aCancelThatKeepsNothingIsNotTurnedIntoOneThatDoes() async throws {
    try await Installation.with { installation in
      let worker = installation.worker()
      let claim = try await claimed(installation, worker)
      _ = try await cancel(claim.job.id, keep: false, in: installation)
      _ = try await cancel(claim.job.id, in: installation)
      #expect(try await worker.heartbeat(claim) == .cancelRequested)
      let reply = try await worker.keep(claim, outcome: Data("{}".utf8), for: installation.context()) { _ in
        #expect(Bool(false), "nobody asked for it")
      }
      #expect(reply == .refused(.cancelRequested))
    }
  }

  /// The worker dies between the cancel and the keeping: the job waits for another, which finds the checkpoint.
  @Test func whatWasToBeKeptIsNotLostWithItsWorker() async throws {
    try await Installation.with { installation in
      let worker = installation.worker()
      let claim = try await claimed(installation, worker)
      _ = try await cancel(claim.job.id, in: installation)
      try await installation.expireLeases()
      #expect(try await worker.rescue().map(\.outcome) == [.retry(after: .zero)])
      let again = try #require(try await worker.claim())
      #expect(again.job.id == claim.job.id && again.job.keepsBest)
      #expect(try await worker.checkpoints(of: again).count == 1)
      #expect(
        try await worker.keep(again, outcome: Data("{}".utf8), for: installation.context()) { _ in } == .completed)
      #expect(try await installation.job(claim.job.id)?.state == .cancelled)
    }
  }

  @Test func whatCannotBeKeptAgainAndAgainIsGivenUp() async throws {
    try await Installation.with { installation in
      let worker = installation.worker()
      let claim = try await claimed(installation, worker)
      _ = try await cancel(claim.job.id, in: installation)
      var claims = 1
      try await installation.expireLeases()
      while try await worker.rescue().map(\.outcome) == [.retry(after: .zero)] {
        claims += try await worker.claim() == nil ? 100 : 1
        try await installation.expireLeases()
      }
      #expect(claims == claim.job.maxAttempts)
      #expect(try await installation.job(claim.job.id)?.state == .cancelled)
      #expect(try await stored(installation) == 0)
    }
  }

  @Test func aWaitingJobIsCancelledAtOnceUnlessAnEarlierAttemptHasLeftSomething() async throws {
    try await Installation.with { installation in
      let worker = installation.worker()
      let claim = try await claimed(installation, worker)
      _ = try await worker.fail(claim, JobFailure(.transient, code: "x", message: "x"))
      guard case .requested(let waits) = try await cancel(claim.job.id, in: installation) else {
        return #expect(Bool(false), "there is something to keep")
      }
      #expect(waits.state == .queued && waits.keepsBest)
      // It need not wait for the time of its retry.
      #expect(try await worker.claim()?.job.id == claim.job.id)
      let fresh = newJob()
      try await installation.enqueue(fresh)
      guard case .cancelled = try await cancel(fresh.id, in: installation) else { return #expect(Bool(false)) }
    }
  }

  /// Exactly one conclusion, and results exactly where it says so.
  @Test func cancelsKeepsAndCompletionsThatRaceEndTheJobOnce() async throws {
    try await Installation.with { installation in
      let worker = installation.worker()
      let context = try installation.context()
      for round in 0..<40 {
        let claim = try await claimed(installation, worker)
        let replies = try await withThrowingTaskGroup(of: CompletionReply?.self) { group in
          group.addTask {
            _ = try await cancel(claim.job.id, keep: round % 2 == 0, in: installation)
            return nil
          }
          group.addTask {
            let outcome = Data(#"{"variants":2,"certified":2}"#.utf8)
            let reply = try await worker.complete(claim, outcome: outcome, for: context) { _ in }
            guard reply == .refused(.keepRequested) else { return reply }
            return try await worker.keep(claim, outcome: outcome, for: context) { _ in }
          }
          return try await group.reduce(into: [CompletionReply]()) { if let reply = $1 { $0.append(reply) } }
        }
        if replies == [.refused(.cancelRequested)] { #expect(try await worker.cancelled(claim)) }
        let job = try #require(try await installation.job(claim.job.id))
        #expect(job.state == .completed || job.state == .cancelled)
        #expect((job.ending != nil) == (replies == [.completed]), "\(job.state) after \(replies)")
        #expect(try await installation.leaks() == 0)
      }
    }
  }

  @Test func aTenantSeesItsOwnCheckpointsAndWritesNone() async throws {
    try await Installation.with(tenants: 2) { installation in
      _ = try await claimed(installation, installation.worker())
      #expect(try await installation.transaction(0) { try await $0.sql.first(count) } == 1)
      #expect(try await installation.transaction(1) { try await $0.sql.first(count) } == 0)
      for statement in [forget, forge] {
        let error = await #expect(throws: PostgresError.self) {
          try await installation.transaction(0) { try await $0.sql.execute(statement) }
        }
        #expect(error?.isServerError(SQLState.insufficientPrivilege) == true)
      }
    }
  }
}

private let count = Statement<Void, Int64>("SELECT count(*) FROM horarium.checkpoint") {
  (row: inout RowReader) throws(RowError) in try row.int()
}
private let forget = Statement<Void, Void>("DELETE FROM horarium.checkpoint")
private let forge = Statement<Void, Void>("UPDATE horarium.checkpoint SET fraction = 1")
