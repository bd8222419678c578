import ArgumentParser
import Bootstrap
import Logging
import Persistence
import Postgres
import Tenancy

struct AuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "The tenants' audit chains.", subcommands: [Verify.self])

  struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Computes every link of the audit chains anew, of every tenant or of one.",
      discussion: "Needs HORARIUM_POSTGRES. Ends with 1 where a link was changed, moved or removed.")

    @Option(help: "A tenant's slug.")
    var tenant: String?

    func run() async throws {
      let settings = try HorariumConfiguration(needs: [.postgres])
      let logger = Logger.bootstrap(label: "horariumctl", level: .warning)
      let configuration = try settings.postgres(applicationName: "horariumctl")
      let areWhole = try await PostgresPool.withPool(configuration, logger: logger) { pool in
        let entries = try await TenantDirectory(pool: pool).all().filter {
          tenant == nil || $0.slug.rawValue == tenant
        }
        guard !entries.isEmpty || tenant == nil else {
          throw ValidationError("There is no tenant '\(tenant ?? "")'. Maybe look at 'horariumctl tenants list'.")
        }
        var areWhole = true
        for entry in entries {
          // All of a long history is read.
          let verdict = try await pool.withControlTransaction(deadline: .seconds(600)) {
            try await AuditChain.verify(tenant: entry.id, in: $0)
          }
          if case .whole = verdict {} else { areWhole = false }
          print("\(entry.slug): \(verdict.sentence)")
        }
        return areWhole
      }
      guard areWhole else { throw CommandExit.failed }
    }
  }
}

extension AuditVerdict {
  fileprivate var sentence: String {
    switch self {
    case .whole(let links): "whole, \(links) links"
    case .broken(let number): "BROKEN at link \(number): it or the one before it was changed, moved or removed"
    case .cutOff(let after, let head): "CUT OFF after link \(after): the head says \(head)"
    }
  }
}
