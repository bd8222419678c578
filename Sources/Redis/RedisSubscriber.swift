import Logging
import Readiness
import ServiceLifecycle
import Synchronization

/// Hears messages on a connection of its own. Run it as a service.
///
/// Messages are hints: those published while the connection was away are lost. So `.subscribed` comes each time a
/// subscription is in effect: read the state then. A slow consumer loses the oldest messages, never the newest.
public final class RedisSubscriber: Service, Sendable {
  public enum Event: Sendable, Equatable {
    case subscribed
    case message([UInt8])
  }

  private struct State {
    var streams: [String: [Int: AsyncStream<Event>.Continuation]] = [:]
    /// Channels for which the server has confirmed a subscription on this connection.
    var confirmed: Set<String> = []
    var nextStream = 1
    var descriptor: Int32?
    var isFinished = false
  }

  private let configuration: RedisConfiguration
  private let logger: Logger
  private let state = Mutex(State())
  private static let kept = 64

  public init(configuration: RedisConfiguration, logger: Logger) {
    self.configuration = configuration
    self.logger = logger
  }

  /// Any number of streams may share a channel. Dropping the stream ends the subscription.
  public func subscribe(_ channel: String) -> AsyncStream<Event> {
    let (stream, continuation) = AsyncStream<Event>.makeStream(bufferingPolicy: .bufferingNewest(Self.kept))
    let id: Int? = state.withLock { state in
      guard !state.isFinished else { return nil }
      defer { state.nextStream += 1 }
      state.streams[channel, default: [:]][state.nextStream] = continuation
      if state.confirmed.contains(channel) { continuation.yield(.subscribed) }
      return state.nextStream
    }
    guard let id else {
      continuation.finish()
      return stream
    }
    continuation.onTermination = { [weak self] _ in self?.unsubscribe(channel, id) }
    wake()
    return stream
  }

  /// Keeps a connection until graceful shutdown, which ends all streams.
  public func run() async throws {
    await cancelWhenGracefulShutdown {
      var breaker = CircuitBreaker()
      while !Task.isCancelled {
        do {
          let socket = try await RedisSocket.connect(self.configuration)
          breaker.connected(at: .now)
          try await self.carry(socket)
        } catch {
          self.state.withLock { state in
            state.descriptor = nil
            state.confirmed = []
          }
          if Task.isCancelled { break }
          self.logger.warning("no connection to Redis for messages", metadata: ["reason": "\(error)"])
          try? await Task.sleep(until: breaker.failed(at: .now, jitter: .random(in: 0...1)), clock: .continuous)
          breaker.retried()
        }
      }
    }
    let ended = state.withLock { state in
      defer { state.streams = [:] }
      state.isFinished = true
      return state.streams.values.flatMap(\.values)
    }
    for continuation in ended { continuation.finish() }
  }

  private func unsubscribe(_ channel: String, _ id: Int) {
    state.withLock { state in
      state.streams[channel]?[id] = nil
      if state.streams[channel]?.isEmpty ?? false { state.streams[channel] = nil }
    }
    wake()
  }

  /// The carrying task compares what is wanted with what was asked for.
  private func wake() {
    if let descriptor = state.withLock({ $0.descriptor }) { Readiness.shared.interrupt(descriptor) }
  }

  private func carry(_ socket: RedisSocket) async throws {
    state.withLock { $0.descriptor = socket.descriptor }
    var asked: Set<String> = []
    var isPinged = false
    while true {
      let wanted = state.withLock { Set($0.streams.keys) }
      for channel in wanted.subtracting(asked) { try socket.append(["SUBSCRIBE", .string(channel)]) }
      for channel in asked.subtracting(wanted) { try socket.append(["UNSUBSCRIBE", .string(channel)]) }
      asked = wanted
      let isWritten = try socket.write()
      while let reply = try socket.nextReply() { handle(reply) }
      let patience = isPinged ? configuration.connectTimeout : configuration.keepAliveAfter
      switch try await Readiness.shared.wait(
        for: isWritten ? .read : [.read, .write], on: socket.descriptor, until: .now + patience)
      {
      case .ready:
        isPinged = false
        try socket.read()
      case .interrupted: break
      case .deadlineReached:
        guard !isPinged else { throw RedisError.deadlineExceeded }
        isPinged = true
        try socket.append(["PING"])
      }
    }
  }

  private func handle(_ reply: RedisReply) {
    guard let parts = reply.array, parts.count == 3, let kind = parts[0].string, let channel = parts[1].string else {
      return
    }
    state.withLock { state in
      switch kind {
      case "subscribe":
        state.confirmed.insert(channel)
        for continuation in (state.streams[channel] ?? [:]).values { continuation.yield(.subscribed) }
      case "unsubscribe": state.confirmed.remove(channel)
      case "message":
        guard case .bytes(let payload) = parts[2] else { return }
        for continuation in (state.streams[channel] ?? [:]).values { continuation.yield(.message(payload)) }
      default: break
      }
    }
  }
}
