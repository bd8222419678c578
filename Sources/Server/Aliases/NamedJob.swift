import Jobs
import Persistence

extension Call {
  /// The job that the path names: by its id, or by the name that whoever ordered it gave it.
  func namedJob(in transaction: TenantTransaction) async throws -> Job {
    let text = try parameter("job")
    if let id = JobID(text), let job = try await dependencies.queue.job(id, in: transaction) { return job }
    if let job = try await dependencies.queue.job(calledByCaller: text, in: transaction) { return job }
    throw Problem.unknown("generation job", text)
  }
}
