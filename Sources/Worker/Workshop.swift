import Bootstrap
import Foundation
import Jobs
import Persistence
import Postgres
import Redis

/// What every job of this worker is done with.
package struct Workshop: Sendable {
  let queue: WorkerQueue
  let pool: PostgresPool
  let directory: TenantDirectory
  let redis: RedisClient
  let solver: SolverSettings

  package init(
    queue: WorkerQueue, pool: PostgresPool, directory: TenantDirectory, redis: RedisClient, solver: SolverSettings
  ) {
    self.queue = queue
    self.pool = pool
    self.directory = directory
    self.redis = redis
    self.solver = solver
  }

  var timing: LeaseTiming { queue.timing }
}

/// How solver children are started.
package struct SolverSettings: Sendable {
  let executable: String
  let strategyHost: String
  let plugins: String
  let ortools: String?
  let memoryMiB: Int

  package init(_ configuration: HorariumConfiguration, siblings: Siblings = Siblings()) {
    executable = siblings.executable
    strategyHost = siblings.path(of: "horarium-strategy-host")
    plugins = configuration.pluginFolder
    ortools = configuration.ortoolsFolder
    memoryMiB = configuration.solveMemoryMiB
  }

  /// No password and no address reaches a child: only what the loader and the C library look at.
  var environment: [String: String] {
    ProcessInfo.processInfo.environment.filter { ["LD_LIBRARY_PATH", "PATH", "TZ", "TMPDIR"].contains($0.key) }
  }
}
