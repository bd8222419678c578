import Bootstrap
import Hummingbird
import NIOCore

/// What belongs to one request from its first byte on.
package struct HorariumContext: RequestContext {
  package var coreContext: CoreRequestContextStorage
  /// The other end of the connection, a proxy's perhaps; nil in tests without a socket.
  package let peer: NetworkAddress?
  let requestID: String

  /// When the connection ends, whoever ends it.
  let closed: EventLoopFuture<Void>

  package init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    peer = source.channel.remoteAddress?.ipAddress.flatMap { NetworkAddress($0) }
    closed = source.channel.closeFuture
    requestID = RequestName.random()
    logger[metadataKey: "hb.request.id"] = .string(requestID)
  }
}
