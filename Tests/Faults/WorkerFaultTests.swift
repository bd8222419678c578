import Glibc
import Jobs
import Logging
import Processes
import Redis
import TestSupport
import Testing

/// What becomes of a job when a part of the system dies under it. Each test runs the real executables.
@Suite(.serialized) struct WorkerFaultTests {
  @Test func aJobIsDoneVerifiedAndStoredOnce() async throws {
    try await Factory.with { factory in
      try await factory.withWorker { _ in
        let id = try await factory.submit(seconds: 1)
        let job = try await factory.wait(for: id) { $0.state.isTerminal }
        #expect(job.state == .completed)
        #expect(job.percent == 100)
        let variants = try await factory.variants(id)
        #expect(variants.count == 1)
        #expect(variants.first?.facts.certificate != nil)
        #expect(variants.first?.facts.placed == 16)
      }
    }
  }

  @Test func aJobWhoseWorkerIsKilledIsCompletedByAnotherOnce() async throws {
    try await Factory.with { factory in
      let victim = try await factory.startWorker()
      let id = try await factory.submit(seconds: 4)
      _ = try await factory.waitForSolver(of: victim)
      let killedAt = ContinuousClock.now
      victim.send(signal: SIGKILL)
      try await factory.withWorker { _ in
        let taken = try await factory.wait(for: id) { $0.attempt == 2 && $0.state == .running || $0.state.isTerminal }
        // 15 s of lease, a sweep every 2 s or so, and a claim: 25 s is what is promised at most.
        #expect(killedAt.duration(to: .now) < .seconds(25))
        #expect(taken.crashCount == 1)
        let job = try await factory.wait(for: id) { $0.state.isTerminal }
        #expect(job.state == .completed)
        #expect(try await factory.variants(id).count == 1)
      }
    }
  }

  @Test func aSolverThatIsKilledIsTriedAgain() async throws {
    try await Factory.with { factory in
      try await factory.withWorker { worker in
        let id = try await factory.submit(seconds: 4)
        kill(try await factory.waitForSolver(of: worker), SIGKILL)
        let job = try await factory.wait(for: id) { $0.state.isTerminal }
        #expect(job.state == .completed)
        #expect(job.attempt == 2)
        #expect(job.crashCount == 1)
        #expect(try await factory.variants(id).count == 1)
      }
    }
  }

  @Test func aSolverThatHasStoppedDoesNotOutliveItsWorker() async throws {
    try await Factory.with { factory in
      let worker = try await factory.startWorker()
      _ = try await factory.submit(seconds: 600)
      let solver = try await factory.waitForSolver(of: worker)
      let end = ProcessEnd(of: solver)
      kill(solver, SIGSTOP)
      worker.send(signal: SIGKILL)
      // Its input's end would do it too, but a stopped process reads nothing: the kernel ends it.
      #expect(try await end.arrives(until: .now + .seconds(30)))
    }
  }

  @Test func aCancelledJobEndsAndStoresNothing() async throws {
    try await Factory.with { factory in
      try await factory.withWorker { worker in
        let id = try await factory.submit(seconds: 600)
        _ = try await factory.waitForSolver(of: worker)
        try await factory.cancel(id)
        let job = try await factory.wait(for: id) { $0.state.isTerminal }
        #expect(job.state == .cancelled)
        #expect(try await factory.variants(id).isEmpty)
        #expect(factory.solver(of: worker) == nil)
      }
    }
  }

  @Test func aWorkerThatIsToldToStopGivesItsJobBackUncounted() async throws {
    try await Factory.with { factory in
      let first = try await factory.startWorker()
      let id = try await factory.submit(seconds: 5)
      _ = try await factory.waitForSolver(of: first)
      kill(first.id, SIGTERM)
      var end: ChildEnd?
      for await event in first.events {
        if case .ended(let how) = event { end = how }
      }
      #expect(end == .exited(0))
      #expect(try await factory.job(id).state == .queued)
      try await factory.withWorker { _ in
        let job = try await factory.wait(for: id) { $0.state.isTerminal }
        #expect(job.state == .completed)
        #expect(job.attempt == 1)
        #expect(job.crashCount == 0)
      }
    }
  }

  @Test func aJobIsCompletedWithoutRedis() async throws {
    let redis = try await RedisServer.start()
    try await Factory.with(redis: redis.address) { factory in
      try await factory.withWorker { worker in
        let id = try await factory.submit(seconds: 8)
        _ = try await factory.waitForSolver(of: worker)
        try await redis.stop()
        // The heartbeat carries the progress to PostgreSQL: whoever polls still sees it.
        let running = try await factory.wait(for: id) { $0.percent > 0 || $0.state.isTerminal }
        #expect(running.state == .running)
        #expect(running.phase != nil)
        let job = try await factory.wait(for: id) { $0.state.isTerminal }
        #expect(job.state == .completed)
        #expect(job.attempt == 1)
      }
    }
  }

  /// So nobody can be shown what cannot be shown again, whatever becomes of Redis.
  @Test func noEventSaysMoreThanPostgreSQLHolds() async throws {
    let server = try await RedisServer.start()
    try await Factory.with(redis: server.address) { factory in
      try await factory.withWorker { _ in
        let redis = RedisClient(
          configuration: RedisConfiguration(address: server.address),
          logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try await withThrowingTaskGroup(of: Void.self) { group in
          group.addTask { try await redis.run() }
          let id = try await factory.submit(seconds: 10)
          var shown = 0.0
          var events = 0
          try await factory.watch(id, redis) { event, job in
            // What somebody who asks is shown, now and after everything is gone.
            let reading = ProgressReading.merge(job: job, cached: event)
            #expect(reading.percent >= shown)
            shown = reading.percent
            guard let event, event.fence == job.fence else { return }
            #expect(event.percent <= job.percent)
            events += 1
            if events % 10 == 0 { _ = try await redis.command(["FLUSHALL"]) }
          }
          #expect(shown == 100 && events > 20)
          group.cancelAll()
        }
      }
    }
  }
}
