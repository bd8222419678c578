import Hummingbird
import NIOCore

/// What belongs to one request from its first byte on.
package struct HorariumContext: RequestContext {
  package var coreContext: CoreRequestContextStorage
  /// Where the connection comes from; nil in tests without a socket.
  package let remoteAddress: SocketAddress?

  /// When the connection ends, whoever ends it.
  let closed: EventLoopFuture<Void>

  package init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    remoteAddress = source.channel.remoteAddress
    closed = source.channel.closeFuture
    logger[metadataKey: "hb.request.id"] = .string(RequestName.random())
  }

  var requestID: String { logger[metadataKey: "hb.request.id"]?.description ?? "none" }
  /// What sign-in attempts are counted by.
  var client: String { remoteAddress?.ipAddress ?? "local" }
}
