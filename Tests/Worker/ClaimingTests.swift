import Jobs
import Postgres
import ServiceLifecycle
import Synchronization
import Testing
import TestSupport
import TestTenants
import Worker

/// Claiming in this process; the solvers are real children.
@Suite struct ClaimingTests {
  /// Runs the service until `body` is done, then shuts it down as SIGTERM does, and waits for its end.
  private func with(
    _ shop: Shop, capacity: Int,
    _ body: @escaping @Sendable (AsyncStream<Listener.Event>.Continuation) async throws -> Void
  ) async throws {
    let (wakeUps, alarm) = AsyncStream.makeStream(of: Listener.Event.self)
    let service = ClaimingService(
      workshop: try shop.workshop(), identity: WorkerIdentity(), capacity: capacity, wakeUps: wakeUps,
      logger: shop.logger)
    let group = ServiceGroup(services: [service], logger: shop.logger)
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await group.run() }
      try await body(alarm)
      await group.triggerGracefulShutdown()
      try await tasks.waitForAll()
    }
  }

  private func wait(_ shop: Shop, _ id: JobID, _ isReached: @Sendable (Job) -> Bool) async throws -> Job? {
    let changes = Listener(
      configuration: shop.installation.database.app, channels: [JobChannel.changed], logger: shop.logger)
    return try await withThrowingTaskGroup(of: Void.self) { group in
      defer { group.cancelAll() }
      group.addTask { try await changes.run() }
      // The connection itself is the first event: what changed before it is seen here.
      for await _ in changes.notifications {
        if let job = try await shop.job(id), isReached(job) { return job }
      }
      return nil
    }
  }

  @Test func asManyJobsAsThereIsRoomForAreAtWorkAndTheRestWaits() async throws {
    try await Shop.with { shop in
      var ids: [JobID] = []
      for _ in 0..<3 { ids.append(try await shop.submit(seconds: 600)) }
      let all = ids
      try await with(shop, capacity: 2) { _ in
        _ = try await wait(shop, all[1]) { $0.state == .running }
        let states = [try await shop.job(all[0])?.state, try await shop.job(all[2])?.state]
        #expect(states == [.running, .queued])
      }
      // Told to stop, it gives everything back uncounted and says that it is gone.
      for id in all {
        let job = try #require(try await shop.job(id))
        #expect(job.state == .queued && job.attempt == 0)
      }
      #expect(try await shop.state(of: WorkerID(rawValue: "w1")) == "gone")
      #expect(try await shop.installation.leaks() == 0)
    }
  }

  @Test func aCancelIsHeardAtOnceAndMakesRoom() async throws {
    try await Shop.with { shop in
      let first = try await shop.submit(seconds: 600)
      let second = try await shop.submit(seconds: 600)
      try await with(shop, capacity: 1) { alarm in
        _ = try await wait(shop, first) { $0.state == .running }
        _ = try await shop.installation.transaction { try await JobQueue().cancel(first, in: $0) }
        alarm.yield(.notification(channel: JobChannel.cancel, payload: "\(first)"))
        let cancelled = try await wait(shop, first) { $0.state.isTerminal }
        #expect(cancelled?.state == .cancelled)
        let next = try await wait(shop, second) { $0.state == .running }
        #expect(next?.state == .running)
      }
    }
  }

  @Test func aJobOfALostWorkerIsBroughtBackAndDone() async throws {
    try await Shop.with { shop in
      let id = try await shop.submit(seconds: 1)
      _ = try #require(try await shop.queue(name: "dead").claim())
      try await shop.installation.expireLeases()
      try await with(shop, capacity: 1) { _ in
        let job = try await wait(shop, id) { $0.state.isTerminal }
        #expect(job?.state == .completed && job?.attempt == 2 && job?.crashCount == 1)
        #expect(try await shop.variants(id).count == 1)
      }
    }
  }
}
