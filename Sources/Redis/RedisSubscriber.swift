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
    let entry: (id: Int, isConfirmed: Bool)? = state.withLock { state in
      guard !state.isFinished else { return nil }
      defer { state.nextStream += 1 }
      state.streams[channel, default: [:]][state.nextStream] = continuation
      return (state.nextStream, state.confirmed.contains(channel))
    }
    guard let entry else {
      continuation.finish()
      return stream
    }
    continuation.onTermination = { [weak self] _ in self?.unsubscribe(channel, entry.id) }
    if entry.isConfirmed { continuation.yield(.subscribed) }
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
    let gone = state.withLock { state in
      defer { if state.streams[channel]?.isEmpty ?? false { state.streams[channel] = nil } }
      return state.streams[channel]?.removeValue(forKey: id)
    }
    // The last reference may go with it, and whoever waits be told: not under the lock.
    withExtendedLifetime(gone) {}
    wake()
  }

  /// The carrying task compares what is wanted with what was asked for.
  private func wake() {
    if let descriptor = state.withLock({ $0.descriptor }) { Readiness.shared.interrupt(descriptor) }
  }

  private func carry(_ socket: RedisSocket) async throws {
    state.withLock { $0.descriptor = socket.descriptor }
    // Before the socket closes: its number may be another connection's a moment later, which `wake` would disturb.
    defer { withExtendedLifetime(socket) { state.withLock { $0.descriptor = nil } } }
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

  /// Decides under the lock and tells the streams outside of it. Their continuations take the lock of the task that
  /// waits; a task that is being cancelled holds that very lock while it calls `unsubscribe`, which wants ours.
  private func handle(_ reply: RedisReply) {
    guard let parts = reply.array, parts.count == 3, let kind = parts[0].string, let channel = parts[1].string else {
      return
    }
    let told: (event: Event, streams: [AsyncStream<Event>.Continuation])? = state.withLock { state in
      let streams = Array((state.streams[channel] ?? [:]).values)
      switch (kind, parts[2]) {
      case ("subscribe", _):
        state.confirmed.insert(channel)
        return (.subscribed, streams)
      case ("unsubscribe", _):
        state.confirmed.remove(channel)
        return nil
      case ("message", .bytes(let payload)): return (.message(payload), streams)
      default: return nil
      }
    }
    guard let told else { return }
    for stream in told.streams { stream.yield(told.event) }
  }
}
