import Jobs
import Logging

/// Tells the queue how a job ended, again while that fails: until the lease ends, when the rescuer takes over.
package struct JobReport: Sendable {
  private let claim: Claim
  private let queue: WorkerQueue
  private let logger: Logger

  package init(claim: Claim, queue: WorkerQueue, logger: Logger) {
    self.claim = claim
    self.queue = queue
    self.logger = logger
  }

  package func send(_ conclusion: SupervisionStateMachine.Conclusion) async {
    for attempt in 1...4 {
      do {
        switch conclusion {
        case .completed, .kept, .abandoned: return
        case .failed(let failure):
          let reply = try await queue.fail(claim, failure.forTenants)
          logger.warning(
            "A job failed.", metadata: ["code": "\(failure.code)", "reason": "\(failure.message)", "then": "\(reply)"])
        case .cancelled: _ = try await queue.cancelled(claim)
        case .released: _ = try await queue.release(claim)
        }
        return
      } catch {
        logger.warning("Could not report a job.", metadata: ["try": "\(attempt)", "error": "\(error)"])
        // Cut short by a shutdown: then the rescuer does it.
        guard (try? await Task.sleep(for: .seconds(1))) != nil else { return }
      }
    }
  }
}
