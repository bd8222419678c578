import Foundation
import Jobs
import Logging
import Persistence
import Postgres
import ServiceLifecycle
import Synchronization
import Tenancy
import Tokens

/// How many streams this process keeps open.
package struct StreamLimits: Sendable, Equatable {
  /// Of all tenants together. Default 4,096.
  package var all = 4_096
  /// Of one tenant. Default 1,024.
  package var perTenant = 1_024

  package init() {}
}

/// Counts the open streams, and ends those whose watcher may watch no longer: signed out, disabled, lowered, the tenant
/// suspended. Run it as a service.
///
/// It looks where PostgreSQL tells of a change, and at everybody once in `poll`: one transaction for a tenant's streams.
package final class OpenStreams: Service, Sendable {
  private struct Watcher {
    var claims: Claims
    var account: UUID
    var ending: AsyncStream<Void>.Continuation
  }

  private struct State {
    var next = 0
    var count = 0
    var watchers: [TenantID: [Int: Watcher]] = [:]
    var suspects: Set<TenantID> = []
    /// How often anything was told.
    var mark = 0
    var waiters = FallWaiters()
  }

  private let limits: StreamLimits
  private let directory: TenantDirectory
  private let pool: PostgresPool
  private let changes: DatabaseChanges
  private let rounds: Rounds
  private let logger: Logger
  private let state = Mutex(State())
  /// Of one statement.
  private static let mostAtOnce = 1_000

  init(
    limits: StreamLimits, directory: TenantDirectory, pool: PostgresPool, changes: DatabaseChanges, poll: Duration,
    logger: Logger
  ) {
    self.limits = limits
    self.directory = directory
    self.pool = pool
    self.changes = changes
    self.rounds = Rounds(poll: poll)
    self.logger = logger
  }

  package var count: Int { state.withLock { $0.count } }

  /// Returns when there are no more than `limit`.
  package func fallen(to limit: Int) async {
    for await _ in state.withLock({ $0.waiters.wait(for: limit, at: $0.count) }) {}
  }

  /// Take it before looking at somebody's rights, and give it to `open`: what changes in between is looked at again.
  var mark: Int { state.withLock { $0.mark } }

  func open(for identity: Identity, since mark: Int) throws(Problem) -> OpenStream {
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    let tenant = identity.tenant.tenant
    let watcher = Watcher(claims: identity.claims, account: identity.account.id, ending: continuation)
    enum Outcome { case opened(Int, isSuspect: Bool), full, tooManyOfTenant }
    let outcome: Outcome = state.withLock { state in
      guard state.count < limits.all else { return .full }
      guard state.watchers[tenant, default: [:]].count < limits.perTenant else { return .tooManyOfTenant }
      state.count += 1
      state.next += 1
      state.watchers[tenant, default: [:]][state.next] = watcher
      guard state.mark != mark else { return .opened(state.next, isSuspect: false) }
      state.suspects.insert(tenant)
      return .opened(state.next, isSuspect: true)
    }
    switch outcome {
    case .opened(let id, let isSuspect):
      if isSuspect { rounds.wake() }
      return OpenStream(ending: stream) { [weak self] in self?.closed(tenant, id) }
    case .full:
      throw Problem(
        .overloaded, "This server has \(limits.all) streams open, as many as it may.\nMaybe ask …/progress instead.",
        headers: [.retryAfter: "5"])
    case .tooManyOfTenant:
      throw Problem(
        .tooManyStreams,
        "Your institution has \(limits.perTenant) streams open here, as many as one may.\n"
          + "Maybe close some, or ask …/progress instead.", headers: [.retryAfter: "5"])
    }
  }

  package func run() async throws {
    await rounds.run(hearing: changes.access) { change in
      if case .accounts = change {} else { await self.directory.invalidate() }
      self.suspect(change)
    } noteAll: {
      self.suspect(.all)
    } look: {
      await self.examineSuspects()
    }
  }

  private func closed(_ tenant: TenantID, _ id: Int) {
    let (gone, due) = state.withLock { state in
      let gone = state.watchers[tenant]?.removeValue(forKey: id)
      if gone != nil { state.count -= 1 }
      if state.watchers[tenant]?.isEmpty == true { state.watchers[tenant] = nil }
      return (gone, state.waiters.due(at: state.count))
    }
    gone?.ending.finish()
    for waiter in due { waiter.finish() }
  }

  private func suspect(_ change: DatabaseChanges.AccessChange) {
    state.withLock { state in
      state.mark += 1
      switch change {
      case .all: state.suspects.formUnion(state.watchers.keys)
      case .tenant(let tenant), .accounts(let tenant):
        if state.watchers[tenant] != nil { state.suspects.insert(tenant) }
      }
    }
    rounds.wake()
  }

  private func examineSuspects() async {
    let suspects = state.withLock { state in
      defer { state.suspects = [] }
      return state.suspects.compactMap { tenant in state.watchers[tenant].map { (tenant, Array($0.values)) } }
    }
    for (tenant, watchers) in suspects {
      for start in stride(from: 0, to: watchers.count, by: Self.mostAtOnce) {
        let part = Array(watchers[start..<min(start + Self.mostAtOnce, watchers.count)])
        for watcher in await fallen(part, of: tenant) { watcher.ending.yield() }
      }
    }
  }

  /// Nobody where PostgreSQL does not answer: the next look comes, and the token's end.
  private func fallen(_ watchers: [Watcher], of tenant: TenantID) async -> [Watcher] {
    do {
      guard let entry = try await directory.entry(id: tenant) else { return watchers }
      let system = try TenantContext.service("streams", entry: entry)
      let questions = watchers.map { $0.claims.question(account: $0.account) }
      let standings = try await pool.withReadTransaction(for: system) { try await $0.standings(questions) }
      return zip(watchers, standings).filter { !$1.mayWatch(with: $0.claims) }.map(\.0)
    } catch is TenantRefusal {
      return watchers
    } catch {
      logger.debug("open streams could not be examined", metadata: ["error": .string("\(error)")])
      return []
    }
  }
}

/// One stream's place; closes with its last reference.
final class OpenStream: Sendable {
  /// An element when the watcher may watch no longer.
  let ending: AsyncStream<Void>
  private let onClose: @Sendable () -> Void

  init(ending: AsyncStream<Void>, onClose: @escaping @Sendable () -> Void) {
    self.ending = ending
    self.onClose = onClose
  }

  deinit { onClose() }
}
