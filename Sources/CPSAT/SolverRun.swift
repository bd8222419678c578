internal import COrTools
import Foundation

/// One solve on a thread of its own, so that the caller's thread is free to watch for cancellation.
///
/// An environment serves one solve; this object is one environment.
final class SolverRun: @unchecked Sendable {
  private let library: SolverLibrary
  private let model: [UInt8]
  private let parameters: [UInt8]
  private let environment: UnsafeMutableRawPointer
  private let finished = NSCondition()
  /// Guarded by `finished`.
  private var response: [UInt8]?

  init(library: SolverLibrary, model: [UInt8], parameters: [UInt8]) throws(CPSATError) {
    // The C side counts in 32 bits.
    guard model.count < Int32.max else { throw .malformed("\(model.count) bytes are more than CP-SAT can read") }
    guard let environment = library.makeEnvironment() else { throw .refused("no environment was made") }
    self.library = library
    self.model = model
    self.parameters = parameters
    self.environment = environment
  }

  deinit { library.destroyEnvironment(environment) }

  /// The bytes of CP-SAT's response, and whether it was asked to stop before it came.
  ///
  /// Returns 20 to 40 ms after `isCancelled` turned true.
  func run(isCancelled: () -> Bool) -> (response: [UInt8], wasStopped: Bool) {
    let thread = Thread { [self] in solve() }
    thread.name = "cp-sat"
    // Its presolve recurses; the default of a foreign thread may be small.
    thread.stackSize = 16 << 20
    thread.start()

    var wasStopped = false
    finished.lock()
    defer { finished.unlock() }
    while true {
      if let response { return (response, wasStopped) }
      _ = finished.wait(until: Date(timeIntervalSinceNow: 0.01))
      if response == nil, wasStopped || isCancelled() {
        wasStopped = true
        // Again at every turn: an order given before the search has begun may be lost.
        library.stop(environment)
      }
    }
  }

  private func solve() {
    var bytes: UnsafeMutableRawPointer?
    var count: Int32 = 0
    library.solve(
      environment, model, Int32(model.count), parameters, Int32(parameters.count), &bytes, &count)
    var answer: [UInt8] = []
    if let bytes {
      answer = [UInt8](UnsafeRawBufferPointer(start: bytes, count: Int(count)))
      free(bytes)
    }
    finished.lock()
    response = answer
    finished.signal()
    finished.unlock()
  }
}
