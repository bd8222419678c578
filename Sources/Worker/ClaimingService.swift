import Generating
import Jobs
import Logging
import Postgres
import ServiceLifecycle
import Synchronization
import Verification

/// Claims jobs while there is room for them, and looks for jobs whose workers have died.
///
/// A notification only wakes it; the poll every 2 to 5 seconds is what guarantees that no job is overlooked.
package final class ClaimingService: Service {
  private let workshop: Workshop
  private let identity: WorkerIdentity
  private let capacity: Int
  private let wakeUps: AsyncStream<Listener.Event>
  private let logger: Logger
  private let running = Mutex(0)
  /// Jobs at work, by id, and how to tell them to look at their lease now.
  private let hints = Mutex<[String: @Sendable () -> Void]>([:])
  private let isStopping = Mutex(false)

  package init(
    workshop: Workshop, identity: WorkerIdentity, capacity: Int, wakeUps: AsyncStream<Listener.Event>, logger: Logger
  ) {
    self.workshop = workshop
    self.identity = identity
    self.capacity = capacity
    self.wakeUps = wakeUps
    self.logger = logger
  }

  package func run() async throws {
    // One pending wake-up is as good as many.
    let (wakes, inbox) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    await withGracefulShutdownHandler {
      await withDiscardingTaskGroup { jobs in
        await withTaskGroup(of: Void.self) { helpers in
          helpers.addTask { await self.listen(inbox) }
          helpers.addTask { await self.poll(inbox) }
          helpers.addTask { await self.sweep(inbox) }
          await self.register()
          helpers.addTask { await self.staySeen() }
          inbox.yield()
          for await _ in wakes {
            if isStopping.withLock({ $0 }) { break }
            await claimWhileThereIsRoom(in: &jobs, inbox)
          }
          helpers.cancelAll()
        }
        await announce(.draining)
        // Leaving the group waits for the jobs, each of which has heard of the shutdown itself.
      }
      await announce(.gone)
    } onGracefulShutdown: {
      self.isStopping.withLock { $0 = true }
      inbox.yield()
    }
  }

  private func claimWhileThereIsRoom(
    in jobs: inout DiscardingTaskGroup, _ inbox: AsyncStream<Void>.Continuation
  ) async {
    while running.withLock({ $0 }) < capacity, !isStopping.withLock({ $0 }) {
      let sentAt = ContinuousClock.now
      let claim: Claim
      do {
        guard let next = try await workshop.queue.claim() else { return }
        claim = next
      } catch {
        // The poll comes back to it.
        return logger.warning("Could not claim.", metadata: ["error": "\(error)"])
      }
      running.withLock { $0 += 1 }
      jobs.addTask {
        let id = "\(claim.job.id)"
        let run = JobRun(claim: claim, sentAt: sentAt, workshop: self.workshop, logger: self.logger)
        self.hints.withLock { $0[id] = run.hurry }
        await run.run()
        self.hints.withLock { $0[id] = nil }
        self.running.withLock { $0 -= 1 }
        inbox.yield()
      }
    }
  }

  private func listen(_ inbox: AsyncStream<Void>.Continuation) async {
    for await event in wakeUps {
      if case .notification(JobChannel.cancel, let job) = event {
        hints.withLock { $0[job] }?()
      } else {
        inbox.yield()
      }
    }
  }

  private func poll(_ inbox: AsyncStream<Void>.Continuation) async {
    while (try? await Task.sleep(for: .milliseconds(.random(in: 2_000...5_000)))) != nil { inbox.yield() }
  }

  /// Any worker may bring back jobs whose leases have ended; the jitter keeps them from all doing it at once.
  private func sweep(_ inbox: AsyncStream<Void>.Continuation) async {
    while (try? await Task.sleep(for: workshop.timing.sweep * .random(in: 0.75...1.25))) != nil {
      do {
        let rescued = try await workshop.queue.rescue()
        if !rescued.isEmpty {
          logger.warning("Brought back jobs of workers that have died.", metadata: ["jobs": "\(rescued.count)"])
          inbox.yield()
        }
      } catch {
        logger.warning("Could not look for lost jobs.", metadata: ["error": "\(error)"])
      }
    }
  }

  /// Waiting times are reckoned with the workers that were heard of lately, and with what they can do at once.
  private func staySeen() async {
    while (try? await Task.sleep(for: Workload.aliveFor / 4 * .random(in: 0.75...1))) != nil { await register() }
  }

  private func register() async {
    do {
      try await workshop.queue.register(
        host: identity.host, processID: identity.processID, version: EngineVersion.current, capacity: capacity)
    } catch {
      // For people and waiting times only: claims do not depend on it.
      logger.warning("Could not register.", metadata: ["error": "\(error)"])
    }
  }

  private func announce(_ state: WorkerState) async {
    do {
      try await workshop.queue.announce(state)
    } catch {
      logger.warning("Could not announce.", metadata: ["state": "\(state)", "error": "\(error)"])
    }
  }
}
