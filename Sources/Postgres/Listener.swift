import Logging
import ServiceLifecycle

/// Hears NOTIFY on a connection of its own, for as long as it runs.
///
/// Notifications are hints: those sent while the connection was away are lost. So `.connected` comes after every
/// (re)connection, once LISTEN is in effect, and again when a slow consumer has missed some: scan the tables then.
public final class Listener: Service, Sendable {
  public enum Event: Sendable, Equatable {
    case connected
    case notification(channel: String, payload: String)
  }

  /// For one consumer. Ends when `run` ends.
  public let notifications: AsyncStream<Event>

  private let continuation: AsyncStream<Event>.Continuation
  private let configuration: PostgresConfiguration
  private let script: String
  private let logger: Logger
  private static let pingAfter = Duration.seconds(5)

  /// - Parameter channels: names of lower-case letters, digits and underscores
  public init(configuration: PostgresConfiguration, channels: [String], logger: Logger) {
    for channel in channels {
      let isPlain = channel.utf8.allSatisfy { byte in
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
          || byte == UInt8(ascii: "_")
      }
      precondition(isPlain && (1...63).contains(channel.utf8.count), "\(channel) is no name for a channel")
    }
    // LISTEN takes no parameters: hence the check above.
    script = channels.map { "LISTEN \"\($0)\";" }.joined(separator: " ")
    self.configuration = configuration
    self.logger = logger
    (notifications, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1024))
  }

  public func run() async throws {
    defer { continuation.finish() }
    await cancelWhenGracefulShutdown {
      var failures = 0
      while !Task.isCancelled {
        do {
          try await self.listen { failures = 0 }
        } catch {
          guard !Task.isCancelled else { return }
          self.logger.warning("lost the connection that listens", metadata: ["error": "\(error)"])
        }
        let pause = min(Duration.milliseconds(100) * (1 << min(failures, 10)), .seconds(4))
        failures += 1
        try? await Task.sleep(for: pause * Double.random(in: 0.5...1))
      }
    }
  }

  private func listen(_ connected: () -> Void) async throws {
    let connection = try await Connection.connect(configuration)
    if await connection.isPooled {
      logger.error("A pooler in transaction mode lets nobody listen: set HORARIUM_POSTGRES_DIRECT.")
    }
    try await connection.run(script: script, until: .now + configuration.connectTimeout)
    connected()
    continuation.yield(.connected)
    while true {
      let heard = try await connection.nextNotifications(until: .now + Self.pingAfter)
      for event in heard {
        if case .dropped = continuation.yield(event) { continuation.yield(.connected) }
      }
      // Silence may also mean that the server has gone without a word.
      if heard.isEmpty { _ = try await connection.perform("SELECT", [], until: .now + .seconds(2)) }
    }
  }
}
