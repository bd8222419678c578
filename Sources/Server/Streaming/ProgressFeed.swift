import Foundation
import Jobs
import NIOCore
import Redis
import ServiceLifecycle
import Synchronization
import Tenancy

/// Follows one job for one watcher, until the job, the watcher's right to watch or the server ends.
struct ProgressFeed: Sendable {
  enum Ending: Sendable { case jobEnded, tokenExpired, accessEnded, shutdown, left }

  /// What reaches the watcher.
  enum Output: Sendable {
    case frame(ProgressFeedStateMachine.Frame)
    /// Only to show that the connection lives.
    case ping
  }

  private enum Signal: Sendable {
    case replay
    case event(Jobs.Progress)
    case job(Job)
    case ping
    /// Look at what ended.
    case end
  }

  /// The first ending counts, however many signals a slow watcher has lost since.
  private final class End: Sendable {
    private let ending = Mutex<Ending?>(nil)
    var value: Ending? { ending.withLock { $0 } }
    func set(_ new: Ending) { ending.withLock { $0 = $0 ?? new } }
  }

  let dependencies: Dependencies
  let tenant: TenantContext
  let job: Job
  /// When the watcher's token ends.
  let until: Date
  /// The watcher's place among all streams; held for as long as the feed is.
  let place: OpenStream
  /// When the watcher's connection ends; nil where the transport ends the feed by itself. Without it an empty line would
  /// have to find out.
  let closed: EventLoopFuture<Void>?

  private var keys: ProgressKeys { ProgressKeys(tenant: tenant.tenant, job: job.id) }

  /// Calls `send` for everything the watcher gets, in order. Ends with what ended it, or throws what `send` throws.
  func run(after eventID: String?, send: (Output) async throws -> Void) async throws -> Ending {
    try await dependencies.gates.streamExecutor.run(for: tenant.tenant) { try await feed(after: eventID, send: send) }
  }

  private func feed(after eventID: String?, send: (Output) async throws -> Void) async throws -> Ending {
    let (signals, sink) = AsyncStream.makeStream(of: Signal.self, bufferingPolicy: .bufferingNewest(256))
    let end = End()
    return try await withThrowingTaskGroup(of: Void.self) { group in
      defer { group.cancelAll() }
      addProducers(to: &group, sink, end)
      return try await withGracefulShutdownHandler {
        try await follow(signals, end, after: eventID, send: send)
      } onGracefulShutdown: {
        end.set(.shutdown)
        sink.yield(.end)
      }
    }
  }

  private func follow(
    _ signals: AsyncStream<Signal>, _ end: End, after eventID: String?, send: (Output) async throws -> Void
  ) async throws -> Ending {
    var machine = ProgressFeedStateMachine(job: job, after: eventID)
    var position = eventID
    /// Of a claim that the job, as it was last read, doesn't know.
    var early: Jobs.Progress?
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
    let newest = eventID == nil ? await dependencies.newestEvent(keys) : nil
    if try await act(machine.begin(newest: newest)) { return .jobEnded }
    for await signal in signals {
      if let ending = end.value { return ending }
      switch signal {
      case .end: break
      case .ping: try await send(.ping)
      case .job(let job):
        if try await act(machine.jobRead(job)) { return .jobEnded }
        if let event = early, try await act(machine.eventArrived(event)) { return .jobEnded }
        early = nil
      case .replay:
        for event in await events(after: position) {
          position = event.eventID
          if try await act(machine.eventArrived(event)) { return .jobEnded }
        }
      case .event(let event):
        position = event.eventID
        let action = machine.eventArrived(event)
        if action == .readJob {
          early = event
          dependencies.board.look(at: job.id)
        }
        if try await act(action) { return .jobEnded }
      }
    }
    throw CancellationError()
  }

  private func addProducers(
    to group: inout ThrowingTaskGroup<Void, any Error>, _ sink: AsyncStream<Signal>.Continuation, _ end: End
  ) {
    @Sendable func finish(_ ending: Ending) {
      end.set(ending)
      sink.yield(.end)
    }
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
      for await job in dependencies.board.watch(job.id, for: tenant) { sink.yield(.job(job)) }
      // The job is gone, with its tenant perhaps.
      if !Task.isCancelled { finish(.accessEnded) }
    }
    group.addTask {
      for await _ in place.ending { finish(.accessEnded) }
    }
    closed?.whenComplete { _ in finish(.left) }
    group.addTask {
      while true {
        try await Task.sleep(for: dependencies.timing.ping)
        sink.yield(.ping)
      }
    }
    group.addTask {
      try await Task.sleep(for: .seconds(max(0, until.timeIntervalSince(dependencies.clock()))))
      finish(.tokenExpired)
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
