import Foundation
import Generating
import Jobs
import Optimization
import Persistence

/// What a run knows of its job, and what has to be done about each event. Decides only; `JobRun` does it.
struct RunState {
  typealias Instant = ContinuousClock.Instant

  enum Order {
    case sendHeartbeat(CoarseProgress?)
    case save(Checkpoint, Preparation)
    case act(SupervisionStateMachine.Action)
  }

  /// What is to be verified and stored as the job's end.
  struct Delivery {
    var generation: Generation
    var preparation: Preparation
    /// Where it is the best so far and not a whole result.
    var kept: Kept?
  }

  private let keepsBest: Bool
  private var lease: LeaseStateMachine
  private var supervision: SupervisionStateMachine
  private var progress: ProgressForwarder
  private(set) var preparation: Preparation?
  private var result: Generation?
  private var checkpoints = CheckpointLog()

  init(claim: Claim, lease: LeaseStateMachine, supervision: SupervisionStateMachine, progress: ProgressForwarder) {
    keepsBest = claim.job.keepsBest
    self.lease = lease
    self.supervision = supervision
    self.progress = progress
  }

  // MARK: Events

  mutating func handle(_ event: JobRun.Event, at now: Instant) -> [Order] {
    switch event {
    case .prepared(let made): return [.act(prepared(made, at: now))]
    case .couldNotGoOn(let failure): return [.act(supervision.failed(failure))]
    case .childSaid(let said):
      supervision.childSpoke(at: now)
      return heard(said)
    case .childBabbled(let reason): return [.act(supervision.outputGarbled(reason, at: now))]
    case .childEnded(let end): return [.act(supervision.childEnded(end))]
    case .heartbeatAnswered(let reply, let sentAt, let stored):
      if let stored, reply != .lost { progress.isStored(stored) }
      return [.act(obey(lease.heartbeatAnswered(reply, sentAt: sentAt), at: now))]
    case .heartbeatFailed:
      lease.heartbeatFailed(at: now)
      return []
    case .stored(let reply): return [.act(supervision.stored(reply))]
    case .checkpointSettled(let isLast):
      let next = checkpoints.settled()
      let action = supervision.checkpointSettled(isLast: isLast, isMoreWaiting: next != nil, at: now)
      return saving(next) + [.act(action)]
    case .drain: return [.act(supervision.drainRequested(at: now))]
    case .hint: return [.sendHeartbeat(progress.coarse)]
    case .tick: return tick(at: now)
    }
  }

  private mutating func prepared(_ made: Preparation, at now: Instant) -> SupervisionStateMachine.Action {
    preparation = made
    checkpoints = CheckpointLog(made.checkpoint)
    if keepsBest { _ = supervision.keepRequested(at: now) }
    return supervision.prepared(
      at: now, spent: .seconds(made.checkpoint?.seconds ?? 0), hasCheckpoint: made.checkpoint != nil)
  }

  private mutating func heard(_ said: SolveEvent) -> [Order] {
    switch said {
    case .progress(let state):
      if supervision.isSolving { progress.forward(state, at: Date()) }
      return []
    case .checkpoint(let checkpoint):
      let saving = saving(checkpoints.arrived(checkpoint))
      return saving + [.act(supervision.checkpointArrived(isLast: checkpoint.isLast))]
    case .result(let generation):
      result = generation
      return [.act(supervision.resultArrived())]
    case .failed(let failure):
      supervision.failureArrived(failure)
      return []
    }
  }

  private mutating func tick(at now: Instant) -> [Order] {
    let order = lease.tick(now: now)
    let isDue = order == .sendHeartbeat || progress.wantsStoring(at: now)
    let heartbeat: [Order] = isDue ? [.sendHeartbeat(progress.coarse)] : []
    return heartbeat + [.act(obey(order, at: now)), .act(supervision.tick(at: now))]
  }

  private mutating func saving(_ checkpoint: Checkpoint?) -> [Order] {
    guard let checkpoint, let preparation else { return [] }
    supervision.storingCheckpoint()
    return [.save(checkpoint, preparation)]
  }

  private mutating func obey(
    _ order: LeaseStateMachine.Action, at now: Instant
  ) -> SupervisionStateMachine.Action {
    switch order {
    case .none, .sendHeartbeat: .none
    case .stopForCancel: supervision.cancelRequested(at: now)
    case .stopAndKeep: supervision.keepRequested(at: now)
    case .stopAtOnce: supervision.leaseLost(at: now)
    }
  }

  // MARK: What is delivered

  /// The whole result; says that it is being verified.
  mutating func wholeResult() -> Delivery? {
    guard let preparation, let result else { return nil }
    progress.enter(.verifying, message: "Verifying and storing", fraction: 0.98, at: Date())
    return Delivery(generation: result, preparation: preparation)
  }

  /// The result, as what a cancel keeps.
  func keptResult() -> Delivery? {
    guard let preparation, let result else { return nil }
    // Without a last word before it, it is the whole result, which a cancel came before.
    let seconds = preparation.payload.seconds
    let last = checkpoints.newest.flatMap { $0.isLast ? $0.seconds : nil }
    return Delivery(
      generation: result, preparation: preparation, kept: Kept(at: .cancel, after: last ?? seconds, of: seconds))
  }

  func keptCheckpoint(_ occasion: SupervisionStateMachine.Occasion) -> Delivery? {
    guard let preparation, let checkpoint = checkpoints.newest else { return nil }
    let kept = Kept(
      at: occasion == .cancelled ? .cancel : .deadline, after: checkpoint.seconds, of: preparation.payload.seconds)
    return Delivery(generation: Generation(keeping: checkpoint), preparation: preparation, kept: kept)
  }
}
