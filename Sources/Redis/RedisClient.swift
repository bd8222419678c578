import Logging
import ServiceLifecycle
import Synchronization

/// Commands over one connection, shared by all callers. Run it as a service.
///
/// Everything here may fail at any time, quickly: callers go on without Redis.
public final class RedisClient: Service, Sendable {
  /// For tests and metrics.
  public enum Event: Sendable, Equatable {
    case connected
    case disconnected(String)
  }

  private struct State {
    var breaker = CircuitBreaker()
    var connection: RedisConnection?
    var reason = "not connected yet"
  }

  /// For one consumer.
  public let events: AsyncStream<Event>

  private let eventContinuation: AsyncStream<Event>.Continuation
  private let configuration: RedisConfiguration
  private let logger: Logger
  private let state = Mutex(State())

  public init(configuration: RedisConfiguration, logger: Logger) {
    self.configuration = configuration
    self.logger = logger
    (events, eventContinuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(16))
  }

  public var isAvailable: Bool { state.withLock { $0.breaker.isClosed } }

  /// Keeps a connection until graceful shutdown.
  public func run() async throws {
    defer { eventContinuation.finish() }
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        let reason = await self.connectAndCarry()
        let (gone, retryAt) = self.state.withLock { state in
          defer { state.connection = nil }
          state.reason = reason
          return (state.connection, state.breaker.failed(at: .now, jitter: .random(in: 0...1)))
        }
        // The last reference closes the socket: not under the lock.
        withExtendedLifetime(gone) {}
        self.eventContinuation.yield(.disconnected(reason))
        if Task.isCancelled { return }
        self.logger.warning("no connection to Redis", metadata: ["reason": "\(reason)"])
        try? await Task.sleep(until: retryAt, clock: .continuous)
        self.state.withLock { $0.breaker.retried() }
      }
    }
  }

  /// - Parameter deadline: the configuration's when nil
  /// - Throws: `RedisError`
  public func command(_ arguments: [RedisArgument], deadline: Duration? = nil) async throws -> RedisReply {
    let replies = try await pipeline([arguments], deadline: deadline)
    if case .error(let message) = replies[0] { throw RedisError.server(message) }
    return replies[0]
  }

  /// Sends all commands at once. A refused one is an `.error` among the answers; the others are carried out.
  public func pipeline(_ commands: [[RedisArgument]], deadline: Duration? = nil) async throws -> [RedisReply] {
    let end = ContinuousClock.now + (deadline ?? configuration.deadline)
    let connection = try state.withLock { state in
      guard state.breaker.isClosed, let connection = state.connection else {
        throw RedisError.unavailable(state.reason)
      }
      return connection
    }
    return try await connection.send(commands, until: end)
  }

  /// Runs a script by its digest, and sends its text only when the server does not know it.
  public func eval(
    _ script: RedisScript, keys: [String], arguments: [RedisArgument] = [], deadline: Duration? = nil
  ) async throws -> RedisReply {
    let rest = [RedisArgument.int(Int64(keys.count))] + keys.map(RedisArgument.string) + arguments
    do {
      return try await command(["EVALSHA", .string(script.digest)] + rest, deadline: deadline)
    } catch RedisError.server(let message) where message.hasPrefix("NOSCRIPT") {
      return try await command(["EVAL", .string(script.text)] + rest, deadline: deadline)
    }
  }

  /// Returns why there is no connection any more.
  private func connectAndCarry() async -> String {
    do {
      let socket = try await RedisSocket.connect(configuration)
      let connection = RedisConnection(
        socket, keepAliveAfter: configuration.keepAliveAfter, patience: configuration.connectTimeout)
      state.withLock { state in
        state.connection = connection
        state.breaker.connected(at: .now)
      }
      eventContinuation.yield(.connected)
      try await connection.run()
      return "closed"
    } catch {
      return "\(error)"
    }
  }
}
