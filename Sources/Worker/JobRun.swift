import Foundation
import Generating
import Glibc
import Jobs
import Logging
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
    let (updates, outbox) = AsyncStream.makeStream(of: Jobs.Progress.self, bufferingPolicy: .bufferingNewest(1))
    var state = RunState(
      claim: claim, lease: LeaseStateMachine(timing: workshop.timing, claimSentAt: sentAt),
      supervision: SupervisionStateMachine(seconds: .seconds(seconds)),
      progress: ProgressForwarder(claim: claim, outbox: outbox))
    var child: ChildProcess?
    // Whatever way this ends, no child outlives its job.
    defer { child?.send(signal: SIGKILL) }

    group.addTask { await ProgressWriter(claim: claim, redis: workshop.redis, logger: logger).write(updates) }
    group.addTask { await tick() }
    group.addTask { inbox.yield(await prepare()) }
    for await event in events {
      for order in state.handle(event, at: .now) {
        switch order {
        case .sendHeartbeat(let progress): group.addTask { inbox.yield(await beat(progress)) }
        case .save(let checkpoint, let preparation):
          group.addTask { inbox.yield(await store(checkpoint, of: preparation)) }
        case .act(.conclude(let conclusion)): return conclusion
        case .act(let action): await act(action, &state, &child, &group)
        }
      }
    }
    // The stream ends early only where the whole worker is being cancelled: as good as killed.
    return .abandoned
  }

  private func act(
    _ action: SupervisionStateMachine.Action, _ state: inout RunState, _ child: inout ChildProcess?,
    _ group: inout TaskGroup<Void>
  ) async {
    switch action {
    case .none, .conclude: break
    case .startChild: child = await startChild(state.preparation, &group)
    case .closeInput: child?.closeInput()
    case .terminate: child?.send(signal: SIGTERM)
    case .kill: child?.send(signal: SIGKILL)
    case .store:
      // It has nothing more to say, and ends by itself when nobody listens.
      child?.closeInput()
      deliver(state.wholeResult(), &group)
    case .keepResult:
      child?.closeInput()
      deliver(state.keptResult(), &group)
    case .keepCheckpoint(let occasion):
      child?.send(signal: SIGKILL)
      deliver(state.keptCheckpoint(occasion), &group)
    }
  }

  private func startChild(_ preparation: Preparation?, _ group: inout TaskGroup<Void>) async -> ChildProcess? {
    guard let preparation else { return nil }
    switch await start(preparation.request) {
    case .success(let child):
      group.addTask { await relay(child) }
      return child
    case .failure(let failure):
      inbox.yield(.couldNotGoOn(failure))
      return nil
    }
  }

  private func deliver(_ delivery: RunState.Delivery?, _ group: inout TaskGroup<Void>) {
    guard let delivery else { return }
    group.addTask {
      inbox.yield(await store(delivery.generation, of: delivery.preparation, kept: delivery.kept))
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
