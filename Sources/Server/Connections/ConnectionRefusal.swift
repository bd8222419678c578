import NIOCore
import NIOHTTP1

/// Tells a client that has no place here so, and closes. No part of its request is looked at.
enum ConnectionRefusal {
  static func setUp(_ channel: any Channel, _ decision: OpenConnections.Decision, _ connections: OpenConnections) throws
  {
    let pipeline = channel.pipeline.syncOperations
    try pipeline.addHandler(HTTPResponseEncoder())
    try pipeline.addHandler(RefusedConnectionHandler(Self.problem(decision), connections))
  }

  private static func problem(_ decision: OpenConnections.Decision) -> Problem {
    let detail =
      decision == .tooManyOfClient
      ? "Your address has as many connections here as one may have.\nMaybe use those that are open already."
      : "This server has as many connections as it can serve.\nMaybe try again in a few seconds."
    return Problem(.overloaded, detail, headers: [.retryAfter: "5"])
  }
}

private final class RefusedConnectionHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = HTTPServerResponsePart

  private let problem: Problem
  private let connections: OpenConnections

  init(_ problem: Problem, _ connections: OpenConnections) {
    self.problem = problem
    self.connections = connections
  }

  func channelActive(context: ChannelHandlerContext) {
    let (head, body) = problem.answer(instance: RequestName.random(), isLast: true)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
    let (channel, connections) = (context.channel, connections)
    let written = context.eventLoop.makePromise(of: Void.self)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: written)
    // With unread bytes in it, a socket that is closed takes back its last words; but there are not many sockets left.
    guard connections.farewellBegins() else { return context.close(promise: nil) }
    channel.closeFuture.whenComplete { _ in connections.farewellEnds() }
    written.futureResult.whenComplete { _ in channel.close(mode: .output, promise: nil) }
    context.eventLoop.scheduleTask(in: TimeAmount(connections.limits.farewell)) { channel.close(promise: nil) }
  }

  /// Thrown away.
  func channelRead(context: ChannelHandlerContext, data: NIOAny) {}

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .inputClosed? = event as? ChannelEvent { context.close(promise: nil) }
    if event is ChannelShouldQuiesceEvent { context.close(promise: nil) }
  }
}
