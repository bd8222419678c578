import Jobs
import Logging
import Persistence
import Postgres
import ServiceLifecycle
import Tenancy

/// Hears what PostgreSQL tells of: one LISTEN connection for the whole process. Run it as a service.
///
/// Both streams are for one consumer each, and hints: after a lost connection `.all` says that anything may have changed.
package final class DatabaseChanges: Service, Sendable {
  enum JobChange: Sendable {
    case all
    case job(JobID)
  }

  enum AccessChange: Sendable {
    case all
    /// The tenant's state, its tokens' version or its quotas.
    case tenant(TenantID)
    /// Its accounts or their sessions.
    case accounts(TenantID)
  }

  let jobs: AsyncStream<JobChange>
  let access: AsyncStream<AccessChange>

  private let listener: Listener
  private let jobSink: AsyncStream<JobChange>.Continuation
  private let accessSink: AsyncStream<AccessChange>.Continuation

  package init(configuration: PostgresConfiguration, logger: Logger) {
    listener = Listener(
      configuration: configuration, channels: [JobChannel.changed, AccessChannel.changed], logger: logger)
    (jobs, jobSink) = AsyncStream.makeStream()
    (access, accessSink) = AsyncStream.makeStream()
  }

  package func run() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await self.listener.run() }
      group.addTask {
        for await event in self.listener.notifications { self.handle(event) }
        self.jobSink.finish()
        self.accessSink.finish()
      }
      try await group.waitForAll()
    }
  }

  private func handle(_ event: Listener.Event) {
    switch event {
    case .connected:
      jobSink.yield(.all)
      accessSink.yield(.all)
    case .notification(AccessChannel.changed, let payload):
      let words = payload.split(separator: " ")
      guard words.count == 2, let tenant = TenantID(rawValue: String(words[0])) else { return }
      accessSink.yield(words[1] == "directory" ? .tenant(tenant) : .accounts(tenant))
    case .notification(_, let payload):
      // "tenant job state"
      let words = payload.split(separator: " ")
      if words.count == 3, let job = JobID(String(words[1])) { jobSink.yield(.job(job)) }
    }
  }
}
