import Glibc
import StrategyFrames

/// The host's end of the socket: blocking, one frame after another.
struct FrameChannel {
  let descriptor: Int32

  struct Broken: Error, CustomStringConvertible {
    var description: String
  }

  /// The next request, or nil once the client has hung up between frames.
  func receive() throws -> HostRequest? {
    guard let head = try read(4, mayEnd: true) else { return nil }
    let length = Int(try FrameReader.length(of: head))
    guard length <= 256 << 20 else { throw FrameError.tooLong(length) }
    guard let body = try read(length, mayEnd: false) else { return nil }
    return try HostRequest(frame: body)
  }

  func send(_ reply: HostReply) throws {
    let frame = reply.makeFrame()
    var sent = 0
    while sent < frame.count {
      let count = frame[sent...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw Broken(description: "the client is gone (error \(errno))") }
      sent += count
    }
  }

  /// On standard error, which the client shows only where something goes wrong.
  func complain(_ message: String) {
    let line = Array((message + "\n").utf8)
    _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }

  private func read(_ count: Int, mayEnd: Bool) throws -> [UInt8]? {
    var filled = 0
    var failure: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      while filled < count {
        let got = Glibc.read(descriptor, buffer.baseAddress! + filled, count - filled)
        if got < 0 && errno == EINTR { continue }
        if got < 0 { failure = errno }
        guard got > 0 else { break }
        filled += got
      }
      initialized = filled
    }
    if filled == count { return bytes }
    if filled == 0, failure == 0, mayEnd { return nil }
    throw Broken(description: "the client is gone after \(filled) of \(count) bytes (error \(failure))")
  }
}
