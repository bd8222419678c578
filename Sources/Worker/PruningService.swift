import Jobs
import Logging
import Persistence
import Postgres
import ServiceLifecycle

/// Takes away what has been over for long. Every worker runs one; once in `period` one of them is the pruner.
struct PruningService: Service {
  let retention: Retention
  let directory: TenantDirectory
  let worker: WorkerID
  let period: Duration
  let logger: Logger

  func run() async throws {
    await cancelWhenGracefulShutdown {
      // A quarter of the period, so that a pruner that has died is followed soon; spread over all workers.
      while (try? await Task.sleep(for: period / 4 * .random(in: 0.5...1))) != nil { await pass() }
    }
  }

  private func pass() async {
    do {
      guard try await retention.isDue(every: period, worker: worker.rawValue) else { return }
      let started = ContinuousClock.now
      var all = Pruned()
      for tenant in try await directory.all() where [.active, .suspended].contains(tenant.state) {
        all += try await retention.prune(tenant.id) { error in
          logger.warning("Could not prune.", metadata: ["tenant": "\(tenant.id)", "error": "\(error)"])
        }
      }
      let workers = try await retention.forgetWorkers()
      logger.info(
        "Pruned.",
        metadata: [
          "keys": "\(all.keys)", "messages": "\(all.messages)", "tokens": "\(all.tokens)",
          "generations": "\(all.generations)", "jobs": "\(all.jobs)", "snapshots": "\(all.snapshots)",
          "workers": "\(workers)", "took": "\(started.duration(to: .now))",
        ])
    } catch {
      logger.warning("Could not prune.", metadata: ["error": "\(error)"])
    }
  }
}
