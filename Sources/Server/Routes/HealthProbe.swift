import Postgres
import Redis
import Synchronization

/// Whether PostgreSQL and Redis answer, asked at most four times a second however many ask: anybody may, without a token,
/// and each question takes a connection.
final class HealthProbe: Sendable {
  struct Standing: Sendable {
    var hasPostgres: Bool
    var hasRedis: Bool
  }

  private struct State {
    var known: (standing: Standing, until: ContinuousClock.Instant)?
    var asking: Task<Standing, Never>?
  }

  private let pool: PostgresPool
  private let redis: RedisClient
  private let state = Mutex(State())

  init(pool: PostgresPool, redis: RedisClient) {
    self.pool = pool
    self.redis = redis
  }

  func standing() async -> Standing {
    let (known, asking) = state.withLock { state -> (Standing?, Task<Standing, Never>?) in
      if let known = state.known, known.until > .now { return (known.standing, nil) }
      if let asking = state.asking { return (nil, asking) }
      // Unstructured, for several requests wait for it and any of them may be cancelled.
      let task = Task { await ask() }
      state.asking = task
      return (nil, task)
    }
    if let known { return known }
    return await asking?.value ?? Standing(hasPostgres: false, hasRedis: false)
  }

  private func ask() async -> Standing {
    async let postgres = hasPostgres()
    async let redis = hasRedis()
    let standing = Standing(hasPostgres: await postgres, hasRedis: await redis)
    state.withLock { state in
      state.known = (standing, .now + .milliseconds(250))
      state.asking = nil
    }
    return standing
  }

  private static let one = Statement<Void, Int64>("SELECT 1::bigint") { (row: inout RowReader) throws(RowError) in
    try row.int()
  }

  private func hasPostgres() async -> Bool {
    let one = try? await pool.withReadTransaction(as: .none, deadline: .seconds(2)) { try await $0.first(Self.one) }
    return one == 1
  }

  private func hasRedis() async -> Bool {
    guard let reply = try? await redis.command(["PING"]) else { return false }
    return reply == .status("PONG")
  }
}
