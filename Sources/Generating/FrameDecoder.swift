import Foundation

/// Cuts a stream of bytes into frames: four bytes of length, big-endian, then that many bytes of JSON.
///
/// The bytes may arrive in pieces of any size. After an error the stream has lost its rhythm for good: close it.
public struct FrameDecoder: Sendable {
  /// The longest frame that is believed. A university's problem is about 3 MB.
  public static let longest = 256 << 20

  private var buffer: [UInt8] = []
  private var start = 0

  public init() {}

  /// Whether the stream may end here: no frame is half read.
  public var isAtBoundary: Bool { start == buffer.count }

  public mutating func append(_ bytes: some Sequence<UInt8>) {
    if start > 0, start == buffer.count || start > 1 << 20 {
      buffer.removeFirst(start)
      start = 0
    }
    buffer.append(contentsOf: bytes)
  }

  /// The next whole frame, or nil until more bytes have come.
  public mutating func next() throws(FrameError) -> Data? {
    guard buffer.count - start >= 4 else { return nil }
    let length = buffer[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
    guard length <= Self.longest else { throw .tooLong(bytes: length) }
    guard buffer.count - start >= 4 + length else { return nil }
    let frame = Data(buffer[start + 4..<start + 4 + length])
    start += 4 + length
    return frame
  }
}

public enum FrameError: Error, Equatable, CustomStringConvertible {
  case tooLong(bytes: Int)
  case notUnderstood(String)
  case cutOff

  public var description: String {
    switch self {
    case .tooLong(let bytes): "a frame of \(bytes) bytes was announced; the longest is \(FrameDecoder.longest)"
    case .notUnderstood(let reason): "a frame was not understood: \(reason)"
    case .cutOff: "the stream ended in the middle of a frame"
    }
  }
}

/// The bytes of one value as a frame.
public func makeFrame(_ value: some Encodable) throws -> Data {
  let body = try JSONEncoder().encode(value)
  guard body.count <= FrameDecoder.longest else { throw FrameError.tooLong(bytes: body.count) }
  var frame = Data(capacity: body.count + 4)
  withUnsafeBytes(of: UInt32(body.count).bigEndian) { frame.append(contentsOf: $0) }
  frame.append(body)
  return frame
}

/// A value from a frame's bytes.
public func readFrame<Value: Decodable>(_ type: Value.Type, from frame: Data) throws(FrameError) -> Value {
  do {
    return try JSONDecoder().decode(type, from: frame)
  } catch {
    throw .notUnderstood("\(error)")
  }
}
