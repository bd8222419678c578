import Foundation
import StrategyFrames

/// One running `horarium-strategy-host` with one library. Blocking, and for one thread at a time: its owner locks.
///
/// However the process ends, `end` reaps it and closes every descriptor; after any fault it has ended.
final class HostProcess: @unchecked Sendable {
  private let strategy: String
  private let socket: Int32
  private let complaints: Int32
  /// Nil once it has been waited for.
  private var process: pid_t?
  private var received: [UInt8] = []

  /// A reply of 64 strategies with 64 options of the longest texts is longer than any honest one.
  private static let longestReply = 8 << 20

  /// `strategy` names it in faults.
  init(host: String, library: borrowing LibraryFile, strategy: String) throws(StrategyFault) {
    let spawned = try spawnHost(at: host, library: library.descriptor, strategy: strategy)
    self.strategy = strategy
    self.socket = spawned.socket
    self.complaints = spawned.complaints
    self.process = spawned.process
  }

  deinit { end() }

  /// Sends a request, or nothing for the greeting that the host sends by itself, and waits for the reply.
  func call(_ request: HostRequest?, limit: CallLimit) throws(StrategyFault) -> HostReply {
    guard let process else { throw fault(.crashed, "its process has ended already") }
    let watch = CallWatch(process: process, limit: limit)
    do throws(StrategyFault) {
      if let request { try send(request.makeFrame(), watch) }
      let frame = try receive(watch)
      do {
        return try HostReply(frame: frame)
      } catch {
        throw fault(.misbehaved, "its process sent a frame of \(frame.count) bytes that is no reply: \(error)")
      }
    } catch {
      end()
      throw error
    }
  }

  /// Kills the process, waits for it and closes everything; again does nothing.
  func end() {
    guard let process else { return }
    self.process = nil
    kill(process, SIGKILL)
    _ = wait(for: process, options: 0)
    close(socket)
    close(complaints)
  }

  private func send(_ frame: [UInt8], _ watch: CallWatch) throws(StrategyFault) {
    var sent = 0
    while sent < frame.count {
      let count = frame[sent...].withUnsafeBytes {
        Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count > 0 {
        sent += count
      } else if count < 0, errno == EAGAIN {
        try watch.wait(on: socket, for: POLLOUT) { message in fault(.timedOut, message) }
      } else if count == 0 || errno != EINTR {
        throw death()
      }
    }
  }

  private func receive(_ watch: CallWatch) throws(StrategyFault) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      if received.count >= 4 {
        let length = (try? FrameReader.length(of: Array(received[..<4]))).map(Int.init) ?? .max
        guard length <= Self.longestReply else {
          throw fault(.misbehaved, "its process announced a reply of \(length) bytes")
        }
        if received.count >= 4 + length {
          defer { received.removeFirst(4 + length) }
          return Array(received[4..<4 + length])
        }
      }
      let count = recv(socket, &buffer, buffer.count, 0)
      if count > 0 {
        received.append(contentsOf: buffer[..<count])
      } else if count < 0, errno == EAGAIN {
        try watch.wait(on: socket, for: POLLIN) { message in fault(.timedOut, message) }
      } else if count == 0 || errno != EINTR {
        throw death()
      }
    }
  }

  /// The connection is closed: the process has ended, is just about to, or has closed it and lives on.
  private func death() -> StrategyFault {
    guard let process else { return fault(.crashed, "its process has ended already") }
    var status: Int32?
    for _ in 0..<200 where status == nil {
      status = wait(for: process, options: WNOHANG)
      if status == nil { poll(nil, 0, 1) }
    }
    guard let status else { return fault(.misbehaved, "its process closed the connection and went on running") }
    self.process = nil
    defer {
      close(socket)
      close(complaints)
    }
    return fault(.crashed, "its process ended with \(describe(status))\(lastWords())")
  }

  /// Nil while it runs. A process that somebody else has waited for counts as ended with status 0.
  private func wait(for process: pid_t, options: Int32) -> Int32? {
    var status: Int32 = 0
    while true {
      let result = waitpid(process, &status, options)
      if result == process { return status }
      if result == 0 { return nil }
      if errno != EINTR { return 0 }
    }
  }

  private func describe(_ status: Int32) -> String {
    let signal = status & 0x7f
    guard signal != 0 else { return "exit status \((status >> 8) & 0xff)" }
    return "signal \(signal) (\(String(cString: strsignal(signal))))"
  }

  /// The end of what it wrote to standard error.
  private func lastWords() -> String {
    var text: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    // No more than a pipe holds, however much keeps coming.
    for _ in 0..<16 {
      let count = read(complaints, &buffer, buffer.count)
      guard count > 0 else { break }
      text = Array((text + buffer[..<count]).suffix(400))
    }
    let words = String(decoding: text, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    return words.isEmpty ? "" : "; its last words: \(words)"
  }

  private func fault(_ kind: StrategyFault.Kind, _ message: String) -> StrategyFault {
    StrategyFault(kind, strategy: strategy, message: message)
  }
}
