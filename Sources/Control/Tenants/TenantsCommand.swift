import ArgumentParser
import Bootstrap
import Logging
import Persistence
import Postgres

struct TenantsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tenants",
    abstract: "Tenants as reviewed files: what would change, and changing it.",
    discussion: "tenants/README.md says what such a file holds.",
    subcommands: [Plan.self, Apply.self, List.self])

  struct Folder: ParsableArguments {
    @Argument(help: "The folder that holds one folder for each tenant.")
    var folder: String = "tenants"

    @Option(
      help:
        "A part in which the file wins over what was changed in the meantime, as 'apply' names it: preset:NAME, account:EMAIL, institution:TERM, definition; may be repeated."
    )
    var overwrite: [String] = []
  }

  struct Plan: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Says what 'apply' would change, and changes nothing.",
      discussion: "Needs HORARIUM_POSTGRES_OWNER and HORARIUM_POSTGRES. Ends with 2 where a file has mistakes.")

    @OptionGroup var folder: Folder

    func run() async throws {
      try await TenantsCommand.forEach(in: folder) { desired, state, overwriting in
        print(try await desired.changes(state, overwriting: overwriting).text(desired.file.slug))
      }
    }
  }

  struct Apply: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Makes the tenants as the files say: makes them, sets quotas, accounts and presets, imports data.",
      discussion: """
        Needs HORARIUM_POSTGRES_OWNER and HORARIUM_POSTGRES. Again changes nothing. What was changed in the meantime by \
        other ways is named and kept: see --overwrite. Never removes a tenant, an account or a preset that no file names. \
        Ends with 2 where a file has mistakes.
        """)

    @OptionGroup var folder: Folder

    func run() async throws {
      try await TenantsCommand.forEach(in: folder) { desired, state, overwriting in
        print(try await desired.apply(state, overwriting: overwriting).text(desired.file.slug))
      }
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists the tenants.")

    func run() async throws {
      let settings = try HorariumConfiguration(needs: [.postgres])
      let logger = Logger.bootstrap(label: "horariumctl", level: .warning)
      let configuration = try settings.postgres(applicationName: "horariumctl")
      try await PostgresPool.withPool(configuration, logger: logger) { pool in
        var table = TextTable(header: ["slug", "name", "id", "state", "plan", "running", "queued", "schema"])
        for entry in try await TenantDirectory(pool: pool).all() {
          table.add([
            entry.slug.rawValue, entry.name, entry.id.rawValue, entry.state.rawValue, entry.plan,
            "\(entry.quotas.runningJobs)", "\(entry.quotas.queuedJobs)", "\(entry.schemaVersion)",
          ])
        }
        print(table.text)
      }
    }
  }

  /// Reads all files first: one with a mistake changes nothing anywhere.
  private static func forEach(
    in folder: Folder, _ body: (DesiredTenant, TenantStores, Set<String>) async throws -> Void
  ) async throws {
    let settings = try HorariumConfiguration(needs: [.postgres, .postgresOwner])
    let logger = Logger.bootstrap(label: "horariumctl", level: .warning)
    let desired: [DesiredTenant]
    do {
      var found: [DesiredTenant] = []
      for (path, file) in try TenantFile.all(in: folder.folder) {
        found.append(try await DesiredTenant(path: path, file: file))
      }
      desired = found
      let parts = Set(found.flatMap(\.partNames))
      if let unknown = folder.overwrite.first(where: { !parts.contains($0) }) {
        throw InputError(
          message: "--overwrite '\(unknown)' names no part of these tenants.\nMaybe one that 'plan' says it keeps.")
      }
    } catch let error as InputError {
      Console.print(error: error.message)
      throw CommandExit.wrongInput
    }
    let owner = try settings.postgresOwner(applicationName: "horariumctl")
    let app = try settings.postgres(applicationName: "horariumctl")
    try await PostgresPool.withPool(app, logger: logger) { pool in
      let state = TenantStores(
        provisioner: TenantProvisioner(owner: owner, logger: logger), directory: TenantDirectory(pool: pool),
        pool: pool)
      for tenant in desired { try await body(tenant, state, Set(folder.overwrite)) }
    }
  }
}
