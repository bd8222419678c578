import ArgumentParser
import Bootstrap
import Foundation
import Jobs
import Logging
import Persistence
import Postgres
import Tenancy

struct JobsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "jobs", abstract: "Generation jobs.", subcommands: [List.self], defaultSubcommand: List.self)

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lists the newest jobs of every tenant, or of one.")

    @Option(help: "A tenant's slug.")
    var tenant: String?

    @Option(help: "Only jobs in this state: queued, running, completed, failed, cancelled or dead.")
    var state: String?

    @Option(help: "Jobs of each tenant.")
    var limit: Int = 20

    func run() async throws {
      var wanted: JobState?
      if let state {
        guard let known = JobState(rawValue: state) else {
          throw ValidationError(
            "--state is '\(state)'. Maybe one of: \(JobState.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        wanted = known
      }
      let settings = try HorariumConfiguration(needs: [.postgres])
      let logger = Logger.bootstrap(label: "horariumctl", level: .warning)
      let configuration = try settings.postgres(applicationName: "horariumctl")
      try await PostgresPool.withPool(configuration, logger: logger) { pool in
        let entries = try await TenantDirectory(pool: pool).all().filter {
          tenant == nil || $0.slug.rawValue == tenant
        }
        var table = TextTable(header: [
          "tenant", "number", "job", "state", "percent", "attempt", "worker", "created", "message",
        ])
        for entry in entries where entry.state == .active {
          let context = try TenantContext.service("horariumctl", entry: entry)
          let jobs = try await pool.withTransaction(for: context) {
            try await JobQueue().jobs(state: wanted, limit: limit, in: $0)
          }
          for job in jobs {
            table.add([
              entry.slug.rawValue, "\(job.number)", "\(job.id)", job.state.rawValue, "\(Int(job.percent))",
              "\(job.attempt)", job.worker ?? "", job.createdAt.formatted(.iso8601),
              job.errorMessage ?? job.message ?? "",
            ])
          }
        }
        print(table.text)
      }
    }
  }
}
