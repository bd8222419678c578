import Foundation
import Jobs
import Optimization
import Persistence
import Postgres
import Testing
import TestSupport
import TestTenants
import Worker

/// The one place where work could be lost or doubled: the end of a job.
@Suite struct StoringTests {
  /// A claimed job with everything loaded, its worker's statements going through a cutter.
  private func with(
    variants: Int = 2,
    _ body: @Sendable (Shop, CommitCutter, Claim, JobRun, Preparation) async throws -> Void
  ) async throws {
    try await Shop.with { shop in
      let cutter = try CommitCutter(before: shop.installation.database.app)
      defer { cutter.close() }
      try await PostgresPool.withPool(cutter.configuration, logger: shop.logger) { pool in
        _ = try await shop.submit(variants: variants)
        let claim = try #require(try await shop.queue().claim())
        let run = JobRun(
          claim: claim, sentAt: .now, workshop: try shop.workshop(pool), logger: shop.logger)
        guard case .prepared(let preparation) = await run.prepare() else {
          Issue.record("the job was not loaded")
          return
        }
        try await body(shop, cutter, claim, run, preparation)
      }
    }
  }

  private func reply(_ event: JobRun.Event) -> CompletionReply? {
    if case .stored(let reply) = event { reply } else { nil }
  }

  @Test(arguments: [0, 1, 2])
  func aCompletionWhoseAnswerIsLostIsThereOnce(_ lost: Int) async throws {
    try await with { shop, cutter, claim, run, preparation in
      let generation = try tinyGeneration(variants: 2)
      cutter.cutNext(lost)
      #expect(reply(await run.store(generation, of: preparation)) == (lost == 0 ? .completed : .alreadyCompleted))
      #expect(cutter.cutCount == min(lost, 2))
      let job = try #require(try await shop.job(claim.job.id))
      #expect(job.state == .completed && job.ending?.variants == 2 && job.ending?.certified == 2)
      #expect(try await shop.variants(claim.job.id).map(\.name) == ["v0", "v1"])
      #expect(try await shop.installation.leaks() == 0)
    }
  }

  @Test func whatACancelKeepsIsThereOnceThoughItsAnswerIsLost() async throws {
    try await with { shop, cutter, claim, run, preparation in
      _ = try await shop.installation.transaction { try await JobQueue().cancel(claim.job.id, keepsBest: true, in: $0) }
      cutter.cutNext()
      let kept = Kept(at: .cancel, after: 12, of: 30)
      let generation = try tinyGeneration()
      #expect(reply(await run.store(generation, of: preparation, kept: kept)) == .alreadyCompleted)
      #expect(cutter.cutCount == 1)
      #expect(try await shop.job(claim.job.id)?.state == .cancelled)
      let variants = try await shop.variants(claim.job.id)
      #expect(variants.map(\.facts.kept) == [kept])
      #expect(variants.first?.facts.certificate != nil)
      #expect(String(decoding: variants[0].notes, as: UTF8.self).contains("Kept after 12 of 30 s"))
    }
  }

  @Test func nothingIsStoredOfAJobThatIsSomebodyElses() async throws {
    try await with { shop, _, claim, run, preparation in
      try await shop.installation.expireLeases()
      #expect(try await shop.queue().rescue().count == 1)
      let generation = try tinyGeneration()
      #expect(reply(await run.store(generation, of: preparation)) == .refused(.lost))
      #expect(try await shop.variants(claim.job.id).isEmpty)
    }
  }

  @Test func whatCannotBeStoredAtAllSaysSoAndLeavesTheJobAsItIs() async throws {
    try await with { shop, _, claim, run, preparation in
      var generation = try tinyGeneration()
      // Two of one name are two rows of one job; six are one more than a job may have.
      generation.variants = Array(repeating: generation.variants[0], count: 6)
      guard case .couldNotGoOn(let failure) = await run.store(generation, of: preparation) else {
        return #expect(Bool(false), "six variants were stored")
      }
      #expect(failure.failureClass == .transient && failure.code == "job.not-stored")
      #expect(try await shop.job(claim.job.id)?.state == .running)
      #expect(try await shop.variants(claim.job.id).isEmpty)
    }
  }

  /// The checkpoint comes back whole, and a claim that is lost changes nothing of it.
  @Test func aCheckpointIsVerifiedStoredAndLoaded() async throws {
    try await with { shop, _, claim, run, preparation in
      let variant = try tinyGeneration().variants[0]
      let checkpoint = Checkpoint(
        fraction: 0.4, seconds: 12, proposals: 7,
        variants: [VariantCheckpoint(number: 0, variant: variant, isFinished: false, typicalStep: 1, largeStep: 2)])
      _ = await run.store(checkpoint, of: preparation)
      var unsound = checkpoint
      unsound.seconds = 13
      let first = variant.timetable.entries[0]
      for index in unsound.variants[0].variant.timetable.entries.indices {
        unsound.variants[0].variant.timetable.entries[index].time = first.time
      }
      _ = await run.store(unsound, of: preparation)
      guard case .prepared(let again) = await run.prepare() else { return #expect(Bool(false)) }
      #expect(again.request.checkpoint == checkpoint, "the verifier's refusal is not stored")
      #expect(try await shop.queue().checkpoints(of: claim).map(\.seconds) == [12])
    }
  }
}
