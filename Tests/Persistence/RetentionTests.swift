import Foundation
import Jobs
import Persistence
import Postgres
import Tenancy
import Testing
import TestSupport
import TestTenants

@Suite struct RetentionTests {
  @Test func whatIsOverGoesAndWhatWasChosenStays() async throws {
    try await Installation.with(connections: 4) { installation in
      let (kept, gone) = (try await generate(in: installation), try await generate(in: installation))
      _ = try await installation.transaction { try await $0.select(variant: kept.variants[0]) }
      let open = try await installation.transaction { try await JobQueue().enqueue(plainJob(), in: $0) }.job
      try await installation.transaction { transaction in
        _ = try await transaction.takeIdempotencyKey(IdempotencyKey(key: "k", requestHash: [1]), operation: "x")
        try await transaction.revoke(session: "new", until: Date(timeIntervalSinceNow: 600))
        try await transaction.revoke(session: "old", until: Date(timeIntervalSinceNow: -86_400))
      }
      let retention = Retention(pool: installation.pool)
      let tenant = installation.tenants[0].id
      #expect(try await prune(retention, tenant).tokens == 1, "all else is young")

      try await age(installation, by: "400 days")
      let pruned = try await prune(retention, tenant)
      #expect(pruned.generations == 1 && pruned.jobs == 1 && pruned.keys == 1 && pruned.messages > 0)
      try await installation.transaction { transaction in
        let jobs = try await JobQueue().jobs(in: transaction)
        #expect(Set(jobs.map(\.id)) == [kept.job, open.id])
        #expect(try await transaction.variants(job: gone.job).isEmpty)
        #expect(try await transaction.variants(job: kept.job).count == kept.variants.count)
        #expect(try await transaction.sql.run(revoked) == ["new"])
      }
      #expect(try await prune(retention, tenant) == Pruned())
      let verdict = try await installation.pool.withControlTransaction {
        try await AuditChain.verify(tenant: tenant, in: $0)
      }
      guard case .whole = verdict else { return #expect(Bool(false), "\(verdict)") }
    }
  }

  @Test func aSnapshotStaysAsLongAsAnythingRefersToIt() async throws {
    try await Installation.with { installation in
      var problem = smallProblem()
      let first = try await installation.transaction { try await $0.importProblem(problem) }.snapshot
      problem.name = "Another"
      let second = try await installation.transaction { try await $0.importProblem(problem) }.snapshot
      problem.name = "A third"
      let third = try await installation.transaction { try await $0.importProblem(problem) }.snapshot
      try await installation.transaction { transaction in
        let payload = GenerationPayload(term: "t", snapshot: second, variants: [], seed: 1, seconds: 1)
        _ = try await JobQueue().enqueue(try .generation(payload, id: plainJob().id), in: transaction)
      }
      try await age(installation, by: "400 days")
      #expect(try await prune(Retention(pool: installation.pool), installation.tenants[0].id).snapshots == 1)
      let left = try await installation.transaction { transaction in
        var left: [String] = []
        for hash in [first, second, third] where try await transaction.hasSnapshot(hash) { left.append(hash) }
        return left
      }
      #expect(left == [second, third])
    }
  }

  @Test func onePrunerAtATimeOncePerPeriod() async throws {
    try await Installation.with { installation in
      let retention = Retention(pool: installation.pool)
      let due = try await withThrowingTaskGroup { group in
        for worker in 0..<8 {
          group.addTask { try await retention.isDue(every: .seconds(3600), worker: "w\(worker)") }
        }
        return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
      }
      #expect(due == 1)
      try await installation.transaction { try await $0.revoke(session: "old", until: .distantPast) }
      try await installation.pool.withControlTransaction { sql in
        try await sql.execute(holdPruning)
        #expect(try await prune(retention, installation.tenants[0].id) == Pruned(), "another one is at work")
      }
      #expect(try await prune(retention, installation.tenants[0].id).tokens == 1)
    }
  }

  @Test func undeliveredMessagesStayUntilTheirAge() async throws {
    try await Installation.with { installation in
      _ = try await generate(in: installation)
      let tenant = installation.tenants[0].id
      try await age(installation, by: "20 days")
      #expect(try await prune(Retention(pool: installation.pool), tenant).messages == 0)
      let taken = try await installation.pool.withControlTransaction { sql in
        let messages = try await Outbox.take(limit: 10, hold: .zero, in: sql)
        for message in messages { try await Outbox.delivered(message.id, in: sql) }
        return messages.count
      }
      #expect(taken > 0)
      #expect(try await prune(Retention(pool: installation.pool), tenant).messages == taken)
    }
  }

  /// A column that a later migration adds to the one must be in all three.
  @Test func finishedJobsHaveTheColumnsOfJobs() async throws {
    try await Installation.with { installation in
      let columns = try await installation.pool.withControlTransaction { try await $0.run(columnsOfJobs) }
      #expect(Set(columns).count == 1 && columns.count == 3, "\(columns)")
    }
  }

  private func prune(_ retention: Retention, _ tenant: TenantID) async throws -> Pruned {
    try await retention.prune(tenant) { #expect(Bool(false), "\($0)") }
  }

  /// As if everything had happened so much earlier.
  private func age(_ installation: Installation, by interval: String) async throws {
    let schema = installation.tenants[0].id.schema
    try await ScriptRunner(configuration: installation.database.superuser).run(
      script: """
        UPDATE horarium.finished_job SET finished_at = finished_at - interval '\(interval)';
        UPDATE horarium.outbox SET created_at = created_at - interval '\(interval)';
        UPDATE horarium.idempotency SET created_at = created_at - interval '\(interval)';
        UPDATE \(schema).generation SET created_at = created_at - interval '\(interval)';
        UPDATE \(schema).problem_snapshot SET created_at = created_at - interval '\(interval)';
        """)
  }
}

private func plainJob() -> NewJob {
  var generator = SystemRandomNumberGenerator()
  return NewJob(id: .make(at: Date(), using: &generator), payload: Data("{}".utf8))
}

private let revoked = Statement<Void, String>("SELECT id FROM revoked_session") {
  (row: inout RowReader) throws(RowError) in try row.text()
}

private let holdPruning = Statement<Void, Void>(
  "SELECT pg_advisory_xact_lock(hashtextextended('horarium retention', 0))")

private let columnsOfJobs = Statement<Void, String>(
  """
  SELECT string_agg(attname, ' ' ORDER BY attname) FROM pg_attribute
  WHERE attrelid IN ('horarium.job'::regclass, 'horarium.finished_job'::regclass, 'horarium.every_job'::regclass)
    AND attnum > 0 AND NOT attisdropped GROUP BY attrelid
  """
) { (row: inout RowReader) throws(RowError) in try row.text() }
