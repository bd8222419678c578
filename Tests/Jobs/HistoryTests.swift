import Foundation
import Jobs
import Postgres
import Tenancy
import Testing
import TestTenants

/// The history of few tenants, a million jobs of it, analyzed while nothing was queued: when the planner believes
/// least in what it will meet.
@Suite struct HistoryTests {
  @Test func aMillionFinishedJobsAreInNobodysWay() async throws {
    try await Installation.with(tenants: 5, connections: 1) { installation in
      try await ScriptRunner(configuration: installation.database.superuser).run(script: millionJobs)
      let worker = installation.worker()
      let old = try await installation.transaction { try await JobQueue().jobs(limit: 1, in: $0) }
      let oldest = try #require(old.first)
      #expect(oldest.number == 200_000)
      let key = IdempotencyKey(key: "k", requestHash: [1])
      try await worker.register(host: "h", processID: 1, version: "1", capacity: 2)

      let fresh = newJob(dedupeKey: "twin")
      try await looksAtLittle("enqueue", installation) {
        try await installation.enqueue(fresh, idempotency: key, seconds: 60)
      }
      try await looksAtLittle("replay", installation) {
        try await installation.enqueue(fresh, idempotency: key, seconds: 60)
      }
      try await looksAtLittle("twin", installation) { try await installation.enqueue(newJob(dedupeKey: "twin")) }
      for tenant in 0..<5 { for _ in 0..<10 { try await installation.enqueue(tenant: tenant) } }
      try await looksAtLittle("position", installation) {
        let position = try await installation.transaction { try await JobQueue().position(fresh.id, in: $0) }
        #expect(position?.ahead == 0)
      }
      try await looksAtLittle("workload", installation) {
        let load = try await installation.pool.withControlTransaction { try await Workload.read(in: $0) }
        #expect(load.places == 2 && load.waiting.count == 51 && load.shares.count == 5)
      }
      try await looksAtLittle("backlog", installation) { _ = try await worker.backlog() }
      var claims: [Claim] = []
      for _ in 0..<10 {
        try await looksAtLittle("claim", installation) { claims.append(try #require(try await worker.claim())) }
      }
      #expect(claims.count == 10, "two of each tenant")
      let none = try await looksAtLittle("nothing to claim", installation) { try await worker.claim() }
      #expect(none == nil)
      let claim = try #require(claims.first)
      let held = try await looksAtLittle("heartbeat", installation) { try await worker.heartbeat(claim) }
      #expect(held == .held)
      let tenant = try #require(installation.tenants.firstIndex { $0.id == claim.tenant })
      let context = try installation.context(tenant)
      for reply in [CompletionReply.completed, .alreadyCompleted] {
        let answer = try await looksAtLittle("\(reply)", installation) {
          try await worker.complete(claim, outcome: Data("{}".utf8), for: context) { _ in }
        }
        #expect(answer == reply)
      }
      try await looksAtLittle("fail", installation) {
        _ = try await worker.fail(claims[1], JobFailure(.permanent, code: "x", message: "x"))
      }
      try await looksAtLittle("release", installation) { _ = try await worker.release(claims[2]) }
      try await installation.expireLeases()
      let rescued = try await looksAtLittle("rescue", installation) { try await worker.rescue() }
      #expect(rescued.count == 7)
      try await looksAtLittle("cancel", installation) {
        _ = try await installation.transaction { try await JobQueue().cancel(fresh.id, in: $0) }
      }

      let found = try await looksAtLittle("one finished job", installation) { try await installation.job(oldest.id) }
      #expect(found?.state == oldest.state)
      let page = try await looksAtLittle("a page", installation) {
        try await installation.transaction { try await JobQueue().jobs(before: 150_000, in: $0) }
      }
      #expect(page.first?.number == 149_999 && page.count == 50)
      for state in JobState.allCases {
        // Nobody's job is dead: all of a tenant's history would have to be read, were there no index.
        try await looksAtLittle("a page of \(state)", installation) {
          _ = try await installation.transaction { try await JobQueue().jobs(state: state, in: $0) }
        }
      }
      let named = try await looksAtLittle("by a caller's name", installation) {
        try await installation.transaction { try await JobQueue().job(calledByCaller: "n", in: $0) }
      }
      #expect(named == nil)
    }
  }

  /// Runs `work` and counts what PostgreSQL read for it. The pool has one connection, whose counts are told at once.
  @discardableResult
  private func looksAtLittle<Value>(
    _ name: String, _ installation: Installation, at location: SourceLocation = #_sourceLocation,
    _ work: () async throws -> Value
  ) async throws -> Value {
    func reading() async throws -> [String: (scans: Int, blocks: Int)] {
      _ = try await installation.pool.withControlTransaction { try await $0.execute(tellNow) }
      let rows = try await installation.pool.withControlTransaction { try await $0.run(counts) }
      return Dictionary(uniqueKeysWithValues: rows.map { ($0.table, ($0.scans, $0.blocks)) })
    }
    let before = try await reading()
    let value = try await work()
    let after = try await reading()
    for (table, count) in after {
      let scans = count.scans - (before[table]?.scans ?? 0)
      let blocks = count.blocks - (before[table]?.blocks ?? 0)
      #expect(scans == 0 || table == "job", "\(name) scans \(table)", sourceLocation: location)
      // A page of 50 jobs may lie in 50 blocks; an index is three or four deep.
      #expect(blocks <= 400, "\(name) reads \(blocks) blocks of \(table)", sourceLocation: location)
    }
    return value
  }
}

private let millionJobs = """
  INSERT INTO horarium.finished_job (id, number, tenant, kind, payload, state, created_by, created_at, run_after,
    max_attempts, attempt, crash_count, fence, worker, started_at, claimed_at, finished_at, cancel_requested_at, percent,
    ordered_seconds)
  SELECT lpad(to_hex(row_number() OVER ()), 32, '0')::uuid, n, t.id, 'generation', '{"n":1}', s.state, 'tester', now(), now(), 5, 1, 0, n, 'w', now(),
    now(), now(), CASE s.state WHEN 'cancelled' THEN now() END, CASE s.state WHEN 'completed' THEN 100 ELSE 5 END, 60
  FROM horarium.tenant t, generate_series(1, 200000) AS n,
    LATERAL (SELECT (ARRAY['completed', 'failed', 'cancelled'])[1 + n % 3] AS state) s;
  INSERT INTO horarium.attempt (fence, job, tenant, slot, number, worker, claimed_at, ended_at, ended_as)
  SELECT fence, id, tenant, 1, 1, 'w', now(), now(), 'completed' FROM horarium.finished_job WHERE number % 10 = 0;
  INSERT INTO horarium.job_counter SELECT id, 200000 FROM horarium.tenant;
  UPDATE horarium.fair_share SET last_fence = 200000;
  INSERT INTO horarium.outbox (tenant, topic, payload, delivered_at)
  SELECT t.id, 'job.completed', '{}', now() FROM horarium.tenant t, generate_series(1, 20000);
  INSERT INTO horarium.idempotency (tenant, account, key, operation, request_hash, status, body)
  SELECT t.id, 'tester', 'old' || n, 'job.submit', '', 202, '{}' FROM horarium.tenant t, generate_series(1, 20000) n;
  ANALYZE;
  """

private let tellNow = Statement<Void, Void>("SELECT pg_stat_force_next_flush()")

private let counts = Statement<Void, (table: String, scans: Int, blocks: Int)>(
  """
  SELECT t.relname, t.seq_scan, (coalesce(heap_blks_read, 0) + coalesce(heap_blks_hit, 0) + coalesce(idx_blks_read, 0)
    + coalesce(idx_blks_hit, 0))::bigint
  FROM pg_stat_user_tables t JOIN pg_statio_user_tables USING (relid)
  WHERE t.schemaname = 'horarium' AND t.relname IN ('job', 'finished_job', 'attempt', 'outbox', 'idempotency')
  """
) { (row: inout RowReader) throws(RowError) in
  (try row.text(), Int(try row.int()), Int(try row.int()))
}
