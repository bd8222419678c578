import Logging
import ServiceLifecycle

/// Runs the services until one ends, fails, or the process gets SIGTERM or SIGINT; then all shut down
/// gracefully, last one first, within `grace`.
///
/// Order them as they depend on one another: pools and clients first, what uses them last.
public func run(services: [any Service], grace: Duration = .seconds(20), logger: Logger) async throws {
  var configuration = ServiceGroupConfiguration(
    services: services.map {
      .init(
        service: $0, successTerminationBehavior: .gracefullyShutdownGroup,
        failureTerminationBehavior: .gracefullyShutdownGroup)
    },
    gracefulShutdownSignals: [.sigterm, .sigint],
    logger: logger)
  configuration.maximumGracefulShutdownDuration = grace
  configuration.maximumCancellationDuration = .seconds(5)
  try await ServiceGroup(configuration: configuration).run()
}
