import Foundation
import Jobs

/// Which worker this is, for leases and for people.
package struct WorkerIdentity: Sendable {
  package let id: WorkerID
  let host: String
  let processID: Int32

  package init() {
    host = ProcessInfo.processInfo.hostName
    processID = ProcessInfo.processInfo.processIdentifier
    var generator = SystemRandomNumberGenerator()
    id = WorkerID.make(host: host, processID: processID, using: &generator)
  }
}
