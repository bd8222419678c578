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
    /// The child was asked to stop. Can transition to: storing (overdue only), keeping (overdue, keepRequested),
    /// concluded.
    case stopping(Reason, step: Step, next: Instant)
    /// The result is being verified and stored. Can transition to: keeping (a cancel that asks for it came first),
    /// concluded.
    case storing
    /// The best so far is being verified and stored instead of a whole result. Can transition to: concluded.
    case keeping(Occasion)
    /// Nothing more happens to this job here.
    case concluded
  }

  public enum Reason: Hashable, Sendable {
    case cancelRequested
    /// Cancelled, and the best so far is wanted.
    case keepRequested
    case leaseLost
    case draining
    /// Said nothing for too long.
    case hung
    /// Past its deadline. What it found so far is still welcome.
    case overdue
    /// Sent something that is no frame.
    case garbled(String)
  }

  /// Why the best so far takes the place of a result.
  public enum Occasion: Hashable, Sendable { case cancelled, overdue }

  /// How hard the child was asked, each step harder than the one before.
  public enum Step: Hashable, Sendable { case inputClosed, terminated, killed }

  public enum Conclusion: Hashable, Sendable {
    /// Stored, or already stored by an earlier try of the same claim.
    case completed
    /// The best so far is stored, and the job has ended with it.
    case kept
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
    /// The same, as what a cancel keeps.
    case keepResult
    /// Verify and store the last checkpoint in the place of a result.
    case keepCheckpoint(Occasion)
    case conclude(Conclusion)
  }

  public private(set) var state: State = .preparing
  /// Whether what the child says of its progress is news: one that was told to stop hurries to its end.
  public var isSolving: Bool { if case .solving = state { true } else { false } }
  private let limits: Limits
  private let seconds: Duration
  /// What the child itself said of its failure; weighed when it has ended.
  private var failure: SolveFailure?
  /// Whether there is something to go on from, or to keep.
  private var hasCheckpoint = false
  private var isCheckpointBeingStored = false
  /// Gone, while its last checkpoint is still being stored.
  private var hasChildEnded = false
  /// A cancel that wants the best so far came before anything was loaded.
  private var keepsAtOnce = false

  /// `seconds` of solving were asked for.
  public init(seconds: Duration, limits: Limits = Limits()) {
    self.seconds = seconds
    self.limits = limits
  }

  // MARK: The job

  /// - Parameters:
  ///   - spent: of the seconds, by earlier attempts
  ///   - hasCheckpoint: whether they have left one
  public mutating func prepared(
    at now: Instant, spent: Duration = .zero, hasCheckpoint: Bool = false
  ) -> Action {
    guard state == .preparing else { return .none }
    self.hasCheckpoint = hasCheckpoint
    if keepsAtOnce { return hasCheckpoint ? keep(.cancelled) : conclude(.cancelled) }
    state = .solving(deadline: now + max(.zero, seconds - spent) + limits.margin, lastFrame: now)
    return .startChild
  }

  /// The problem could not be loaded, the child not be started, or the result not be stored.
  public mutating func failed(_ failure: JobFailure) -> Action {
    switch state {
    case .preparing, .storing, .solving: conclude(.failed(failure))
    case .stopping(let reason, _, _): conclude(conclusion(of: reason))
    // With the lease's end somebody else does it, who finds the same checkpoint.
    case .keeping(.cancelled): conclude(.abandoned)
    case .keeping(.overdue): conclude(.failed(failure))
    case .concluded: .none
    }
  }

  public mutating func stored(_ reply: CompletionReply) -> Action {
    let isKept: Bool
    switch state {
    case .storing: isKept = false
    case .keeping: isKept = true
    case .preparing, .solving, .stopping, .concluded: return .none
    }
    switch reply {
    case .completed, .alreadyCompleted: return conclude(isKept ? .kept : .completed)
    case .refused(.cancelRequested): return conclude(.cancelled)
    // The cancel came first, and wants what there is: the whole result, or the checkpoint that was to replace it.
    case .refused(.keepRequested):
      switch state {
      case .storing:
        state = .keeping(.cancelled)
        return .keepResult
      case .keeping(.overdue): return keep(.cancelled)
      default: return conclude(.abandoned)
      }
    case .refused(.lost), .refused(.held): return conclude(.abandoned)
    }
  }

  // MARK: Checkpoints

  /// The child has told what it has so far; `isLast`: because it was told to stop.
  public mutating func checkpointArrived(isLast: Bool) -> Action {
    hasCheckpoint = true
    guard isLast, case .stopping(.keepRequested, _, _) = state else { return .none }
    return keep(.cancelled)
  }

  public mutating func storingCheckpoint() { isCheckpointBeingStored = true }

  /// Stored, or not to be stored: what the end of a draining worker's job waits for. `isMoreWaiting`: another came
  /// meanwhile and is stored now.
  public mutating func checkpointSettled(isLast: Bool, isMoreWaiting: Bool, at now: Instant) -> Action {
    isCheckpointBeingStored = isMoreWaiting
    if isMoreWaiting { return .none }
    guard case .stopping(.draining, let step, _) = state else { return .none }
    if hasChildEnded { return conclude(.released) }
    return isLast && step != .killed ? stop(.draining, step: .killed, at: now) : .none
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
    case .stopping(.keepRequested, _, _):
      state = .keeping(.cancelled)
      return .keepResult
    case .preparing, .stopping, .storing, .keeping, .concluded: return .none
    }
  }

  public mutating func failureArrived(_ failure: SolveFailure) { self.failure = failure }

  public mutating func outputGarbled(_ reason: String, at now: Instant) -> Action {
    guard case .solving = state else { return .none }
    return stop(.garbled(reason), step: .killed, at: now)
  }

  public mutating func childEnded(_ end: ChildEnd) -> Action {
    switch state {
    case .preparing, .storing, .keeping, .concluded:
      return .none
    case .solving:
      if let failure { return conclude(.failed(JobFailure(failure))) }
      return conclude(.failed(JobFailure(.crash, code: "solver.crashed", message: "The solver \(end).")))
    case .stopping(.keepRequested, _, _) where hasCheckpoint: return keep(.cancelled)
    case .stopping(.overdue, _, _) where hasCheckpoint: return keep(.overdue)
    case .stopping(.draining, _, _) where isCheckpointBeingStored:
      hasChildEnded = true
      return .none
    case .stopping(let reason, _, _):
      return conclude(conclusion(of: reason))
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
    case .preparing, .stopping, .storing, .keeping, .concluded:
      return .none
    }
  }

  public mutating func cancelRequested(at now: Instant) -> Action {
    switch state {
    case .preparing: conclude(.cancelled)
    case .solving, .stopping(.overdue, _, _): stop(.cancelRequested, step: .inputClosed, at: now)
    // While storing, the completing transaction itself learns of it, in whichever order they come.
    case .stopping, .storing, .keeping, .concluded: .none
    }
  }

  /// Cancelled, and the best so far is to become variants.
  public mutating func keepRequested(at now: Instant) -> Action {
    switch state {
    case .preparing:
      keepsAtOnce = true
      return .none
    case .solving, .stopping(.overdue, _, _): return stop(.keepRequested, step: .inputClosed, at: now)
    case .stopping, .storing, .keeping, .concluded: return .none
    }
  }

  public mutating func leaseLost(at now: Instant) -> Action {
    switch state {
    case .preparing, .storing, .keeping: conclude(.abandoned)
    case .solving: stop(.leaseLost, step: .killed, at: now)
    // A reason found earlier gives way: nothing may be said about a job that is somebody else's.
    case .stopping: stop(.leaseLost, step: .killed, at: now)
    case .concluded: .none
    }
  }

  public mutating func drainRequested(at now: Instant) -> Action {
    switch state {
    case .preparing: conclude(.released)
    // It tells where it stands and is ended when that is stored.
    case .solving: stop(.draining, step: .inputClosed, at: now)
    // It is nearly done, whatever it is.
    case .stopping, .storing, .keeping, .concluded: .none
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

  private mutating func keep(_ occasion: Occasion) -> Action {
    state = .keeping(occasion)
    return .keepCheckpoint(occasion)
  }

  private mutating func conclude(_ conclusion: Conclusion) -> Action {
    state = .concluded
    return .conclude(conclusion)
  }

  private func conclusion(of reason: Reason) -> Conclusion {
    switch reason {
    case .cancelRequested, .keepRequested: .cancelled
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
