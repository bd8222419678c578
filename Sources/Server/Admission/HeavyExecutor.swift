import Readiness

/// Runs what heavy requests do between their waits: the rows of an institution are thousands of documents to decode, and
/// as many to encode. On threads of their own, which stand back, they never hold up one of the few that answer
/// everybody.
final class HeavyExecutor: TaskExecutor {
  private let threads: BlockingThreads

  init(count: Int) { threads = BlockingThreads(name: "heavy-requests", count: count, niceness: 10) }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    threads.submit { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
