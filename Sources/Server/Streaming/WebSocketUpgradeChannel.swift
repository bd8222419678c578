import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import NIOWebSocket

/// HTTP/1.1 that becomes WebSocket where a client asks for it and `admit` agrees.
struct WebSocketUpgradeChannel: ServerChildChannel, HTTPChannelHandler {
  typealias WebSocket = NIOAsyncChannel<WebSocketFrame, WebSocketFrame>
  typealias HTTP = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

  /// What an admitted client is served with; it returns when the connection is to close.
  typealias Session = @Sendable (WebSocket) async -> Void

  enum Upgraded: Sendable {
    case webSocket(WebSocket, Session)
    case http(HTTP)
  }

  struct Value: ServerChildChannelValue {
    /// Nil for a connection that was refused.
    let upgraded: EventLoopFuture<Upgraded>?
    let channel: any Channel
    let doorway: Doorway
  }

  /// Clients send control frames and nothing else.
  static let frameLimit = 4 * 1024

  let responder: HTTPChannelHandler.Responder
  let connections: OpenConnections
  let door: Door
  let proxies: TrustedProxies
  let admit: @Sendable (HTTPRequestHead) async -> UpgradeDecision

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
    channel.eventLoop.makeCompletedFuture {
      let client = OpenConnections.client(channel.remoteAddress)
      let doorway = Doorway(door: door)
      let decision = connections.opened(by: client)
      guard decision == .admitted else {
        try ConnectionRefusal.setUp(channel, decision, connections)
        return Value(upgraded: nil, channel: channel, doorway: doorway)
      }
      channel.closeFuture.whenComplete { _ in connections.closed(by: client) }
      return Value(upgraded: try setUpPipeline(channel, doorway, logger), channel: channel, doorway: doorway)
    }
  }

  private func setUpPipeline(
    _ channel: any Channel, _ doorway: Doorway, _ logger: Logger
  ) throws -> EventLoopFuture<Upgraded> {
    let pipeline = channel.pipeline.syncOperations
    let gate = ConnectionGate(limits: connections.limits, doorway: doorway, proxies: proxies, logger: logger)
    let boundGate = NIOLoopBound(gate, eventLoop: channel.eventLoop)
    let session = NIOLoopBoundBox<Session?>(nil, eventLoop: channel.eventLoop)
    let upgrader = NIOTypedWebSocketServerUpgrader<Upgraded>(
      maxFrameSize: Self.frameLimit,
      shouldUpgrade: { channel, _ in
        channel.eventLoop.makeSucceededFuture(session.value == nil ? nil : HTTPHeaders())
      },
      upgradePipelineHandler: { channel, _ in
        channel.eventLoop.makeCompletedFuture {
          guard let session = session.value else { throw ChannelError.inappropriateOperationForState }
          return .webSocket(try WebSocket(wrappingChannelSynchronously: channel), session)
        }
      })
    let configuration = NIOTypedHTTPServerUpgradeConfiguration(
      upgraders: [upgrader],
      notUpgradingCompletionHandler: { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(HTTP1ToHTTPServerCodec(secure: false))
          try channel.pipeline.syncOperations.addHandler(UntranslatedRequestHandler(gate: boundGate.value))
          return .http(
            try HTTP(wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true)))
        }
      })
    var http = NIOUpgradableHTTPServerPipelineConfiguration(upgradeConfiguration: configuration)
    http.enablePipelining = false
    // The gate answers what is no request.
    http.enableErrorHandling = false
    http.decoderConfiguration.maxHeaderListSize = 32 << 10
    http.decoderConfiguration.maxHeaderFieldSize = 16 << 10
    http.decoderConfiguration.maxHeaderFieldCount = 100
    try pipeline.addHandler(ConnectionWatch(gate: gate))
    let upgraded = try pipeline.configureUpgradableHTTPServerPipeline(configuration: http)
    let upgradeHandler = try pipeline.handler(type: NIOTypedHTTPServerUpgradeHandler<Upgraded>.self)
    try pipeline.addHandler(gate, position: .before(upgradeHandler))
    try pipeline.addHandler(
      UpgradeAdmissionHandler(admit: admit, admitted: { session.value = $0 }), position: .before(upgradeHandler))
    return upgraded
  }

  func handle(value: Value, logger: Logger) async {
    do {
      guard let upgraded = value.upgraded else { return try await value.channel.closeFuture.get() }
      switch try await upgraded.get() {
      case .http(let channel):
        await Doorway.$current.withValue(value.doorway) { await handleHTTP(asyncChannel: channel, logger: logger) }
      case .webSocket(let channel, let session): await session(channel)
      }
    } catch {
      logger.debug("connection ended before its first request", metadata: ["error": .string("\(error)")])
      value.channel.close(promise: nil)
    }
  }
}

extension HTTPServerBuilder {
  static func http1(
    _ connections: OpenConnections, _ door: Door, _ proxies: TrustedProxies,
    admittingWebSocket admit: @escaping @Sendable (HTTPRequestHead) async -> UpgradeDecision
  ) -> HTTPServerBuilder {
    HTTPServerBuilder { responder in
      WebSocketUpgradeChannel(
        responder: responder, connections: connections, door: door, proxies: proxies, admit: admit)
    }
  }
}
