import Readiness
import Synchronization
import Tenancy

/// Runs what takes long between its waits (the rows of an institution are thousands of documents to decode), and what
/// comes in bursts (one word of progress goes to a thousand watchers), on threads of its own, which stand back: it never
/// holds up one of the few that answer everybody. Tenants with something to do take turns.
package final class FairExecutor: Sendable {
  private typealias Turn = (job: UnownedJob, lane: Lane)

  private let threads: BlockingThreads
  private let line = Mutex(FairLine<TenantID, Turn>())

  /// - Parameter niceness: how far the threads stand back where processors are scarce, 0 to 19
  package init(name: String, count: Int, niceness: Int32) {
    threads = BlockingThreads(name: name, count: count, niceness: niceness)
  }

  /// Runs `body`, and the child tasks that it makes, in `tenant`'s lane.
  package nonisolated(nonsending) func run<Value: Sendable>(
    for tenant: TenantID, _ body: () async throws -> Value
  ) async throws -> Value {
    try await withTaskExecutorPreference(lane(of: tenant)) { try await body() }
  }

  /// A task that prefers the lane does not keep it: whoever made it does, for as long as the task runs.
  package func lane(of tenant: TenantID) -> Lane { Lane(tenant, of: self) }

  private func enqueue(_ turn: Turn) {
    line.withLock { $0.append(turn, for: turn.lane.tenant) }
    // As many takers as turns: each takes whosever turn it is by then.
    threads.submit {
      guard let (_, turn) = self.line.withLock({ $0.next() }) else { return }
      turn.job.runSynchronously(on: turn.lane.asUnownedTaskExecutor())
    }
  }

  /// The executor as one tenant sees it.
  package final class Lane: TaskExecutor {
    fileprivate let tenant: TenantID
    private let executor: FairExecutor

    fileprivate init(_ tenant: TenantID, of executor: FairExecutor) {
      self.tenant = tenant
      self.executor = executor
    }

    package func enqueue(_ job: consuming ExecutorJob) { executor.enqueue((UnownedJob(job), self)) }
  }
}
