import Foundation
import Jobs
import Logging
import Postgres
import ServiceLifecycle
import Synchronization
import Tenancy

/// Reads the jobs that streams watch, for all streams of this process together: however many watch, a job is read once
/// for each of its changes, and a tenant's watched jobs once in `poll`, in one transaction. Run it as a service.
package final class JobBoard: Service, Sendable {
  private struct Watched {
    var tenant: TenantContext
    var watchers: [Int: AsyncStream<Job>.Continuation] = [:]
  }

  private struct State {
    var next = 0
    var watched: [JobID: Watched] = [:]
    var wanted: Set<JobID> = []
    var looks = 0
  }

  private let pool: PostgresPool
  private let queue: JobQueue
  private let changes: DatabaseChanges
  private let rounds: Rounds
  private let logger: Logger
  private let state = Mutex(State())
  /// Of one statement.
  private static let mostAtOnce = 500

  init(pool: PostgresPool, queue: JobQueue, changes: DatabaseChanges, poll: Duration, logger: Logger) {
    self.pool = pool
    self.queue = queue
    self.changes = changes
    self.rounds = Rounds(poll: poll)
    self.logger = logger
  }

  /// How many transactions this has asked for.
  package var looks: Int { state.withLock { $0.looks } }

  /// The job as it is now, and after each change; a slow watcher misses all but the newest. Ends when the job is gone.
  package func watch(_ job: JobID, for tenant: TenantContext) -> AsyncStream<Job> {
    let (stream, continuation) = AsyncStream.makeStream(of: Job.self, bufferingPolicy: .bufferingNewest(1))
    let id = state.withLock { state in
      state.next += 1
      state.watched[job, default: Watched(tenant: tenant)].watchers[state.next] = continuation
      return state.next
    }
    continuation.onTermination = { [weak self] _ in self?.leave(job, id) }
    look(at: job)
    return stream
  }

  /// Reads the job soon, whoever else asks for it meanwhile.
  func look(at job: JobID) {
    state.withLock { state in
      if state.watched[job] != nil { state.wanted.insert(job) }
    }
    rounds.wake()
  }

  package func run() async throws {
    await rounds.run(hearing: changes.jobs) { change in
      switch change {
      case .all: self.lookAtAll()
      case .job(let job): self.look(at: job)
      }
    } noteAll: {
      self.lookAtAll()
    } look: {
      await self.readWanted()
    }
  }

  private func lookAtAll() {
    state.withLock { $0.wanted = Set($0.watched.keys) }
    rounds.wake()
  }

  private func leave(_ job: JobID, _ id: Int) {
    let gone = state.withLock { state in
      defer { if state.watched[job]?.watchers.isEmpty == true { state.watched[job] = nil } }
      return state.watched[job]?.watchers.removeValue(forKey: id)
    }
    // The last reference may go with it: not under the lock.
    withExtendedLifetime(gone) {}
  }

  private func readWanted() async {
    let wanted = state.withLock { state in
      defer { state.wanted = [] }
      return Dictionary(
        grouping: state.wanted.compactMap { job in state.watched[job].map { (job: job, tenant: $0.tenant) } },
        by: \.tenant.tenant)
    }
    for jobs in wanted.values {
      for start in stride(from: 0, to: jobs.count, by: Self.mostAtOnce) {
        let part = jobs[start..<min(start + Self.mostAtOnce, jobs.count)]
        if let tenant = part.first?.tenant { await read(part.map(\.job), of: tenant) }
      }
    }
  }

  private func read(_ ids: [JobID], of tenant: TenantContext) async {
    let found: [JobID: Job]
    state.withLock { $0.looks += 1 }
    do {
      let jobs = try await pool.withReadTransaction(for: tenant) { try await self.queue.jobs(ids, in: $0) }
      found = Dictionary(jobs.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    } catch {
      // The streams go on; the next look may succeed.
      logger.debug("watched jobs could not be read", metadata: ["error": .string("\(error)")])
      return
    }
    let told = state.withLock { state in
      ids.flatMap { id in (state.watched[id]?.watchers.values).map(Array.init)?.map { (found[id], $0) } ?? [] }
    }
    for (job, watcher) in told {
      if let job { watcher.yield(job) } else { watcher.finish() }
    }
  }
}
