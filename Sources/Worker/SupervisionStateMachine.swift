import Generating
import Jobs
import Processes

/// Decides what happens to one claimed job from the claim to its last statement. Knows no process, no database.
///
/// Two clocks watch a job. The lease says that the *worker* lives; here is the other one: whether the *child* is
/// of use, by its last frame (`silence`) and by its deadline.
public struct SupervisionStateMachine: Sendable {
  public typealias Instant = ContinuousClock.Instant

  public struct Limits: Hashable, Sendable {
    /// The longest a child may say nothing before it counts as hung. It speaks every second or so.
    public var silence: Duration
    /// Beyond the seconds that were asked for: loading, the last phase, writing the result.
    public var margin: Duration
    /// Between asking a child to stop, SIGTERM and SIGKILL.
    public var grace: Duration

    public init(silence: Duration = .seconds(45), margin: Duration = .seconds(30), grace: Duration = .seconds(5)) {
      self.silence = silence
      self.margin = margin
      self.grace = grace
    }
  }

  public enum State: Hashable, Sendable {
    /// The problem is being loaded. Can transition to: solving, concluded.
    case preparing
    /// The child works. Can transition to: stopping, storing, concluded.
    case solving(deadline: Instant, lastFrame: Instant)
    /// The child was asked to stop. Can transition to: storing (overdue only), concluded.
    case stopping(Reason, step: Step, next: Instant)
    /// The result is being verified and stored. Can transition to: concluded.
    case storing
    /// Nothing more happens to this job here.
    case concluded
  }

  public enum Reason: Hashable, Sendable {
    case cancelRequested
    case leaseLost
    case draining
    /// Said nothing for too long.
    case hung
    /// Past its deadline. What it found so far is still welcome.
    case overdue
    /// Sent something that is no frame.
    case garbled(String)
  }

  /// How hard the child was asked, each step harder than the one before.
  public enum Step: Hashable, Sendable { case inputClosed, terminated, killed }

  public enum Conclusion: Hashable, Sendable {
    /// Stored, or already stored by an earlier try of the same claim.
    case completed
    case failed(JobFailure)
    /// Asked for, and the child is gone: the job may be called cancelled.
    case cancelled
    /// Back to the queue, as if it had not been tried.
    case released
    /// Somebody else's job by now: leave everything as it is.
    case abandoned
  }

  public enum Action: Hashable, Sendable {
    case none
    case startChild
    case closeInput
    case terminate
    case kill
    /// Verify and store the result that just arrived.
    case store
    case conclude(Conclusion)
  }

  public private(set) var state: State = .preparing
  private let limits: Limits
  private let seconds: Duration
  /// What the child itself said of its failure; weighed when it has ended.
  private var failure: SolveFailure?

  /// `seconds` of solving were asked for.
  public init(seconds: Duration, limits: Limits = Limits()) {
    self.seconds = seconds
    self.limits = limits
  }

  // MARK: The job

  public mutating func prepared(at now: Instant) -> Action {
    guard state == .preparing else { return .none }
    state = .solving(deadline: now + seconds + limits.margin, lastFrame: now)
    return .startChild
  }

  /// The problem could not be loaded, the child not be started, or the result not be stored.
  public mutating func failed(_ failure: JobFailure) -> Action {
    switch state {
    case .preparing, .storing, .solving: conclude(.failed(failure))
    case .stopping(let reason, _, _): conclude(conclusion(of: reason))
    case .concluded: .none
    }
  }

  public mutating func stored(_ reply: CompletionReply) -> Action {
    guard state == .storing else { return .none }
    return switch reply {
    case .completed, .alreadyCompleted: conclude(.completed)
    case .refused(.cancelRequested): conclude(.cancelled)
    case .refused(.lost), .refused(.held): conclude(.abandoned)
    }
  }

  // MARK: The child

  public mutating func childSpoke(at now: Instant) {
    if case .solving(let deadline, _) = state { state = .solving(deadline: deadline, lastFrame: now) }
  }

