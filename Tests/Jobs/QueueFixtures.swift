import Foundation
import Jobs
import Postgres
import Tenancy
import Testing
import TestTenants

func newJob(dedupeKey: String? = nil, maxAttempts: Int = 5) -> NewJob {
  var generator = SystemRandomNumberGenerator()
  return NewJob(
    id: .make(at: Date(), using: &generator), payload: Data(#"{"n":1}"#.utf8), dedupeKey: dedupeKey,
    maxAttempts: maxAttempts)
}

extension Installation {
  func worker(_ name: String = "w1", ttl: Duration = .seconds(15)) -> WorkerQueue {
    WorkerQueue(
      pool: pool, worker: WorkerID(rawValue: name),
      timing: LeaseTiming(ttl: ttl, heartbeat: ttl / 5, sweep: ttl / 8, margin: ttl / 5))
  }

  @discardableResult
  func enqueue(
    _ job: NewJob = newJob(), tenant: Int = 0, idempotency key: IdempotencyKey? = nil, seconds: Double = 0
  ) async throws -> EnqueueOutcome {
    try await transaction(tenant) { transaction in
      var hold: IdempotencyHold?
      if let key {
        switch try await transaction.takeIdempotencyKey(key, operation: "job.submit") {
        case .held(let taken): hold = taken
        case .answered(_, let body):
          return .replayed(try #require(try await JobQueue().job(answeredWith: body, in: transaction)))
        case .mismatch: throw EnqueueRefusal.keyReused(key.key)
        case .inFlight: throw EnqueueRefusal.keyInFlight(key.key)
        }
      }
      return try await JobQueue().enqueue(job, answering: hold, requestedSeconds: seconds, in: transaction)
    }
  }

  func job(_ id: JobID, tenant: Int = 0) async throws -> Job? {
    try await transaction(tenant) { try await JobQueue().job(id, in: $0) }
  }

  /// As if every waiting job's time had come.
  func makeDue() async throws {
    _ = try await pool.withControlTransaction { try await $0.execute(due) }
  }

  /// Pairs of a tenant and the most of its attempts that ran at one instant, by the history of claims.
  func peaks() async throws -> [String: Int] {
    let rows = try await pool.withControlTransaction { try await $0.run(peak) }
    return Dictionary(uniqueKeysWithValues: rows)
  }
}

private let due = Statement<Void, Void>("UPDATE horarium.job SET run_after = now() WHERE state = 'queued'")

private let peak = Statement<Void, (String, Int)>(
  """
  SELECT tenant, max(running) FROM (
    SELECT a.tenant, (SELECT count(*) FROM horarium.attempt b WHERE b.tenant = a.tenant
      AND b.claimed_at <= a.claimed_at AND coalesce(b.ended_at, 'infinity') > a.claimed_at) AS running
    FROM horarium.attempt a) x
  GROUP BY tenant
  """
) { (row: inout RowReader) throws(RowError) in (try row.text(), Int(try row.int())) }
