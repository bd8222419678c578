/// How long a claim is good for.
public struct LeaseTiming: Hashable, Sendable {
  /// The database gives the job to another worker after this long without a heartbeat.
  public var ttl: Duration
  public var heartbeat: Duration
  /// Between two looks for expired leases.
  public var sweep: Duration
  /// The worker stops itself this long before the lease ends by its own reckoning.
  public var margin: Duration

  public static let standard = LeaseTiming()

  public init(
    ttl: Duration = .seconds(15), heartbeat: Duration = .seconds(3), sweep: Duration = .seconds(2),
    margin: Duration = .seconds(3)
  ) {
    precondition(.zero < heartbeat && heartbeat + margin < ttl, "a lease must outlast a heartbeat and the margin")
    self.ttl = ttl
    self.heartbeat = heartbeat
    self.sweep = sweep
    self.margin = margin
  }
}

/// The worker's side of a lease. Pure: times come in, nothing is sent.
///
/// The database counts a lease from the moment a heartbeat reaches it, which is later than the moment it was sent.
/// Counting from the sending, the worker is always the first to think that the lease has ended; with the margin it
/// has stopped writing before anybody else can be given the job.
public struct LeaseStateMachine: Hashable, Sendable {
  public typealias Instant = ContinuousClock.Instant

  public enum State: Hashable, Sendable {
    /// The job is ours until `until`. Can transition to: cancelling, lost.
    case held(until: Instant)
    /// Ours, but asked to stop. Can transition to: lost.
    case cancelling(until: Instant)
    /// Not ours any more; every write would be refused. Can transition to: nothing.
    case lost
  }

  public enum Action: Hashable, Sendable {
    case none
    case sendHeartbeat
    /// Stop the work within the margin, then report it as cancelled.
    case stopForCancel
    /// The same, and keep the best so far.
    case stopAndKeep
    /// Stop the work at once and report nothing.
    case stopAtOnce
  }

  public private(set) var state: State
  private let timing: LeaseTiming
  private var nextHeartbeat: Instant
  private var heartbeatInFlight = false

  /// - Parameter sentAt: when the claim was sent, not when it was answered
  public init(timing: LeaseTiming = .standard, claimSentAt sentAt: Instant) {
    self.timing = timing
    state = .held(until: sentAt + timing.ttl - timing.margin)
    nextHeartbeat = sentAt + timing.heartbeat
  }

  /// When `tick` has something to say next.
  public var nextDeadline: Instant? {
    switch state {
    case .held(let until), .cancelling(let until): heartbeatInFlight ? until : min(until, nextHeartbeat)
    case .lost: nil
    }
  }

  public mutating func tick(now: Instant) -> Action {
    switch state {
    case .held(let until), .cancelling(let until):
      if now >= until {
        state = .lost
        return .stopAtOnce
      }
      guard !heartbeatInFlight, now >= nextHeartbeat else { return .none }
      heartbeatInFlight = true
      nextHeartbeat = now + timing.heartbeat
      return .sendHeartbeat
    case .lost:
      return .none
    }
  }

  public mutating func heartbeatAnswered(_ reply: HeartbeatReply, sentAt: Instant) -> Action {
    heartbeatInFlight = false
    let until = sentAt + timing.ttl - timing.margin
    switch (state, reply) {
    case (.lost, _): return .none
    case (_, .lost):
      state = .lost
      return .stopAtOnce
    case (.held, .held):
      state = .held(until: until)
      return .none
    case (.held, .cancelRequested):
      state = .cancelling(until: until)
      return .stopForCancel
    case (.held, .keepRequested):
      state = .cancelling(until: until)
      return .stopAndKeep
    // A cancel is never withdrawn; an answer that crossed it only renews the lease.
    case (.cancelling, .held), (.cancelling, .cancelRequested), (.cancelling, .keepRequested):
      state = .cancelling(until: until)
      return .none
    }
  }

  /// No answer, or an error: the lease runs on until its end. The next heartbeat is due a third of the way earlier.
  public mutating func heartbeatFailed(at now: Instant) {
    heartbeatInFlight = false
    nextHeartbeat = min(nextHeartbeat, now + timing.heartbeat / 3)
  }
}
