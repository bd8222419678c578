import Jobs
public import Postgres
public import Tenancy

/// How long what is over is kept. Nothing that was ever selected or published goes, nor the audit chain.
public struct RetentionAges: Hashable, Sendable {
  /// Finished jobs with their attempts, and generations of which no variant was selected. At least 1 day; default 365.
  public var jobs: Duration
  /// Messages that nobody has fetched. At least 1 day; default 30 days. Delivered ones go after `deliveredMessages`.
  public var messages: Duration
  public var deliveredMessages: Duration
  /// Snapshots of data that nothing refers to any more. Default 7 days.
  public var snapshots: Duration

  public init(
    jobs: Duration = .seconds(365 * 86_400), messages: Duration = .seconds(30 * 86_400),
    deliveredMessages: Duration = .seconds(7 * 86_400), snapshots: Duration = .seconds(7 * 86_400)
  ) {
    self.jobs = jobs
    self.messages = messages
    self.deliveredMessages = min(deliveredMessages, messages)
    self.snapshots = snapshots
  }
}

/// What a pass of the pruner took away, by kind.
public struct Pruned: Hashable, Sendable {
  public var keys = 0
  public var messages = 0
  public var tokens = 0
  public var generations = 0
  public var jobs = 0
  public var snapshots = 0

  public init() {}

  public static func += (left: inout Pruned, right: Pruned) {
    left.keys += right.keys
    left.messages += right.messages
    left.tokens += right.tokens
    left.generations += right.generations
    left.jobs += right.jobs
    left.snapshots += right.snapshots
  }
}

/// Takes away what has been over for long: small batches, each a transaction of one tenant, one pruner at a time.
public struct Retention: Sendable {
  private let pool: PostgresPool
  private let ages: RetentionAges

  public init(pool: PostgresPool, ages: RetentionAges = RetentionAges()) {
    self.pool = pool
    self.ages = ages
  }

  /// True for one of all workers, once in `period`.
  public func isDue(every period: Duration, worker: String) async throws -> Bool {
    try await pool.withControlTransaction { try await $0.execute(Self.begin, (worker, period)) } == 1
  }

  /// Workers that were not heard of for a day. Across tenants.
  public func forgetWorkers() async throws -> Int {
    try await pool.withControlTransaction { try await $0.execute(Self.forgetWorkers) }
  }

  /// One tenant. What fails is left for the next pass; `failed` is told of it.
  public func prune(_ tenant: TenantID, failed: (any Error) -> Void) async throws -> Pruned {
    var pruned = Pruned()
    for step in Self.steps(ages) {
      do {
        // Bounded, so that a tenant with years of history does not keep the others waiting.
        for _ in 0..<200 {
          let count = try await batch(tenant, step)
          pruned[keyPath: step.kind] += count ?? 0
          guard let count, count == step.most else { break }
        }
      } catch let error as PostgresError {
        failed(error)
      }
    }
    return pruned
  }

  /// Nil where another pruner is at work.
  private func batch(_ tenant: TenantID, _ step: Step) async throws -> Int? {
    try await pool.withControlTransaction(deadline: .seconds(30)) { sql in
      guard try await sql.first(Self.lock) == true else { return nil }
      return try await step.run(tenant, sql, step.most)
    }
  }

  private struct Step: Sendable {
    var kind: any WritableKeyPath<Pruned, Int> & Sendable
    /// Rows of one transaction.
    var most: Int
    var run: @Sendable (TenantID, Transaction, Int) async throws -> Int
  }

  /// Results before their jobs, both before the snapshots that they referred to.
  private static func steps(_ ages: RetentionAges) -> [Step] {
    [
      Step(kind: \.keys, most: 1000) { tenant, sql, most in
        try await sql.execute(pruneKeys, (tenant, IdempotencyKey.life + IdempotencyKey.longestHold, most))
      },
      Step(kind: \.messages, most: 1000) { tenant, sql, most in
        try await sql.execute(pruneMessages, (tenant, ages.deliveredMessages, ages.messages, most))
      },
      Step(kind: \.tokens, most: 1000) { tenant, sql, most in
        try await sql.assuming(.tenant(tenant), from: .control) { try await sql.execute(pruneSessions, most) }
      },
      Step(kind: \.tokens, most: 1000) { tenant, sql, most in
        try await sql.assuming(.tenant(tenant), from: .control) { try await sql.execute(pruneRetired, most) }
      },
      Step(kind: \.generations, most: 5) { tenant, sql, most in
        try await sql.assuming(.tenant(tenant), from: .control) {
          Int(try await sql.first(pruneGenerations, (ages.jobs, most)) ?? 0)
        }
      },
      Step(kind: \.jobs, most: 500) { tenant, sql, most in
        let over = try await sql.assuming(.tenant(tenant), from: .control) {
          try await sql.run(jobsWithoutResults, (ages.jobs, most))
        }
        try await sql.execute(pruneAttempts, (tenant, over))
        return try await sql.execute(pruneJobs, (tenant, over))
      },
      Step(kind: \.snapshots, most: 20) { tenant, sql, most in
        try await sql.assuming(.tenant(tenant), from: .control) {
          Int(try await sql.first(pruneSnapshots, (ages.snapshots, most)) ?? 0)
        }
      },
    ]
  }
}
