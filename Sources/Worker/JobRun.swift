import Foundation
import Generating
import Glibc
import Jobs
import Logging
import Optimization
import Persistence
import Processes
import ServiceLifecycle

/// One claimed job, from the claim to its last statement: asks the two machines, and does what they say.
package struct JobRun: Sendable {
  let claim: Claim
  /// When the claim was sent, from which its lease is counted.
  let sentAt: ContinuousClock.Instant
  let workshop: Workshop
  let logger: Logger

  /// What can happen to a job, in the order in which it is looked at.
  package enum Event: Sendable {
    case prepared(Preparation)
    case couldNotGoOn(JobFailure)
    case childSaid(SolveEvent)
    case childBabbled(String)
    case childEnded(ChildEnd)
    /// `stored`: the percent that it carried.
    case heartbeatAnswered(HeartbeatReply, sentAt: ContinuousClock.Instant, stored: Double?)
    case heartbeatFailed
    case stored(CompletionReply)
    /// What the child had told is stored, or cannot be.
    case checkpointSettled(isLast: Bool)
    case drain
    /// Something about the lease may have changed: ask the database now instead of with the next heartbeat.
    case hint
    case tick
  }

  private let events: AsyncStream<Event>
  private let inbox: AsyncStream<Event>.Continuation

  package init(claim: Claim, sentAt: ContinuousClock.Instant, workshop: Workshop, logger: Logger) {
    (events, inbox) = AsyncStream.makeStream()
    self.claim = claim
    self.sentAt = sentAt
    self.workshop = workshop
    var logger = logger
    logger[metadataKey: "job"] = "\(claim.job.id)"
    logger[metadataKey: "tenant"] = "\(claim.tenant)"
    logger[metadataKey: "attempt"] = "\(claim.job.attempt)"
    self.logger = logger
  }

  package func run() async {
    logger.info("Claimed a job.")
    let started = ContinuousClock.now
    let conclusion = await withGracefulShutdownHandler {
      await withTaskGroup(of: Void.self) { group in
        let conclusion = await supervise(&group)
        inbox.finish()
        group.cancelAll()
        return conclusion
      }
    } onGracefulShutdown: {
      inbox.yield(.drain)
    }
    await JobReport(claim: claim, queue: workshop.queue, logger: logger).send(conclusion)
    logger.info(
      "Finished with a job.", metadata: ["conclusion": "\(conclusion)", "took": "\(started.duration(to: .now))"])
  }

  /// Says that somebody may have asked for the end of this job.
  var hurry: @Sendable () -> Void {
    let inbox = inbox
    return { inbox.yield(.hint) }
  }

  private func supervise(_ group: inout TaskGroup<Void>) async -> SupervisionStateMachine.Conclusion {
    var lease = LeaseStateMachine(timing: workshop.timing, claimSentAt: sentAt)
    var supervision = SupervisionStateMachine(seconds: .seconds(seconds))
    let (updates, outbox) = AsyncStream.makeStream(of: Jobs.Progress.self, bufferingPolicy: .bufferingNewest(1))
    var progress = ProgressForwarder(claim: claim, outbox: outbox)
    var preparation: Preparation?
    var child: ChildProcess?
    var result: Generation?
    var checkpoints = CheckpointLog()
    func save(_ checkpoint: Checkpoint?) {
      guard let checkpoint, let preparation else { return }
      supervision.storingCheckpoint()
      group.addTask { inbox.yield(await store(checkpoint, of: preparation)) }
    }
    // Whatever way this ends, no child outlives its job.
    defer { child?.send(signal: SIGKILL) }

    group.addTask { await ProgressWriter(claim: claim, redis: workshop.redis, logger: logger).write(updates) }
    group.addTask { await tick() }
    group.addTask { inbox.yield(await prepare()) }
    for await event in events {
      let now = ContinuousClock.now
      var actions: [SupervisionStateMachine.Action] = []
      switch event {
      case .prepared(let made):
        preparation = made
        checkpoints = CheckpointLog(made.checkpoint)
        if claim.job.keepsBest { _ = supervision.keepRequested(at: now) }
        actions = [
          supervision.prepared(
            at: now, spent: .seconds(made.checkpoint?.seconds ?? 0), hasCheckpoint: made.checkpoint != nil)
        ]
      case .couldNotGoOn(let failure):
        actions = [supervision.failed(failure)]
      case .childSaid(let said):
        supervision.childSpoke(at: now)
        switch said {
        case .progress(let state):
          if supervision.isSolving { progress.forward(state, at: Date()) }
        case .checkpoint(let checkpoint):
          save(checkpoints.arrived(checkpoint))
          actions = [supervision.checkpointArrived(isLast: checkpoint.isLast)]
        case .result(let generation):
          result = generation
          actions = [supervision.resultArrived()]
        case .failed(let failure):
          supervision.failureArrived(failure)
        }
      case .childBabbled(let reason):
        actions = [supervision.outputGarbled(reason, at: now)]
      case .childEnded(let end):
        actions = [supervision.childEnded(end)]
      case .heartbeatAnswered(let reply, let sentAt, let stored):
        if let stored, reply != .lost { progress.isStored(stored) }
        actions = [obey(lease.heartbeatAnswered(reply, sentAt: sentAt), &supervision, now)]
      case .heartbeatFailed:
        lease.heartbeatFailed(at: now)
      case .stored(let reply):
        actions = [supervision.stored(reply)]
      case .checkpointSettled(let isLast):
        let next = checkpoints.settled()
        actions = [supervision.checkpointSettled(isLast: isLast, isMoreWaiting: next != nil, at: now)]
        save(next)
      case .drain:
        actions = [supervision.drainRequested(at: now)]
      case .hint:
        let coarse = progress.coarse
        group.addTask { inbox.yield(await beat(coarse)) }
      case .tick:
        let order = lease.tick(now: now)
        if order == .sendHeartbeat || progress.wantsStoring(at: now) {
          let coarse = progress.coarse
          group.addTask { inbox.yield(await beat(coarse)) }
        }
        actions = [obey(order, &supervision, now), supervision.tick(at: now)]
      }

      for action in actions {
        switch action {
        case .none: break
        case .startChild:
          guard let preparation else { break }
          switch await start(preparation.request) {
          case .success(let started):
            child = started
            group.addTask { await relay(started) }
          case .failure(let failure):
            inbox.yield(.couldNotGoOn(failure))
          }
        case .closeInput: child?.closeInput()
        case .terminate: child?.send(signal: SIGTERM)
        case .kill: child?.send(signal: SIGKILL)
        case .store:
          // It has nothing more to say, and ends by itself when nobody listens.
          child?.closeInput()
          guard let preparation, let result else { break }
          progress.enter(.verifying, message: "Verifying and storing", fraction: 0.98, at: Date())
          group.addTask { inbox.yield(await store(result, of: preparation)) }
        case .keepResult:
          child?.closeInput()
          guard let preparation, let result else { break }
          // Without a last word before it, it is the whole result, which a cancel came before.
          let seconds = preparation.payload.seconds
          let last = checkpoints.newest.flatMap { $0.isLast ? $0.seconds : nil }
          let kept = Kept(at: .cancel, after: last ?? seconds, of: seconds)
          group.addTask { inbox.yield(await store(result, of: preparation, kept: kept)) }
        case .keepCheckpoint(let occasion):
          child?.send(signal: SIGKILL)
          guard let preparation, let checkpoint = checkpoints.newest else { break }
          let kept = Kept(
            at: occasion == .cancelled ? .cancel : .deadline, after: checkpoint.seconds, of: preparation.payload.seconds
          )
          group.addTask { inbox.yield(await store(Generation(keeping: checkpoint), of: preparation, kept: kept)) }
        case .conclude(let conclusion):
          return conclusion
        }
      }
    }
    // The stream ends early only where the whole worker is being cancelled: as good as killed.
    return .abandoned
  }

  private func obey(
    _ order: LeaseStateMachine.Action, _ supervision: inout SupervisionStateMachine, _ now: ContinuousClock.Instant
  ) -> SupervisionStateMachine.Action {
    switch order {
    case .none, .sendHeartbeat: .none
    case .stopForCancel: supervision.cancelRequested(at: now)
    case .stopAndKeep: supervision.keepRequested(at: now)
    case .stopAtOnce: supervision.leaseLost(at: now)
    }
  }

  private var seconds: Double { (try? claim.job.generation().seconds) ?? 0 }

  private func tick() async {
    while (try? await Task.sleep(for: .milliseconds(250))) != nil { inbox.yield(.tick) }
  }

  private func beat(_ progress: CoarseProgress?) async -> Event {
    let sentAt = ContinuousClock.now
    do {
      let reply = try await workshop.queue.heartbeat(claim, progress: progress)
      return .heartbeatAnswered(reply, sentAt: sentAt, stored: progress?.percent)
    } catch {
      logger.warning("A heartbeat did not arrive.", metadata: ["error": "\(error)"])
      return .heartbeatFailed
    }
  }

  private func start(_ request: SolveRequest) async -> Result<ChildProcess, JobFailure> {
    let solver = workshop.solver
    do {
      let child = try await ChildProcess.start(
        ChildOrder(
          executable: solver.executable, arguments: ["solve", "--memory", "\(solver.memoryMiB)"],
          environment: solver.environment),
        input: Array(try makeFrame(request)))
      logger.debug("Started a solver.", metadata: ["process": "\(child.id)"])
      return .success(child)
    } catch {
      logger.warning("Could not start a solver.", metadata: ["error": "\(error)"])
      return .failure(JobFailure(.transient, code: "solver.not-started", message: "The solver could not be started."))
    }
  }

  private func relay(_ child: ChildProcess) async {
    var decoder = FrameDecoder()
    var isGarbled = false
    for await event in child.events {
      switch event {
      case .output(let bytes) where !isGarbled:
        do {
          decoder.append(bytes)
          while let frame = try decoder.next() {
            inbox.yield(.childSaid(try readFrame(SolveEvent.self, from: frame)))
          }
        } catch {
          isGarbled = true
          inbox.yield(.childBabbled("\(error)"))
        }
      case .output: break
      case .ended(let end): inbox.yield(.childEnded(end))
      }
    }
  }
}
