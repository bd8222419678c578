import Foundation
import Jobs
import Postgres
import Redis
import ServiceLifecycle
import Tenancy

/// Follows one job for one watcher, until the job, the watcher's token or the server ends.
struct ProgressFeed: Sendable {
  enum Ending: Sendable { case jobEnded, tokenExpired, shutdown }

  /// What reaches the watcher.
  enum Output: Sendable {
    case frame(ProgressFeedStateMachine.Frame)
    /// Only to show that the connection lives.
    case ping
  }

  private enum Signal: Sendable {
    case replay
    case event(Jobs.Progress)
    case readJob
    case ping
    case end(Ending)
  }

  let dependencies: Dependencies
  let tenant: TenantContext
  let job: Job
  /// When the watcher's token ends.
  let until: Date

  private var keys: ProgressKeys { ProgressKeys(tenant: tenant.tenant, job: job.id) }

  /// Calls `send` for everything the watcher gets, in order. Ends with what ended it, or throws what `send` throws.
  func run(after eventID: String?, send: (Output) async throws -> Void) async throws -> Ending {
    let (signals, sink) = AsyncStream.makeStream(of: Signal.self, bufferingPolicy: .bufferingNewest(256))
    return try await withThrowingTaskGroup(of: Void.self) { group in
      defer { group.cancelAll() }
      addProducers(to: &group, sink)
      return try await withGracefulShutdownHandler {
        try await follow(signals, after: eventID, send: send)
      } onGracefulShutdown: {
        sink.yield(.end(.shutdown))
      }
    }
  }

  private func follow(
    _ signals: AsyncStream<Signal>, after eventID: String?, send: (Output) async throws -> Void
  ) async throws -> Ending {
    var machine = ProgressFeedStateMachine(job: job, after: eventID)
    var position = eventID
    func act(_ action: ProgressFeedStateMachine.Action) async throws -> Bool {
      switch action {
      case .send(let frame):
        try await send(.frame(frame))
        return false
      case .end(let frame):
        try await send(.frame(frame))
        return true
      case .readJob, .none: return false
      }
    }
    if try await act(machine.jobRead(job)) { return .jobEnded }
    for await signal in signals {
      switch signal {
      case .end(let ending): return ending
      case .ping: try await send(.ping)
      case .readJob:
        if let job = try await readJob(), try await act(machine.jobRead(job)) { return .jobEnded }
      case .replay:
        for event in await events(after: position) {
          position = event.eventID
          if try await act(machine.eventArrived(event)) { return .jobEnded }
        }
      case .event(let event):
        position = event.eventID
        var action = machine.eventArrived(event)
        if action == .readJob, let job = try await readJob() {
          if try await act(machine.jobRead(job)) { return .jobEnded }
          action = machine.eventArrived(event)
        }
        if try await act(action) { return .jobEnded }
      }
    }
    throw CancellationError()
  }

  private func addProducers(
    to group: inout ThrowingTaskGroup<Void, any Error>, _ sink: AsyncStream<Signal>.Continuation
  ) {
    group.addTask {
      for await event in dependencies.subscriber.subscribe(keys.channel) {
        switch event {
        // Read what was published before the subscription stood, or while it was broken.
        case .subscribed: sink.yield(.replay)
        case .message(let bytes):
          if let event = Jobs.Progress.decoded(String(decoding: bytes, as: UTF8.self)) { sink.yield(.event(event)) }
        }
      }
    }
    group.addTask {
      for await _ in dependencies.changes.changes(of: job.id) { sink.yield(.readJob) }
    }
    group.addTask {
      while true {
        try await Task.sleep(for: dependencies.timing.poll)
        sink.yield(.readJob)
      }
    }
    group.addTask {
      while true {
        try await Task.sleep(for: dependencies.timing.ping)
        sink.yield(.ping)
      }
    }
    group.addTask {
      try await Task.sleep(for: .seconds(max(0, until.timeIntervalSince(dependencies.clock()))))
      sink.yield(.end(.tokenExpired))
    }
  }

  /// Nil when PostgreSQL doesn't answer now: the stream goes on, the next look may succeed.
  private func readJob() async throws -> Job? {
    do {
      return try await dependencies.pool.withTransaction(for: tenant) {
        try await dependencies.queue.job(job.id, in: $0)
      }
    } catch let error as PostgresError {
      guard Problem(translating: error) != nil else { throw error }
      return nil
    }
  }

  /// What Redis still holds after `eventID`; nothing where Redis doesn't answer.
  private func events(after eventID: String?) async -> [Jobs.Progress] {
    let start = eventID.flatMap(Jobs.Progress.parse(eventID:)).map { "(\($0.fence)-\($0.seq)" } ?? "-"
    // Without an id to resume from only the newest matters: the past would be a flood.
    let command: [RedisArgument] =
      eventID == nil
      ? ["XREVRANGE", .string(keys.stream), "+", "-", "COUNT", "1"]
      : ["XRANGE", .string(keys.stream), .string(start), "+"]
    guard let reply = try? await dependencies.redis.command(command), let entries = reply.array else { return [] }
    return entries.compactMap { entry in
      guard let parts = entry.array, parts.count == 2, let fields = parts[1].array, fields.count >= 2,
        let body = fields[1].string
      else { return nil }
      return Jobs.Progress.decoded(body)
    }
  }
}
