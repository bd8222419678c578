import Bootstrap
import HTTPTypes
import Logging
import NIOCore
import NIOHTTP1
import NIOExtras

/// Stands between a connection's bytes and its requests: refuses what is no request of ours with one problem document,
/// keeps to the deadlines, and closes after the last answer.
///
/// NIO's and Hummingbird's own handlers would answer a parser's error with one empty 400 each, and count no time before
/// the first header has come.
final class ConnectionGate: ChannelDuplexHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  private enum State {
    case serving
    /// The last answer is on its way; nothing more is taken or said.
    case leaving
    /// A WebSocket's bytes: not looked at.
    case upgraded
  }

  private var machine: ConnectionStateMachine
  private var state = State.serving
  private var isStreaming = false
  /// What is told to the one whose request was not let in, once the request has come to its end.
  private var turnedAway: (notice: Door.Notice, head: HTTPRequestHead)?
  private let limits: ConnectionLimits
  private let doorway: Doorway
  private let proxies: TrustedProxies
  private let logger: Logger
  private var context: ChannelHandlerContext?
  /// Knows how far the client has got with its answer.
  weak var watch: ConnectionWatch?
  private var alarm: (at: ContinuousClock.Instant, task: Scheduled<Void>)?

  init(limits: ConnectionLimits, doorway: Doorway, proxies: TrustedProxies, logger: Logger) {
    machine = ConnectionStateMachine(limits, at: .now)
    self.limits = limits
    self.doorway = doorway
    self.proxies = proxies
    self.logger = logger
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    setAlarm(context)
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    alarm?.task.cancel()
    alarm = nil
    self.context = nil
  }

  func channelInactive(context: ChannelHandlerContext) {
    doorway.stepAside()
    alarm?.task.cancel()
    alarm = nil
    context.fireChannelInactive()
  }

  // MARK: What the watch at the socket sees

  /// False when what comes is thrown away.
  func bytesArrived(_ count: Int) -> Bool {
    machine.bytesArrived(count, at: .now)
    if let context { setAlarm(context) }
    return state != .leaving
  }

  func readRequested() {
    machine.readRequested(at: .now)
    if let context { setAlarm(context) }
  }

  func answerMoved(taken: Int, waiting: Int) {
    machine.answerMoved(taken: taken, waiting: waiting, at: .now)
    if let context { setAlarm(context) }
  }

  // MARK: Inbound

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch state {
    case .upgraded: return context.fireChannelRead(data)
    case .leaving: return
    case .serving where machine.isRefusing: return
    case .serving: break
    }
    switch unwrapInboundIn(data) {
    case .head(let head):
      // The parser stops behind a request that wants to be something else: whatever becomes of it, it is the last.
      let wantsOther = head.headers.contains(name: "upgrade") || head.method == .CONNECT
      let isFirst = !machine.owesAnswer
      machine.headArrived(isLast: !head.isKeepAlive || wantsOther, at: .now)
      if let complaint = HostField.complaint(head) { return act(machine.refuse(.init(.malformed, complaint)), context) }
      // Behind a request that is at work nobody is turned away: answers come in the order of their requests.
      if isFirst, !wantsOther, let notice = turnAway(head) {
        // A body would have to be read first.
        if head.hasBody { return act(machine.refuse(.init(notice.problem)), context) }
        turnedAway = (notice, head)
        return
      }
    case .body: if turnedAway != nil { return }
    case .end:
      machine.requestEnded(at: .now)
      if let (notice, head) = turnedAway {
        turnedAway = nil
        return say(notice, to: head, context)
      }
    }
    context.fireChannelRead(data)
  }

  /// Nil for a request that is let in. Whether the process lives can be asked always.
  private func turnAway(_ head: HTTPRequestHead) -> Door.Notice? {
    if HealthRoutes.probes.contains(head.uri) { return nil }
    return doorway.arrived(from: ClientAddress(proxies.client(of: peer, head.headers)))
  }

  private lazy var peer = context?.remoteAddress?.ipAddress.flatMap { NetworkAddress($0) }

  private func say(_ notice: Door.Notice, to head: HTTPRequestHead, _ context: ChannelHandlerContext) {
    var answer = notice.head
    if machine.answerBegan(isLast: !head.isKeepAlive) { answer.headers.add(name: "connection", value: "close") }
    context.write(wrapOutboundOut(.head(answer)), promise: nil)
    if head.method != .HEAD { context.write(wrapOutboundOut(.body(.byteBuffer(notice.body))), promise: nil) }
    let written = context.eventLoop.makePromise(of: Void.self)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: written)
    switch machine.answerEnded(at: .now) {
    case .close: leave(context, after: written.futureResult)
    case let action: act(action, context)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard state == .serving else { return }
    guard error is HTTPParserError else { return context.fireErrorCaught(error) }
    logger.debug("not a request", metadata: ["error": .string("\(error)")])
    act(machine.refuse(.unreadable), context)
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if event is ChannelShouldQuiesceEvent { act(machine.shutdownBegan(), context) }
    // Whoever has closed one direction may still wait for an answer, but not for a stream without an end.
    if isStreaming, case .inputClosed? = event as? ChannelEvent { context.close(promise: nil) }
    context.fireUserInboundEventTriggered(event)
  }

  // MARK: Outbound

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch state {
    case .upgraded:
      context.write(data, promise: promise)
      return
    case .leaving:
      promise?.fail(ChannelError.ioOnClosedChannel)
      return
    case .serving: break
    }
    switch unwrapOutboundIn(data) {
    case .head(let head) where head.status == .switchingProtocols:
      machine.upgraded()
      state = .upgraded
      context.write(data, promise: promise)
    case .head(var head):
      isStreaming = head.headers["content-type"].first == "text/event-stream"
      // Whoever reads the stream is served from now on: its opening was all there was to wait for.
      if isStreaming { doorway.answered() }
      if machine.answerBegan(isLast: !head.isKeepAlive) {
        head.headers.replaceOrAdd(name: "connection", value: "close")
      }
      context.write(wrapOutboundOut(.head(head)), promise: promise)
    case .body: context.write(data, promise: promise)
    case .end:
      isStreaming = false
      doorway.answered()
      switch machine.answerEnded(at: .now) {
      case .close:
        let written = promise ?? context.eventLoop.makePromise()
        context.writeAndFlush(data, promise: written)
        leave(context, after: written.futureResult)
      case let action:
        context.write(data, promise: promise)
        act(action, context)
      }
    }
  }

  // MARK: Acting

  private func act(_ action: ConnectionStateMachine.Action, _ context: ChannelHandlerContext) {
    setAlarm(context)
    switch action {
    case .none: break
    case .answer(let refusal):
      let id = RequestName.random()
      logger.info(
        "connection refused", metadata: ["code": .string(refusal.code.rawValue), "request": .string(id)])
      let (head, body) = Problem(refusal).answer(instance: id, isLast: true)
      context.write(wrapOutboundOut(.head(head)), promise: nil)
      context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
      let written = context.eventLoop.makePromise(of: Void.self)
      context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: written)
      leave(context, after: written.futureResult)
    case .close where state == .leaving: context.close(promise: nil)
    case .close: leave(context, after: context.eventLoop.makeSucceededVoidFuture())
    }
  }

  /// Closes once the last words are out, and so that they arrive: a socket that is closed over unread bytes takes them
  /// back.
  private func leave(_ context: ChannelHandlerContext, after lastWords: EventLoopFuture<Void>) {
    guard state != .leaving else { return }
    state = .leaving
    setAlarm(context)
    let (channel, farewell) = (context.channel, TimeAmount(limits.farewell))
    lastWords.whenComplete { _ in
      channel.close(mode: .output, promise: nil)
      channel.eventLoop.scheduleTask(in: farewell) { channel.close(promise: nil) }
    }
    // Whoever serves this connection waits for parts that will not come.
    context.fireErrorCaught(ChannelError.eof)
  }

  private func setAlarm(_ context: ChannelHandlerContext) {
    guard let deadline = machine.nextDeadline else { return }
    if let alarm, alarm.at <= deadline { return }
    alarm?.task.cancel()
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    let task = context.eventLoop.scheduleTask(in: TimeAmount(max(.zero, deadline - .now)) + .milliseconds(1)) {
      bound.value.alarmRang()
    }
    alarm = (deadline, task)
  }

  private func alarmRang() {
    alarm = nil
    guard let context else { return }
    watch?.look()
    act(machine.timePassed(at: .now), context)
  }
}

extension Problem {
  fileprivate init(_ refusal: ConnectionStateMachine.Refusal) {
    self.init(refusal.code, refusal.detail)
    headers[.retryAfter] = refusal.retryAfter
  }
}

extension ConnectionStateMachine.Refusal {
  fileprivate init(_ problem: Problem) {
    self.init(problem.code, problem.detail, retryAfter: problem.headers[.retryAfter])
  }

  static let unreadable = Self(.malformed, "This is no HTTP/1.1 request.\nMaybe the client speaks something else.")
}

extension HTTPRequestHead {
  fileprivate var hasBody: Bool {
    headers.contains(name: "transfer-encoding") || headers["content-length"].contains { $0 != "0" }
  }
}

extension ConnectionGate {
  /// Behind the codec: what it can't translate is refused like what the parser can't read.
  func unreadable() {
    guard let context, state == .serving else { return }
    act(machine.refuse(.unreadable), context)
  }
}
