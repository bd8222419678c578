import ArgumentParser
import Bootstrap
import Logging
import Persistence

struct MigrateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "migrate",
    abstract: "Brings the control schema and every tenant's schema to this program's version.",
    discussion: "Needs HORARIUM_POSTGRES_OWNER. Does nothing where nothing is to be done; can be run again at any time."
  )

  func run() async throws {
    let settings = try HorariumConfiguration(needs: [.postgresOwner])
    let logger = Logger.bootstrap(label: "horariumctl", level: .warning)
    let migrator = Migrator(owner: try settings.postgresOwner(applicationName: "horariumctl"), logger: logger)
    let report = try await migrator.migrate()
    let versions = report.control.map(String.init).joined(separator: ", ")
    print("control schema: \(report.control.isEmpty ? "up to date" : "migrated to \(versions)")")
    print("tenant schemas: \(report.tenants.isEmpty ? "up to date" : "\(report.tenants.count) migrated")")
    for (tenant, reason) in report.failures.sorted(by: { $0.key < $1.key }) {
      Console.print(error: "\(tenant) was not migrated: \(reason)\nMaybe run it again when the tenant is less busy.")
    }
    guard report.failures.isEmpty else { throw CommandExit.failed }
  }
}
