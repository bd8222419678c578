import Jobs
import Logging
import Postgres
import ServiceLifecycle
import Synchronization

/// Tells the streams of this process when PostgreSQL has news of a job: one LISTEN connection for all of them.
package final class JobChanges: Service, Sendable {
  private let listener: Listener
  private let watchers = Mutex<Watchers>(Watchers())

  private struct Watchers {
    var next = 0
    var byJob: [JobID: [Int: AsyncStream<Void>.Continuation]] = [:]
  }

  package init(configuration: PostgresConfiguration, logger: Logger) {
    listener = Listener(configuration: configuration, channels: [JobChannel.changed], logger: logger)
  }

  package func run() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await self.listener.run() }
      group.addTask {
        for await event in self.listener.notifications { self.handle(event) }
      }
      try await group.waitForAll()
    }
  }

  /// An element for each change, and one after each lost connection, when changes may have gone unnoticed.
  func changes(of job: JobID) -> AsyncStream<Void> {
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    let id = watchers.withLock { watchers in
      watchers.next += 1
      watchers.byJob[job, default: [:]][watchers.next] = continuation
      return watchers.next
    }
    continuation.onTermination = { [weak self] _ in
      self?.watchers.withLock { watchers in
        watchers.byJob[job]?[id] = nil
        if watchers.byJob[job]?.isEmpty == true { watchers.byJob[job] = nil }
      }
    }
    return stream
  }

  private func handle(_ event: Listener.Event) {
    let called = watchers.withLock { watchers in
      switch event {
      case .connected: return watchers.byJob.values.flatMap(\.values)
      case .notification(_, let payload):
        // "tenant job state"
        let words = payload.split(separator: " ")
        guard words.count == 3, let job = JobID(String(words[1])) else { return [] }
        return Array((watchers.byJob[job] ?? [:]).values)
      }
    }
    for continuation in called { continuation.yield() }
  }
}
