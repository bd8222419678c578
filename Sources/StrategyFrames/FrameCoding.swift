/// A frame is four bytes of length and that many bytes, all little-endian: host and client share a machine.
package enum FrameError: Error, Equatable {
  case cutOff
  case tooLong(Int)
  case unknownTag(UInt8)
  case notText
  case leftOver(Int)
}

package struct FrameWriter {
  private(set) var bytes: [UInt8] = [0, 0, 0, 0]

  package init() {}

  package mutating func put(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  package mutating func put(_ value: Double) { put(value.bitPattern) }

  package mutating func put(_ text: String) {
    put(UInt32(text.utf8.count))
    bytes.append(contentsOf: text.utf8)
  }

  package mutating func put<Element: FixedWidthInteger>(_ values: [Element]) {
    put(UInt32(values.count))
    values.withUnsafeBytes { bytes.append(contentsOf: $0) }
  }

  /// The whole frame, length included.
  package consuming func finish() -> [UInt8] {
    let length = UInt32(bytes.count - 4)
    withUnsafeBytes(of: length.littleEndian) { bytes.replaceSubrange(0..<4, with: $0) }
    return bytes
  }
}

/// Reads what a `FrameWriter` wrote. The other side may be hostile: every length is checked against what is there.
package struct FrameReader {
  private let bytes: [UInt8]
  private var position = 0

  /// The body of a frame, without its length.
  package init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// What the four bytes before a frame say.
  package static func length(of head: [UInt8]) throws(FrameError) -> UInt32 {
    var reader = FrameReader(head)
    return try reader.integer()
  }

  private mutating func take(_ count: Int) throws(FrameError) -> Range<Int> {
    guard count <= bytes.count - position else { throw .cutOff }
    defer { position += count }
    return position..<position + count
  }

  package mutating func integer<Value: FixedWidthInteger>(
    _ type: Value.Type = Value.self
  ) throws(FrameError) -> Value {
    let range = try take(MemoryLayout<Value>.size)
    return bytes.withUnsafeBytes {
      Value(littleEndian: $0.loadUnaligned(fromByteOffset: range.lowerBound, as: Value.self))
    }
  }

  package mutating func double() throws(FrameError) -> Double { Double(bitPattern: try integer()) }

  package mutating func text() throws(FrameError) -> String {
    let range = try take(Int(try integer(UInt32.self)))
    guard let text = String(validating: bytes[range], as: UTF8.self) else { throw .notText }
    return text
  }

  package mutating func integers<Value: FixedWidthInteger>(
    _ type: Value.Type = Value.self
  ) throws(FrameError) -> [Value] {
    let count = Int(try integer(UInt32.self))
    let (size, overflows) = count.multipliedReportingOverflow(by: MemoryLayout<Value>.size)
    if overflows { throw .cutOff }
    let range = try take(size)
    return [Value](unsafeUninitializedCapacity: count) { buffer, initialized in
      UnsafeMutableRawBufferPointer(buffer).copyBytes(from: bytes[range])
      initialized = count
    }
  }

  package func finish() throws(FrameError) {
    if position != bytes.count { throw .leftOver(bytes.count - position) }
  }
}
