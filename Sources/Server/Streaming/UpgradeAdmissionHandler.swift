import NIOCore
import NIOHTTP1

/// What becomes of a request for an upgrade.
enum UpgradeDecision: Sendable {
  case webSocket(WebSocketUpgradeChannel.Session)
  /// Answered with this, and the connection ends.
  case refused(Problem)
  /// No WebSocket of ours: the router answers it as what else it is.
  case notOurs
}

/// Asks whether a connection's first request may become a WebSocket, before NIO's upgrade handler sees it.
///
/// NIO's typed upgrade handler (2.101) forgets a request whose upgrade it refuses, be it an unknown protocol or a
/// refused WebSocket: the client would wait for ever. So it only ever sees an upgrade that is admitted already; from
/// all other requests the header is taken away, and they are answered as what else they are.
final class UpgradeAdmissionHandler: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private enum State {
    /// No head has come. Can transition to: deciding, passing.
    case fresh
    /// The parts that came meanwhile. Can transition to: passing, over.
    case deciding([NIOAny])
    /// Everything goes through untouched; what comes may be no HTTP any more. Can transition to: over.
    case passing
    /// The connection has had its last answer.
    case over
  }

  /// A client that has asked for a WebSocket has nothing to send until it is answered.
  private static let patience = 16

  private var state = State.fresh
  private let admit: @Sendable (HTTPRequestHead) async -> UpgradeDecision
  private let admitted: (@escaping WebSocketUpgradeChannel.Session) -> Void

  /// `admitted` is called on the event loop, before the upgrade.
  init(
    admit: @escaping @Sendable (HTTPRequestHead) async -> UpgradeDecision,
    admitted: @escaping (@escaping WebSocketUpgradeChannel.Session) -> Void
  ) {
    self.admit = admit
    self.admitted = admitted
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch state {
    case .passing: context.fireChannelRead(data)
    case .over: break
    case .deciding(var waiting):
      guard waiting.count < Self.patience else { return context.close(promise: nil) }
      waiting.append(data)
      state = .deciding(waiting)
    case .fresh:
      guard case .head(let head) = unwrapInboundIn(data), head.headers.contains(name: "upgrade") else {
        state = .passing
        return context.fireChannelRead(data)
      }
      state = .deciding([])
      let admit = admit
      context.eventLoop.makeFutureWithTask { await admit(head) }
        .assumeIsolated()
        .whenComplete { result in self.decided((try? result.get()) ?? .notOurs, head, context) }
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    if case .deciding = state { return }
    context.fireChannelReadComplete()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    state = .over
    context.fireErrorCaught(error)
  }

  private func decided(_ decision: UpgradeDecision, _ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
    guard case .deciding(let waiting) = state, context.channel.isActive else { return }
    var head = head
    switch decision {
    case .webSocket(let session): admitted(session)
    case .notOurs: head.headers.remove(name: "upgrade")
    case .refused(let problem):
      state = .over
      let (answer, body) = problem.answer(instance: RequestName.random(), isLast: true)
      context.write(wrapOutboundOut(.head(answer)), promise: nil)
      context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
      return context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
    state = .passing
    context.fireChannelRead(wrapInboundOut(.head(head)))
    for data in waiting { context.fireChannelRead(data) }
    context.fireChannelReadComplete()
  }
}
