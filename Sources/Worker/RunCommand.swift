import ArgumentParser
import Bootstrap
import Foundation
import Jobs
import Logging
import Persistence
import Postgres
import Processes
import Redis
import ServiceLifecycle

struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Works until it is told to stop (SIGTERM): then it gives its jobs back and ends.",
    discussion: "Its settings come from the environment: HORARIUM_POSTGRES, HORARIUM_REDIS and others.")

  @Option(help: "Jobs at once; each takes about two cores. Left out: half of the cores.")
  var parallel: Int = max(1, ProcessInfo.processInfo.activeProcessorCount / 2)

  func validate() throws {
    guard (1...256).contains(parallel) else {
      throw ValidationError("--parallel is \(parallel). Maybe a number from 1 to 256.")
    }
  }

  func run() async throws {
    let settings = try HorariumConfiguration(needs: [.postgres, .redis])
    let logger = Logger.bootstrap(label: "horarium.worker", level: settings.logLevel)
    OwnProcess.ignoreBrokenPipes()

    let postgres = try settings.postgres(applicationName: "horarium-worker")
    let pool = PostgresPool(configuration: postgres, logger: logger)
    let redis = RedisClient(configuration: try settings.redis(), logger: logger)
    let listener = Listener(
      configuration: try settings.postgresListening(applicationName: "horarium-worker"),
      channels: [JobChannel.queued, JobChannel.cancel], logger: logger)
    let identity = WorkerIdentity()
    let workshop = Workshop(
      queue: WorkerQueue(pool: pool, worker: identity.id), pool: pool, directory: TenantDirectory(pool: pool),
      redis: redis, solver: SolverSettings(settings))
    let claiming = ClaimingService(
      workshop: workshop, identity: identity, capacity: parallel, wakeUps: listener.notifications, logger: logger)
    var services: [any Service] = [pool, redis, listener, claiming]
    if let period = settings.prunePeriod {
      services.append(
        PruningService(
          retention: Retention(
            pool: pool, ages: RetentionAges(jobs: settings.keepJobs, messages: settings.keepMessages)),
          directory: TenantDirectory(pool: pool),
          worker: identity.id, period: period, logger: logger))
    }
    logger.info(
      "Working.",
      metadata: [
        "worker": "\(identity.id.rawValue)", "parallel": "\(parallel)",
        "ortools": "\(settings.ortoolsFolder ?? "not found")", "plugins": "\(settings.pluginFolder)",
      ])
    try await Bootstrap.run(services: services, logger: logger)
  }
}
