import Foundation
import Glibc
import Optimization
import Processes
import Synchronization

/// The life of a solver child: one request in, events out, and an end.
///
/// It has no database, no password and no network address. It ends when its input ends, when its parent ends, and
/// when it needs more memory than it may have; a solver that aborts takes nothing else with it.
public struct SolverChild: Sendable {
  public let memoryMiB: Int

  public init(memoryMiB: Int) { self.memoryMiB = memoryMiB }

  /// Returns the exit status: 0 when a last event was sent, whatever it says.
  public func run() -> Int32 {
    guard OwnProcess.dieWithParent() else { return 1 }
    OwnProcess.renounceNewPrivileges()
    // Whoever reads a timetable does not wait for one that is being made.
    OwnProcess.standBack()
    OwnProcess.ignoreBrokenPipes()
    guard OwnProcess.limitMemory(mebibytes: memoryMiB) else {
      complain("its memory could not be limited to \(memoryMiB) MiB")
      return 1
    }

    let output = EventWriter(descriptor: STDOUT_FILENO)
    let cancellation = Cancellation()
    let request: SolveRequest
    do {
      request = try readRequest()
    } catch {
      output.write(.failed(SolveFailure(.retry, code: "solver.request", message: "The request broke off: \(error).")))
      return 0
    }
    cancellation.followEndOfInput()
    do throws(SolveFailure) {
      let generation = try GenerationRun(request).run(
        isCancelled: { cancellation.isRequested }, onProgress: { output.write(.progress($0)) },
        onCheckpoint: { output.write(.checkpoint($0)) })
      output.write(.result(generation))
    } catch {
      output.write(.failed(error))
    }
    return 0
  }

  private func readRequest() throws -> SolveRequest {
    var decoder = FrameDecoder()
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = read(STDIN_FILENO, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw FrameError.cutOff }
      decoder.append(buffer[..<count])
      if let frame = try decoder.next() { return try readFrame(SolveRequest.self, from: frame) }
    }
  }

  private func complain(_ problem: String) {
    FileHandle.standardError.write(Data("horarium.solver: \(problem)\n".utf8))
  }
}

/// Becomes true when the parent closes the input, and ends the process if that changes nothing.
private final class Cancellation: Sendable {
  private let requested = Atomic(false)

  var isRequested: Bool { requested.load(ordering: .relaxed) }

  func followEndOfInput() {
    Thread.detachNewThread {
      var byte: UInt8 = 0
      while true {
        let count = read(STDIN_FILENO, &byte, 1)
        if count == 0 || (count < 0 && errno != EINTR) { break }
      }
      self.requested.store(true, ordering: .relaxed)
      // The supervisor kills a child that does not stop; this is for the day when there is no supervisor.
      sleep(60)
      _exit(75)
    }
  }
}

/// Writes whole frames, from whatever thread the engine speaks.
private final class EventWriter: Sendable {
  private let descriptor: Mutex<Int32>

  init(descriptor: Int32) { self.descriptor = Mutex(descriptor) }

  func write(_ event: SolveEvent) {
    guard let frame = try? makeFrame(event) else { return }
    descriptor.withLock { descriptor in
      frame.withUnsafeBytes { bytes in
        var sent = 0
        while sent < bytes.count {
          let count = Glibc.write(descriptor, bytes.baseAddress! + sent, bytes.count - sent)
          if count > 0 {
            sent += count
          } else if errno != EINTR {
            _exit(75)  // Nobody listens any more.
          }
        }
      }
    }
  }
}
