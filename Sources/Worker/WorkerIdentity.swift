import Foundation
import Jobs

/// Which worker this is, for leases and for people.
struct WorkerIdentity: Sendable {
  let id: WorkerID
  let host: String
  let processID: Int32

  init() {
    host = ProcessInfo.processInfo.hostName
    processID = ProcessInfo.processInfo.processIdentifier
    var generator = SystemRandomNumberGenerator()
    id = WorkerID.make(host: host, processID: processID, using: &generator)
  }
}