  public mutating func resultArrived() -> Action {
    switch state {
    case .solving, .stopping(.overdue, _, _):
      state = .storing
      return .store
    case .preparing, .stopping, .storing, .concluded: return .none
    }
  }

  public mutating func failureArrived(_ failure: SolveFailure) { self.failure = failure }

  public mutating func outputGarbled(_ reason: String, at now: Instant) -> Action {
    guard case .solving = state else { return .none }
    return stop(.garbled(reason), step: .killed, at: now)
  }

  public mutating func childEnded(_ end: ChildEnd) -> Action {
    switch state {
    case .preparing, .storing, .concluded:
      .none
    case .solving:
      if let failure {
        conclude(.failed(JobFailure(failure)))
      } else {
        conclude(.failed(JobFailure(.crash, code: "solver.crashed", message: "The solver \(end).")))
      }
    case .stopping(let reason, _, _):
      conclude(conclusion(of: reason))
    }
  }

  // MARK: The outside

  public mutating func tick(at now: Instant) -> Action {
    switch state {
    case .solving(let deadline, let lastFrame):
      if now >= deadline { return stop(.overdue, step: .inputClosed, at: now) }
      if now >= lastFrame + limits.silence { return stop(.hung, step: .terminated, at: now) }
      return .none
    case .stopping(let reason, let step, let next) where now >= next:
      switch step {
      case .inputClosed: return stop(reason, step: .terminated, at: now)
      case .terminated: return stop(reason, step: .killed, at: now)
      case .killed: return .none
      }
    case .preparing, .stopping, .storing, .concluded:
      return .none
    }
  }

  public mutating func cancelRequested(at now: Instant) -> Action {
    switch state {
    case .preparing: conclude(.cancelled)
    case .solving, .stopping(.overdue, _, _): stop(.cancelRequested, step: .inputClosed, at: now)
    // While storing, the completing transaction itself learns of it, in whichever order they come.
    case .stopping, .storing, .concluded: .none
    }
  }

  public mutating func leaseLost(at now: Instant) -> Action {
    switch state {
    case .preparing, .storing: conclude(.abandoned)
    case .solving: stop(.leaseLost, step: .killed, at: now)
    // A reason found earlier gives way: nothing may be said about a job that is somebody else's.
    case .stopping: stop(.leaseLost, step: .killed, at: now)
    case .concluded: .none
    }
  }

  public mutating func drainRequested(at now: Instant) -> Action {
    switch state {
    case .preparing: conclude(.released)
    case .solving: stop(.draining, step: .killed, at: now)
    // It is nearly done, whatever it is.
    case .stopping, .storing, .concluded: .none
    }
  }

  // MARK: Inside

  private mutating func stop(_ reason: Reason, step: Step, at now: Instant) -> Action {
    state = .stopping(reason, step: step, next: now + limits.grace)
    return switch step {
    case .inputClosed: .closeInput
    case .terminated: .terminate
    case .killed: .kill
    }
  }

  private mutating func conclude(_ conclusion: Conclusion) -> Action {
    state = .concluded
    return .conclude(conclusion)
  }

  private func conclusion(of reason: Reason) -> Conclusion {
    switch reason {
    case .cancelRequested: .cancelled
    case .leaseLost: .abandoned
    case .draining: .released
    case .hung:
      .failed(
        JobFailure(
          .crash, code: "solver.hung", message: "The solver said nothing for \(limits.silence) and was ended."))
    case .overdue:
      .failed(
        JobFailure(
          .crash, code: "solver.overdue",
          message: "The solver had no result \(limits.margin) after its \(seconds) were over and was ended."))
    case .garbled(let detail):
      .failed(JobFailure(.crash, code: "solver.garbled", message: "The solver's output broke off: \(detail)."))
    }
  }
}

extension JobFailure {
  init(_ failure: SolveFailure) {
    self.init(
      failure.consequence == .permanent ? .permanent : .transient, code: failure.code, message: failure.message)
  }
}
