import Logging
import ServiceLifecycle
import Synchronization

/// Lends connections to transactions. Run it as a service; it connects when the first transaction asks.
///
/// Shutting down gracefully lets running transactions finish; cancelling `run` does not wait for them.
public final class PostgresPool: Service, Sendable {
  private enum Work: Sendable {
    case connect(PoolStateMachine.ConnectionID)
    case probe(Connection, PoolStateMachine.ConnectionID)
    case wake(at: ContinuousClock.Instant)
    case stop
  }

  private struct Lease: Sendable {
    let id: PoolStateMachine.ConnectionID
    let connection: Connection
  }

  private struct State {
    var machine: PoolStateMachine
    var connections: [PoolStateMachine.ConnectionID: Connection] = [:]
    var continuations: [PoolStateMachine.WaiterID: CheckedContinuation<Lease, any Error>] = [:]
    var nextWaiter = 1
    var wakeAt: ContinuousClock.Instant?
  }

  private let configuration: PostgresConfiguration
  private let logger: Logger
  private let state: Mutex<State>
  private let work: AsyncStream<Work>
  private let orders: AsyncStream<Work>.Continuation

  public init(configuration: PostgresConfiguration, logger: Logger) {
    self.configuration = configuration
    self.logger = logger
    (work, orders) = AsyncStream.makeStream()
    state = Mutex(
      State(
        machine: PoolStateMachine(
          limits: PoolStateMachine.Limits(
            maxConnections: configuration.maxConnections, share: configuration.maxConnectionsPerRole,
            maxRolesPerConnection: configuration.maxRolesPerConnection,
            keepAliveAfter: configuration.keepAliveAfter, breakerAfter: configuration.breakerAfter))))
  }

  /// Lends a running pool for the length of `body`: for commands and tests.
  public static func withPool<Value: Sendable>(
    _ configuration: PostgresConfiguration, logger: Logger, _ body: (PostgresPool) async throws -> Value
  ) async throws -> Value {
    let pool = PostgresPool(configuration: configuration, logger: logger)
    async let running: Void = pool.run()
    let result: Result<Value, any Error>
    do { result = .success(try await body(pool)) } catch { result = .failure(error) }
    pool.decide { $0.stopRequested() }
    try await running
    return try result.get()
  }

  public func run() async throws {
    await withGracefulShutdownHandler {
      await withTaskCancellationHandler {
        await withDiscardingTaskGroup { group in
          for await item in work {
            if case .stop = item { break }
            group.addTask { await self.perform(item) }
          }
          group.cancelAll()
        }
      } onCancel: {
        decide { $0.stopRequested() }
        orders.finish()
      }
    } onGracefulShutdown: {
      self.decide { $0.stopRequested() }
    }
    decide { $0.stopRequested() }
  }

  /// Runs `body` in a transaction: committed when it returns, rolled back when it throws.
  ///
  /// - Parameters:
  ///   - scope: whose eyes the transaction has
  ///   - deadline: for everything, from waiting for a connection to COMMIT
  ///   - attempts: how often to run `body` when the server reports a serialization failure or a deadlock
  /// - Throws: `PostgresError`, `CancellationError`, or what `body` throws
  @discardableResult
  nonisolated(nonsending) public func withTransaction<Value>(
    as scope: TransactionScope, isolation: Isolation = .readCommitted, deadline: Duration = .seconds(5),
    attempts: Int = 1, _ body: (Transaction) async throws -> Value
  ) async throws -> Value {
    let end = ContinuousClock.now + deadline
    var attempt = 1
    while true {
      do {
        return try await once(as: scope, .writing(isolation), until: end, body)
      } catch let error as PostgresError where error.isConflict && attempt < attempts {
        attempt += 1
      }
    }
  }

  /// Runs `body` in a transaction that reads, all of it as of one moment. The server refuses to store anything.
  ///
  /// Cheaper than `withTransaction`: its end is not waited for.
  nonisolated(nonsending) public func withReadTransaction<Value>(
    as scope: TransactionScope, deadline: Duration = .seconds(5), _ body: (Transaction) async throws -> Value
  ) async throws -> Value {
    try await once(as: scope, .reading, until: .now + deadline, body)
  }

  nonisolated(nonsending) private func once<Value>(
    as scope: TransactionScope, _ mode: TransactionMode, until end: ContinuousClock.Instant,
    _ body: (Transaction) async throws -> Value
  ) async throws -> Value {
    let lease = try await begin(as: scope, mode, until: end)
    do {
      let value = try await Postgres.withTransaction(on: lease.connection, mode, body: body, until: end)
      await giveBack(lease)
      return value
    } catch {
      await giveBack(lease)
      throw error
    }
  }

  /// A connection may have died while it was idle. That shows here, when nothing is lost by taking another one.
  nonisolated(nonsending) private func begin(
    as scope: TransactionScope, _ mode: TransactionMode, until end: ContinuousClock.Instant
  ) async throws -> Lease {
    var tries = configuration.maxConnections
    while true {
      let lease = try await takeLease(as: scope, until: end)
      do {
        try await lease.connection.begin(mode, as: scope, lockTimeout: configuration.lockTimeout, until: end)
        return lease
      } catch {
        await lease.connection.rollback()
        await giveBack(lease)
        guard case PostgresError.connectionLost = error, tries > 0 else { throw error }
        tries -= 1
      }
    }
  }

