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
    let control = try await migrator.migrateControl()
    let versions = control.isEmpty ? "up to date" : "migrations \(control.map(String.init).joined(separator: ", "))"
    print("control schema: \(versions)")
    let report = try await migrator.migrateTenants()
    print("tenant schemas: \(report)")
  }
}
