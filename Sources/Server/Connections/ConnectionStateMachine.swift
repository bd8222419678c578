/// Decides how long a connection may wait for what, and when it is answered for the last time. Pure: time comes in.
///
/// Requests are counted by their heads, answers by their ends: with pipelining several requests may be at work.
package struct ConnectionStateMachine: Sendable {
  package typealias Instant = ContinuousClock.Instant

  /// Why a connection ends with an answer that no route gave.
  package struct Refusal: Equatable, Sendable {
    package var code: ProblemCode
    package var detail: String?
    /// When it may be worth to come again, in seconds.
    package var retryAfter: String?

    package init(_ code: ProblemCode, _ detail: String? = nil, retryAfter: String? = nil) {
      self.code = code
      self.detail = detail
      self.retryAfter = retryAfter
    }

    static let headerTooSlow = Refusal(
      .requestTimeout, "The request's header did not come to its end in time.\nMaybe send it in one go.")
    static let bodyTooSlow = Refusal(
      .requestTimeout, "The request's body came too slowly.\nMaybe try again with a better connection.")
  }

  package enum Action: Equatable, Sendable {
    case none
    /// Send this as the answer, and close.
    case answer(Refusal)
    /// Everything that may be said has been said.
    case close
  }

  /// What the client is sending.
  private enum Reading: Sendable {
    /// Nothing of a request has come. Can transition to: head.
    case nothing(since: Instant)
    /// Some bytes of a request's header. Can transition to: body.
    case head(since: Instant)
    /// The header came, the body's end did not. Can transition to: nothing.
    case body(TransferClock)
  }

  private let limits: ConnectionLimits
  private var reading: Reading
  private var isFresh = true
  private var heads = 0
  private var ended = 0
  private var isAnswering = false
  /// The request after whose answer the connection ends.
  private var last: Int?
  private var refusal: Refusal?
  private var isUpgraded = false
  private var isOver = false
  private var isReadWanted = false
  private var answers: TransferClock

  package init(_ limits: ConnectionLimits, at now: Instant) {
    self.limits = limits
    reading = .nothing(since: now)
    answers = TransferClock(grace: limits.answerGrace, rate: limits.answerRate)
  }

  // MARK: Inbound

  /// The server is ready to take bytes; until they come it is the client's time that runs.
  package mutating func readRequested(at now: Instant) {
    isReadWanted = true
    guard case .body(var clock) = reading else { return }
    clock.resume(at: now)
    reading = .body(clock)
  }

  package mutating func bytesArrived(_ count: Int, at now: Instant) {
    isReadWanted = false
    switch reading {
    case .nothing(let since):
      // A fresh connection's time runs from its beginning: a byte now and then does not prolong it.
      reading = .head(since: isFresh ? since : now)
    case .head: break
    case .body(var clock):
      clock.moved(count, at: now)
      clock.pause(at: now)
      reading = .body(clock)
    }
  }

  /// - Parameter isLast: the client closes, or speaks something else, after this request
  package mutating func headArrived(isLast: Bool, at now: Instant) {
    heads += 1
    isFresh = false
    if isLast, last == nil { last = heads }
    var clock = TransferClock(grace: limits.bodyGrace, rate: limits.bodyRate)
    if isReadWanted { clock.resume(at: now) }
    reading = .body(clock)
  }

  package mutating func requestEnded(at now: Instant) { reading = .nothing(since: now) }

  /// What came is no request, or took too long.
  package mutating func refuse(_ reason: Refusal) -> Action {
    guard !isOver, refusal == nil else { return .none }
    refusal = reason
    return conclude()
  }

  /// The server shuts down: what is at work is finished.
  package mutating func shutdownBegan() -> Action {
    guard !isOver, !isUpgraded else { return .none }
    if case .body = reading {
      last = last ?? heads
    } else if ended == heads {
      isOver = true
      return .close
    } else {
      last = last ?? heads
    }
    return .none
  }

  // MARK: Outbound

  /// - Parameter isLast: the answer says that the connection ends with it
  /// - Returns: whether the client should be told so
  package mutating func answerBegan(isLast: Bool) -> Bool {
    isAnswering = true
    if isLast { last = min(last ?? .max, ended + 1) }
    return last == ended + 1
  }

  package mutating func upgraded() {
    isUpgraded = true
    ended = heads
  }

  package mutating func answerEnded(at now: Instant) -> Action {
    guard !isOver else { return .none }
    isAnswering = false
    ended += 1
    switch reading {
    case .nothing: reading = .nothing(since: now)
    case .head: reading = .head(since: now)
    case .body: break
    }
    if last == ended {
      isOver = true
      return .close
    }
    return refusal == nil ? .none : conclude()
  }

  /// - Parameter waiting: bytes that the client has not taken yet
  /// - Parameter taken: bytes that it has taken since the last call
  package mutating func answerMoved(taken: Int, waiting: Int, at now: Instant) {
    answers.moved(taken, at: now)
    if waiting == 0 {
      answers = TransferClock(grace: limits.answerGrace, rate: limits.answerRate)
    } else {
      answers.resume(at: now)
    }
  }

  /// A request is at work, or on its way.
  package var owesAnswer: Bool { ended < heads }

  /// What comes now is not looked at any more.
  package var isRefusing: Bool { refusal != nil }

  // MARK: Time

  package var nextDeadline: Instant? {
    [inboundDeadline, answers.deadline].compactMap { $0 }.min()
  }

  /// The last answer, too, is to be taken in time.
  package mutating func timePassed(at now: Instant) -> Action {
    if let deadline = answers.deadline, deadline <= now {
      isOver = true
      return .close
    }
    guard let deadline = inboundDeadline, deadline <= now else { return .none }
    switch reading {
    case .nothing:
      isOver = true
      return .close
    case .head: return refuse(.headerTooSlow)
    case .body: return refuse(.bodyTooSlow)
    }
  }

  private var inboundDeadline: Instant? {
    guard !isOver, !isUpgraded, refusal == nil else { return nil }
    switch reading {
    case .nothing(let since): return ended == heads ? since + (isFresh ? limits.header : limits.idle) : nil
    // Behind a request that is at work, a beginning of the next one can wait.
    case .head(let since): return ended == heads ? since + limits.header : nil
    case .body(let clock): return clock.deadline
    }
  }

  /// The refusal's turn comes once every request before it has its answer; one that is answered already gets no second.
  private mutating func conclude() -> Action {
    guard let refusal else { return .none }
    var before = heads
    if case .body = reading { before -= 1 }
    if ended < before { return .none }
    isOver = true
    return ended > before || isAnswering ? .close : .answer(refusal)
  }
}