  // MARK: - Leasing

  nonisolated(nonsending) private func takeLease(
    as scope: TransactionScope, until end: ContinuousClock.Instant
  ) async throws -> Lease {
    let waiter = state.withLock { state in
      defer { state.nextWaiter += 1 }
      return state.nextWaiter
    }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let now = ContinuousClock.now
        decide { machine, state in
          state[waiter] = continuation
          return machine.waiterArrived(
            waiter, of: scope.role, until: min(end, now + configuration.leaseTimeout), at: now)
        }
        // The handler below may have run before the waiter was in line.
        if Task.isCancelled { leave(waiter, scope.role) }
      }
    } onCancel: {
      leave(waiter, scope.role)
    }
  }

  private func leave(_ waiter: PoolStateMachine.WaiterID, _ key: PoolStateMachine.Key) {
    let continuation = state.withLock { state in
      state.machine.waiterLeft(waiter, of: key) ? state.continuations.removeValue(forKey: waiter) : nil
    }
    continuation?.resume(throwing: CancellationError())
  }

  private func giveBack(_ lease: Lease) async {
    let isHealthy = await lease.connection.isIdle
    let rolesSeen = await lease.connection.rolesSeen.count
    decide { $0.released(lease.id, isHealthy: isHealthy, rolesSeen: rolesSeen, at: .now) }
  }

  // MARK: - Deciding under the lock, acting outside it

  private typealias Continuations = [PoolStateMachine.WaiterID: CheckedContinuation<Lease, any Error>]

  private func decide(_ event: (inout PoolStateMachine) -> [PoolStateMachine.Action]) {
    decide { machine, _ in event(&machine) }
  }

  private func decide(_ event: (inout PoolStateMachine, inout Continuations) -> [PoolStateMachine.Action]) {
    let effects: [() -> Void] = state.withLock { state in
      let actions = event(&state.machine, &state.continuations)
      var effects = actions.compactMap { effect(of: $0, &state) }
      if let due = state.machine.nextDue, due < state.wakeAt ?? due + .seconds(1) {
        state.wakeAt = due
        effects.append { self.orders.yield(.wake(at: due)) }
      }
      return effects
    }
    for effect in effects { effect() }
  }

  private func effect(of action: PoolStateMachine.Action, _ state: inout State) -> (() -> Void)? {
    switch action {
    case .connect(let id):
      return { self.orders.yield(.connect(id)) }
    case .probe(let id):
      guard let connection = state.connections[id] else {
        preconditionFailure("connection \(id) is not there to probe")
      }
      return { self.orders.yield(.probe(connection, id)) }
    case .lease(let id, to: let waiter):
      guard let connection = state.connections[id], let continuation = state.continuations.removeValue(forKey: waiter)
      else { preconditionFailure("connection \(id) or waiter \(waiter) is not there") }
      return { continuation.resume(returning: Lease(id: id, connection: connection)) }
    case .close(let id):
      // The last reference closes it, outside the lock.
      let closed = state.connections.removeValue(forKey: id)
      return { withExtendedLifetime(closed) {} }
    case .fail(let waiter, let failure):
      let continuation = state.continuations.removeValue(forKey: waiter)
      return { continuation?.resume(throwing: failure.error) }
    case .stop:
      return {
        self.orders.yield(.stop)
        self.orders.finish()
      }
    }
  }

  // MARK: - Work in the background

  private func perform(_ item: Work) async {
    switch item {
    case .connect(let id): await connect(id)
    case .probe(let connection, let id):
      _ = try? await connection.perform("SELECT", [], until: .now + .seconds(1))
      let isHealthy = await connection.isIdle
      decide { $0.probed(id, isHealthy: isHealthy, at: .now) }
    case .wake(let instant):
      try? await Task.sleep(until: instant, clock: .continuous)
      guard !Task.isCancelled else { return }
      state.withLock { state in
        if let wakeAt = state.wakeAt, wakeAt <= instant { state.wakeAt = nil }
      }
      decide { $0.timePassed(at: .now) }
    case .stop: break
    }
  }

  private func connect(_ id: PoolStateMachine.ConnectionID) async {
    do {
      let connection = try await Connection.connect(configuration)
      // Spread, so that connections made together do not end together.
      let retireAt = ContinuousClock.now + configuration.maxLifetime * Double.random(in: 0.9...1)
      state.withLock { $0.connections[id] = connection }
      decide { $0.connected(id, retireAt: retireAt, at: .now) }
    } catch {
      logger.warning("can't connect to PostgreSQL", metadata: ["error": "\(error)"])
      decide { $0.connectFailed(id, reason: "\(error)", jitter: .random(in: 0...1), at: .now) }
    }
  }
}

extension PoolStateMachine.Failure {
  fileprivate var error: PostgresError {
    switch self {
    case .exhausted: .poolExhausted
    case .unavailable(let reason): .unavailable(reason)
    case .closed: .poolClosed
    }
  }
}
