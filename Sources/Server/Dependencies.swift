import Foundation
import Jobs
import Logging
import Persistence
import Postgres
import Redis
import ServiceLifecycle
import Tenancy
import Tokens

/// What the API works with. Whoever makes it runs `pool` and `services` as services.
package struct Dependencies: Sendable {
  package let pool: PostgresPool
  package let redis: RedisClient
  package let subscriber: RedisSubscriber
  package let changes: DatabaseChanges
  package let connections: OpenConnections
  package let door: Door
  package let streams: OpenStreams
  package let board: JobBoard
  package let logger: Logger
  let directory: TenantDirectory
  let queue = JobQueue()
  let authenticator: Authenticator
  let signIn: SignIn
  let signInGuard: SignInGuard
  let gates: RequestGates
  let bodies = BodyBudget()
  let proxies: TrustedProxies
  let health: HealthProbe
  let tickets: Tickets
  let provenPossible = ProvenPossible()
  /// A whole process that holds a variant of 1,000 lessons and its explainer takes 40 MB, of 7,000 lessons 150 MB.
  let explainers = StandingExplainers(mostLessons: 10_000)
  /// For what would hold up the cooperative pool: reading an institution, proving it impossible, why-not maps. They
  /// stand back behind the threads that answer requests.
  let threads = FairThreads<TenantID>(
    name: "heavy", count: 2, niceness: 10, share: 1, waitingPerKey: 128, waiting: 512, patience: .seconds(30))
  let timing: StreamTiming
  let clock: @Sendable () -> Date

  package init(
    pool: PostgresPool, redis: RedisClient, subscriber: RedisSubscriber, changes: DatabaseChanges, keys: TokenKeys,
    rules: TokenRules = TokenRules(), timing: StreamTiming = StreamTiming(),
    limits: ConnectionLimits = ConnectionLimits(), streamLimits: StreamLimits = StreamLimits(),
    proxies: TrustedProxies = .none, logger: Logger,
    clock: @escaping @Sendable () -> Date = { Date() }
  ) {
    self.pool = pool
    self.redis = redis
    self.subscriber = subscriber
    self.changes = changes
    connections = OpenConnections(limits: limits)
    door = Door(logger: logger)
    self.logger = logger
    self.timing = timing
    self.clock = clock
    directory = TenantDirectory(pool: pool)
    streams = OpenStreams(
      limits: streamLimits, directory: directory, pool: pool, changes: changes, poll: timing.standing, logger: logger)
    board = JobBoard(pool: pool, queue: queue, changes: changes, poll: timing.poll, logger: logger)
    self.proxies = proxies
    gates = RequestGates()
    health = HealthProbe(pool: pool, redis: redis)
    tickets = Tickets(redis: redis, clock: clock)
    signInGuard = SignInGuard(redis: redis)
    authenticator = Authenticator(
      verifier: TokenVerifier(keys: keys, rules: rules), rules: rules, directory: directory, pool: pool,
      rates: RequestRates(), clock: clock)
    signIn = SignIn(
      issuer: TokenIssuer(keys: keys), rules: rules, directory: directory, pool: pool,
      // Apart from all other work, so that no import stands before a sign-in; hashing costs 64 MiB and 100 ms each.
      threads: FairThreads(
        name: "sign-in", count: 2, share: 1, waitingPerKey: 8, waiting: 1_024, patience: .seconds(20)),
      clock: clock)
  }

  /// Those that nobody else runs, in the order in which they depend on one another.
  package var services: [any Service] { [redis, subscriber, changes, board, streams] }
}
