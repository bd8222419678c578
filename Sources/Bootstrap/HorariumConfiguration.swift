import Configuration
import Foundation
import Logging
import Postgres
import Redis

/// What a Horarium process reads from its environment, once, at its start.
///
/// | key | type | default | secret |
/// |---|---|---|---|
/// | `HORARIUM_POSTGRES` | libpq conninfo of the login role `horarium_app` | none | yes |
/// | `HORARIUM_POSTGRES_OWNER` | libpq conninfo of the owner role, for migrations and tenants | none | yes |
/// | `HORARIUM_POSTGRES_CONNECTIONS` | integer, 1 to 200: connections of one process | 8 | no |
/// | `HORARIUM_POSTGRES_DIRECT` | as `HORARIUM_POSTGRES`, past a pooler: for LISTEN | `HORARIUM_POSTGRES` | yes |
/// | `HORARIUM_POSTGRES_PREPARED` | `on` or `off`: prepared statements; `off` behind a pooler in transaction mode | `on` | no |
/// | `HORARIUM_REDIS` | `unix:/path` or `host:port` | none | no |
/// | `HORARIUM_REDIS_PASSWORD` | text | none | yes |
/// | `HORARIUM_HTTP_HOST` | address to listen on | `127.0.0.1` | no |
/// | `HORARIUM_HTTP_PORT` | integer, 0 to 65535; 0 takes a free one | 8080 | no |
/// | `HORARIUM_HTTP_CONNECTIONS` | integer, 16 to 1000000: clients' connections at once; the limit of open files may lower it | 8192 | no |
/// | `HORARIUM_HTTP_CONNECTIONS_PER_CLIENT` | integer, 1 to 1000000: of one address; behind a proxy as many as all | 2048 | no |
/// | `HORARIUM_TRUSTED_PROXIES` | address blocks with commas between: `10.0.0.0/8, fd00::/8`; the proxies whose word on a client's address counts | none | no |
/// | `HORARIUM_PROXY_HEADER` | `x-forwarded-for` or `forwarded`: the one that those proxies write | `x-forwarded-for` | no |
/// | `HORARIUM_TOKEN_KEYS` | path of the key file (`horariumctl keys generate`), mode 0600 | none | no |
/// | `HORARIUM_PLUGINS` | folder with the strategies' `.so` files | the executable's folder | no |
/// | `HORARIUM_ORTOOLS` | folder into which OR-Tools was unpacked | the nearest `.local/ortools` above the executable | no |
/// | `HORARIUM_SOLVE_MEMORY_MIB` | integer, 256 to 1048576: data memory of one solver child | 8192 | no |
/// | `HORARIUM_PRUNE_MINUTES` | integer, 0 to 10080: how often one of the workers prunes; 0: never | 60 | no |
/// | `HORARIUM_KEEP_JOBS_DAYS` | integer, 1 to 36500: finished jobs, and results of which nothing was selected | 365 | no |
/// | `HORARIUM_KEEP_MESSAGES_DAYS` | integer, 1 to 3650: messages that nobody fetches | 30 | no |
/// | `HORARIUM_LOG_LEVEL` | `trace` `debug` `info` `notice` `warning` `error` `critical` | `info` | no |
///
/// A key that is there but wrong is always an error; one that is missing only where the process `needs` it.
public struct HorariumConfiguration: Sendable {
  /// A key without a default.
  public enum Need: String, Hashable, Sendable, CaseIterable {
    case postgres = "HORARIUM_POSTGRES"
    case postgresOwner = "HORARIUM_POSTGRES_OWNER"
    case redis = "HORARIUM_REDIS"
    case tokenKeys = "HORARIUM_TOKEN_KEYS"
  }

  public var logLevel: Logger.Level
  public var httpHost: String
  public var httpPort: Int
  public var httpConnections: Int
  public var httpConnectionsPerClient: Int
  public var trustedProxies: [AddressBlock]
  public var proxyHeader: String
  public var pluginFolder: String
  /// Nil where OR-Tools is not installed: the engine then works without its exact solver, and says so.
  public var ortoolsFolder: String?
  public var solveMemoryMiB: Int
  /// Nil: nothing is pruned.
  public var prunePeriod: Duration?
  public var keepJobs: Duration
  public var keepMessages: Duration
  private var connections: Int
  private var directPostgres: String?
  private var prepareStatements: Bool
  private var required: [Need: String]
  private var redisPassword: String?

