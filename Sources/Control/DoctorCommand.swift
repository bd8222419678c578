import ArgumentParser
import Bootstrap
import CPSAT
import Foundation
import Logging
import Persistence
import Postgres
import Redis
import Tenancy
import Tokens
import WeightingPlugins

struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Looks at every part that Horarium needs, and says what to do about those that are not well.",
    discussion: "Changes nothing. Ends with 1 where a part is not well.")

  func run() async throws {
    let logger = Logger.bootstrap(label: "horariumctl", level: .critical)
    var examination = Examination()
    let settings: HorariumConfiguration
    do {
      let (environment, source) = Self.environment()
      settings = try HorariumConfiguration(environment: environment)
      examination.report("settings", .well("read from \(source)"))
    } catch {
      examination.report("settings", .ill("\(error)"))
      throw CommandExit.failed
    }
    let parts: [(String, @Sendable () async throws -> Examination.Finding)] = [
      ("OR-Tools", { try Self.ortools(settings) }), ("strategies", { Self.strategies(settings) }),
      ("token keys", { try Self.tokenKeys(settings) }), ("libjwt", { Self.tokenLibrary(.loaded) }),
      ("Redis", { try await Self.redis(settings, logger) }),
      ("PostgreSQL", { try await Self.postgres(settings, logger) }),
      ("migrations", { try await Self.migrations(settings, logger) }), ("worker", { Self.program("horarium-worker") }),
      ("server", { Self.program("horarium-server") }),
    ]
    for (name, look) in parts {
      do {
        examination.report(name, try await look())
      } catch {
        examination.report(name, .ill("\(error)"))
      }
    }
    guard examination.isAllWell else { throw CommandExit.failed }
  }

  /// The process's own environment; where it names nothing of Horarium's, what `ops/run` has left nearby.
  private static func environment() -> (values: [String: String], source: String) {
    let own = ProcessInfo.processInfo.environment
    guard !own.keys.contains(where: { $0.hasPrefix("HORARIUM_") }), let file = SettingsFile.nearest() else {
      return (own, "the environment")
    }
    let unread =
      file.unreadLines.isEmpty ? "" : ", but for lines \(file.unreadLines.map(String.init).joined(separator: ", "))"
    return (own.merging(file.values) { $1 }, file.path + unread)
  }

  private static func ortools(_ settings: HorariumConfiguration) throws -> Examination.Finding {
    guard let folder = settings.ortoolsFolder else {
      return .ill("not found\nMaybe run ops/fetch-ortools, or set HORARIUM_ORTOOLS to its folder.")
    }
    return .well("\(try CPSATSolver.locate(folder: folder).name) in \(folder)")
  }

  private static func strategies(_ settings: HorariumConfiguration) -> Examination.Finding {
    let catalog = PluginCatalog(folder: settings.pluginFolder, host: Siblings().path(of: "horarium-strategy-host"))
    guard catalog.faults.isEmpty else { return .ill(catalog.faults.map { "\($0)" }.joined(separator: "\n")) }
    guard !catalog.strategies.isEmpty else {
      return .ill("none in \(settings.pluginFolder)\nMaybe set HORARIUM_PLUGINS to their folder.")
    }
    return .well("\(catalog.strategies.count) in \(settings.pluginFolder)")
  }

  private static func tokenKeys(_ settings: HorariumConfiguration) throws -> Examination.Finding {
    let path = try settings.value(of: .tokenKeys)
    _ = try TokenKeys(contentsOf: path)
    return .well(path)
  }

  private static func tokenLibrary(_ library: TokenLibrary) -> Examination.Finding {
    library.fault.map { .ill($0) } ?? .well("version \(library.version), \(library.file)")
  }

  private static func redis(_ settings: HorariumConfiguration, _ logger: Logger) async throws -> Examination.Finding {
    let client = RedisClient(configuration: try settings.redis(), logger: logger)
    let version = try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await client.run() }
      defer { group.cancelAll() }
      var failure: any Error = RedisError.unavailable("not connected")
      for _ in 0..<20 {
        do {
          return try await client.command(["INFO", "server"]).string ?? ""
        } catch {
          failure = error
          try await Task.sleep(for: .milliseconds(50))
        }
      }
      throw failure
    }
    let line = version.split(whereSeparator: \.isNewline).first { $0.hasPrefix("redis_version:") }
    return .well(line.map { "version " + $0.dropFirst("redis_version:".count) } ?? "answers")
  }

  private static let askVersion = Statement<Void, String>("SELECT current_setting('server_version')") {
    (row: inout RowReader) throws(RowError) in try row.text()
  }

  private static func postgres(_ settings: HorariumConfiguration, _ logger: Logger) async throws -> Examination.Finding
  {
    let configuration = try settings.postgres(applicationName: "horariumctl")
    let version = try await PostgresPool.withPool(configuration, logger: logger) { pool in
      try await pool.withTransaction(as: .none) { try await $0.first(askVersion) }
    }
    guard let version, let major = Int(version.prefix { $0.isNumber }), major >= 15 else {
      return .ill("version \(version ?? "unknown")\nMaybe install PostgreSQL 15 or later.")
    }
    return .well("version \(version)")
  }

  private static func migrations(_ settings: HorariumConfiguration, _ logger: Logger) async throws
    -> Examination.Finding
  {
    let configuration = try settings.postgres(applicationName: "horariumctl")
    let tenants: [TenantEntry]
    do {
      tenants = try await PostgresPool.withPool(configuration, logger: logger) {
        try await TenantDirectory(pool: $0).all()
      }
    } catch {
      return .ill("the control schema cannot be read: \(error)\nMaybe run 'horariumctl migrate'.")
    }
    let newest = tenants.map(\.schemaVersion).max() ?? 0
    let behind = tenants.filter { $0.schemaVersion < newest }.map(\.slug.rawValue)
    guard behind.isEmpty else {
      return .ill("behind: \(behind.joined(separator: ", "))\nMaybe run 'horariumctl migrate'.")
    }
    return .well("\(tenants.count) tenants, all with schema version \(newest)")
  }

  private static func program(_ name: String) -> Examination.Finding {
    let path = Siblings().path(of: name)
    return FileManager.default.isExecutableFile(atPath: path)
      ? .well(path) : .ill("\(path) is missing\nMaybe run 'swift build -c release'.")
  }
}

/// A list of parts, each well or with advice.
struct Examination {
  enum Finding { case well(String), ill(String) }

  private(set) var isAllWell = true

  mutating func report(_ part: String, _ finding: Finding) {
    let name = part + String(repeating: " ", count: max(0, 12 - part.count))
    switch finding {
    case .well(let detail): print("well    \(name)  \(detail)")
    case .ill(let detail):
      isAllWell = false
      let indented = detail.split(whereSeparator: \.isNewline).joined(separator: "\n                      ")
      print("ILL     \(name)  \(indented)")
    }
  }
}
