import Bootstrap
import Foundation
import Logging
import Postgres
import Redis
import Tokens

/// The program `horarium-server`: reads its environment, connects, serves until it is told to stop.
@main
struct HorariumServer {
  static func main() async {
    do {
      try await serve()
    } catch {
      LineLogHandler.standardError("horarium-server: \(error)\n")
      exit(1)
    }
  }

  private static func serve() async throws {
    let configuration = try HorariumConfiguration(needs: [.postgres, .redis, .tokenKeys])
    let logger = Logger.bootstrap(label: "horarium-server", level: configuration.logLevel)
    let library = TokenLibrary.loaded
    try library.demandSound()
    logger.info("libjwt", metadata: ["version": "\(library.version)", "file": "\(library.file)"])
    let postgres = try configuration.postgres(applicationName: "horarium-server")
    let dependencies = Dependencies(
      pool: PostgresPool(configuration: postgres, logger: logger),
      redis: RedisClient(configuration: try configuration.redis(), logger: logger),
      subscriber: RedisSubscriber(configuration: try configuration.redis(), logger: logger),
      changes: DatabaseChanges(
        configuration: try configuration.postgresListening(applicationName: "horarium-server"), logger: logger),
      keys: try TokenKeys(contentsOf: try configuration.value(of: .tokenKeys)),
      limits: limits(configuration, logger),
      proxies: TrustedProxies(
        blocks: configuration.trustedProxies,
        header: configuration.proxyHeader == "forwarded" ? .forwarded : .xForwardedFor),
      logger: logger)
    let application = ServerApplication.make(
      dependencies, host: configuration.httpHost, port: configuration.httpPort,
      onServerRunning: { port in logger.notice("listening", metadata: ["port": "\(port)"]) })
    try await run(
      services: [dependencies.pool] + dependencies.services + [application], logger: logger)
  }

  private static func limits(_ configuration: HorariumConfiguration, _ logger: Logger) -> ConnectionLimits {
    var limits = ConnectionLimits()
    limits.connections = DescriptorLimit.raise(for: configuration.httpConnections)
    limits.connectionsPerClient = min(limits.connections, configuration.httpConnectionsPerClient)
    if limits.connections < configuration.httpConnections {
      logger.warning(
        "the process may not have as many sockets as HORARIUM_HTTP_CONNECTIONS wants; maybe raise its limit (ulimit -n)",
        metadata: [
          "wanted": .stringConvertible(configuration.httpConnections),
          "possible": .stringConvertible(limits.connections),
        ])
    }
    return limits
  }
}
