import ArgumentParser

/// A program of others that `bench` can run beside the engine.
enum Peer: String, CaseIterable, ExpressibleByArgument {
  case fet = "fet-cl"

  func program() throws -> FETProgram { try FETProgram() }

  /// Whether it reads such a file.
  func accepts(_ file: String) -> Bool { [".fet", ".fet.gz"].contains { file.lowercased().hasSuffix($0) } }
}

/// One run of such a program over one instance.
package struct PeerRun: Encodable {
  package enum Status: String, Encodable, Sendable {
    /// Its own files show a place for everything.
    case complete
    /// Its time ran out.
    case incomplete
    /// It says that the instance is wrong or impossible.
    case refused
    /// Anything else, such as a success without a timetable.
    case failed
  }

  package var seed: Int
  package var status: Status
  /// Its own last word.
  package var message: String
  /// Of the whole process.
  package var seconds: Double
  package var cpuSeconds: Double

  package init(seed: Int, status: Status, message: String, seconds: Double, cpuSeconds: Double) {
    self.seed = seed
    self.status = status
    self.message = message
    self.seconds = seconds
    self.cpuSeconds = cpuSeconds
  }
}
