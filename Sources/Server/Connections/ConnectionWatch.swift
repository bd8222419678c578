import NIOCore

/// Sits at the socket and tells the gate which bytes move.
final class ConnectionWatch: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let gate: ConnectionGate
  private var context: ChannelHandlerContext?
  private var waiting = 0

  init(gate: ConnectionGate) { self.gate = gate }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    gate.watch = self
  }

  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard gate.bytesArrived(unwrapInboundIn(data).readableBytes) else { return }
    context.fireChannelRead(data)
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    look()
    context.fireChannelReadComplete()
  }

  func read(context: ChannelHandlerContext) {
    gate.readRequested()
    context.read()
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    look()
    waiting += unwrapOutboundIn(data).readableBytes
    context.write(data, promise: promise)
  }

  func flush(context: ChannelHandlerContext) {
    context.flush()
    look()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    look()
    context.fireChannelWritabilityChanged()
  }

  /// The socket does not say when single bytes have gone, so it is asked.
  func look() {
    guard let options = context?.channel.syncOptions, let left = try? options.getOption(.bufferedWritableBytes) else {
      return
    }
    let taken = max(0, waiting - left)
    guard waiting > 0 || left > 0 else { return }
    waiting = left
    gate.answerMoved(taken: taken, waiting: left)
  }
}

/// What the codec could not translate would end in silence.
final class UntranslatedRequestHandler: ChannelInboundHandler {
  typealias InboundIn = NIOAny

  private let gate: ConnectionGate

  init(gate: ConnectionGate) { self.gate = gate }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if !(error is ChannelError) { gate.unreadable() }
    context.fireErrorCaught(error)
  }
}