  /// Reads and checks everything; the error names every key that is missing or wrong, not only the first.
  public init(
    needs: Set<Need> = [], environment: [String: String] = ProcessInfo.processInfo.environment,
    siblings: Siblings = Siblings()
  ) throws(ConfigurationError) {
    let secrets: Set<String> = [
      "HORARIUM_POSTGRES", "HORARIUM_POSTGRES_DIRECT", "HORARIUM_POSTGRES_OWNER", "HORARIUM_REDIS_PASSWORD",
    ]
    let reader = ConfigReader(
      provider: EnvironmentVariablesProvider(environmentVariables: environment, secretsSpecifier: .specific(secrets)))
    var keys = KeyReader(reader: reader, isPresent: { environment[$0] != nil })

    logLevel = keys.value("HORARIUM_LOG_LEVEL", default: Logger.Level.info, parse: Logger.Level.init(rawValue:)) {
      "Maybe one of: \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))"
    }
    httpHost = keys.text("HORARIUM_HTTP_HOST") ?? "127.0.0.1"
    httpPort = keys.integer("HORARIUM_HTTP_PORT", default: 8080, range: 0...65535)
    httpConnections = keys.integer("HORARIUM_HTTP_CONNECTIONS", default: 8192, range: 16...1_000_000)
    httpConnectionsPerClient = keys.integer(
      "HORARIUM_HTTP_CONNECTIONS_PER_CLIENT", default: 2048, range: 1...1_000_000)
    trustedProxies = keys.value("HORARIUM_TRUSTED_PROXIES", default: [], parse: Self.addressBlocks) {
      "Maybe write each as an address and the bits that count, with commas between: '10.0.0.0/8, fd00::/8'."
    }
    proxyHeader = keys.value(
      "HORARIUM_PROXY_HEADER", default: "x-forwarded-for",
      parse: { ["x-forwarded-for", "forwarded"].contains($0.lowercased()) ? $0.lowercased() : nil }
    ) { "Maybe one of: x-forwarded-for, forwarded" }
    connections = keys.integer("HORARIUM_POSTGRES_CONNECTIONS", default: 8, range: 1...200)
    directPostgres = keys.text("HORARIUM_POSTGRES_DIRECT", isSecret: true)
    prepareStatements = keys.value(
      "HORARIUM_POSTGRES_PREPARED", default: true, parse: { ["on": true, "off": false][$0] }
    ) { "Maybe one of: on, off" }
    solveMemoryMiB = keys.integer("HORARIUM_SOLVE_MEMORY_MIB", default: 8192, range: 256...1_048_576)
    let minutes = keys.integer("HORARIUM_PRUNE_MINUTES", default: 60, range: 0...10_080)
    prunePeriod = minutes == 0 ? nil : .seconds(60 * minutes)
    keepJobs = .seconds(86_400 * keys.integer("HORARIUM_KEEP_JOBS_DAYS", default: 365, range: 1...36_500))
    keepMessages = .seconds(86_400 * keys.integer("HORARIUM_KEEP_MESSAGES_DAYS", default: 30, range: 1...3_650))
    pluginFolder = keys.folder("HORARIUM_PLUGINS") ?? siblings.folder
    ortoolsFolder = keys.folder("HORARIUM_ORTOOLS") ?? siblings.nearest(".local/ortools")
    redisPassword = keys.text("HORARIUM_REDIS_PASSWORD", isSecret: true)
    var required: [Need: String] = [:]
    for need in Need.allCases {
      let value = keys.text(need.rawValue, isSecret: secrets.contains(need.rawValue))
      if value == nil, needs.contains(need) { keys.isMissing(need) }
      required[need] = value
    }
    self.required = required
    if let address = required[.redis], !RedisConfiguration.isAddress(address) {
      keys.isWrong("HORARIUM_REDIS", address, "Maybe 'unix:/path/of/the/socket' or 'host:6379'")
    }
    if let problems = keys.problems { throw problems }
  }
}

extension HorariumConfiguration {
  /// Nil where one of them is none.
  private static func addressBlocks(_ text: String) -> [AddressBlock]? {
    let words = text.split { $0 == "," || $0 == " " }
    let blocks = words.compactMap { AddressBlock($0) }
    return blocks.count == words.count ? blocks : nil
  }

  /// The value of a key; calling it for one that `needs` did not name may throw.
  public func value(of need: Need) throws(ConfigurationError) -> String {
    guard let value = required[need] else { throw ConfigurationError(problems: [.missing(need)]) }
    return value
  }

  /// For the login role that may do nothing by itself.
  public func postgres(applicationName: String) throws(ConfigurationError) -> PostgresConfiguration {
    var configuration = PostgresConfiguration(
      conninfo: try value(of: .postgres), applicationName: applicationName, maxConnections: connections)
    configuration.prepareStatements = prepareStatements
    return configuration
  }

  /// For connections that listen: past a pooler, which lets nobody.
  public func postgresListening(applicationName: String) throws(ConfigurationError) -> PostgresConfiguration {
    let pooled = try value(of: .postgres)
    return PostgresConfiguration(
      conninfo: directPostgres ?? pooled, applicationName: applicationName, maxConnections: 1)
  }

  /// For the role that owns the database: migrations and tenants.
  public func postgresOwner(applicationName: String) throws(ConfigurationError) -> PostgresConfiguration {
    PostgresConfiguration(conninfo: try value(of: .postgresOwner), applicationName: applicationName, maxConnections: 2)
  }

  public func redis() throws(ConfigurationError) -> RedisConfiguration {
    RedisConfiguration(address: try value(of: .redis), password: redisPassword)
  }
}
