import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import NIOWebSocket

/// HTTP/1.1 that becomes WebSocket where a client asks for it and `admit` agrees; otherwise it stays HTTP, and the
/// router answers with the reason.
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
    let upgraded: EventLoopFuture<Upgraded>
    let channel: any Channel
  }

  /// Clients send control frames and nothing else.
  static let frameLimit = 4 * 1024
  static let idleTimeout = Duration.seconds(75)

  let responder: HTTPChannelHandler.Responder
  /// Nil refuses the upgrade.
  let admit: @Sendable (HTTPRequestHead) async -> Session?

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
    channel.eventLoop.makeCompletedFuture {
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
            try channel.pipeline.syncOperations.addHandler(
              HTTPConnectionStateHandler(idleTimeout: Self.idleTimeout, logger: logger))
            return .http(
              try HTTP(
                wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true)))
          }
        })
      var pipeline = NIOUpgradableHTTPServerPipelineConfiguration(upgradeConfiguration: configuration)
      pipeline.enablePipelining = false
      pipeline.enableErrorHandling = true
      pipeline.decoderConfiguration.maxHeaderListSize = 32 << 10
      pipeline.decoderConfiguration.maxHeaderFieldSize = 16 << 10
      pipeline.decoderConfiguration.maxHeaderFieldCount = 100
      let upgraded = try channel.pipeline.syncOperations.configureUpgradableHTTPServerPipeline(configuration: pipeline)
      let upgradeHandler = try channel.pipeline.syncOperations.handler(
        type: NIOTypedHTTPServerUpgradeHandler<Upgraded>.self)
      try channel.pipeline.syncOperations.addHandler(
        UpgradeAdmissionHandler(admit: admit, admitted: { session.value = $0 }), position: .before(upgradeHandler))
      return Value(upgraded: upgraded, channel: channel)
    }
  }

  func handle(value: Value, logger: Logger) async {
    do {
      switch try await value.upgraded.get() {
      case .http(let channel): await handleHTTP(asyncChannel: channel, logger: logger)
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
    admittingWebSocket admit: @escaping @Sendable (HTTPRequestHead) async -> WebSocketUpgradeChannel.Session?
  )
    -> HTTPServerBuilder
  {
    HTTPServerBuilder { responder in WebSocketUpgradeChannel(responder: responder, admit: admit) }
  }
}
