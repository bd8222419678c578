import FoundationEssentials

/// A parameter in the form in which the protocol carries it.
struct WireParameter {
  var type: ParameterType
  /// Nil is NULL. Text is followed by a zero byte, as libpq wants it.
  var bytes: [UInt8]?
  var isBinary: Bool
}

extension Parameter {
  /// Everything but text travels in binary: no quoting, no dependence on the session's DateStyle or TimeZone.
  func wire() throws(PostgresError) -> WireParameter {
    switch self {
    case .null: WireParameter(type: .unspecified, bytes: nil, isBinary: false)
    case .typedNull(let type): WireParameter(type: type, bytes: nil, isBinary: false)
    case .text(let text): WireParameter(type: .unspecified, bytes: try text.withoutZero() + [0], isBinary: false)
    case .int(let value): binary(.int8, value.bigEndianBytes)
    case .bool(let value): binary(.bool, [value ? 1 : 0])
    case .double(let value): binary(.float8, value.bitPattern.bigEndianBytes)
    case .bytes(let bytes): binary(.bytea, bytes)
    case .uuid(let value): binary(.uuid, value.bytes)
    case .json(let data): binary(.jsonb, [1] + data)  // 1 is the version of jsonb's binary form
    case .timestamp(let date): binary(.timestamptz, date.postgresMicroseconds.bigEndianBytes)
    case .textArray(let values):
      binary(.textArray, array(of: .text, try values.map { (v) throws(PostgresError) in try v.withoutZero() }))
    case .intArray(let values): binary(.int8Array, array(of: .int8, values.map(\.bigEndianBytes)))
    case .uuidArray(let values): binary(.uuidArray, array(of: .uuid, values.map(\.bytes)))
    }
  }

  private func binary(_ type: ParameterType, _ bytes: [UInt8]) -> WireParameter {
    WireParameter(type: type, bytes: bytes, isBinary: true)
  }

  /// Dimensions, null flag, element type, length, lower bound 1, then each element after its own length.
  private func array(of type: ParameterType, _ elements: [[UInt8]]) -> [UInt8] {
    var bytes = Int32(elements.isEmpty ? 0 : 1).bigEndianBytes + Int32(0).bigEndianBytes + type.rawValue.bigEndianBytes
    guard !elements.isEmpty else { return bytes }
    bytes += Int32(elements.count).bigEndianBytes + Int32(1).bigEndianBytes
    for element in elements { bytes += Int32(element.count).bigEndianBytes + element }
    return bytes
  }
}

extension String {
  /// PostgreSQL's text can't hold U+0000; cut off in silence it could change a name into another one.
  fileprivate func withoutZero() throws(PostgresError) -> [UInt8] {
    let bytes = Array(utf8)
    guard !bytes.contains(0) else {
      throw .misuse("A text parameter contains the character U+0000.\nMaybe refuse such input at the border.")
    }
    return bytes
  }
}

extension FixedWidthInteger {
  var bigEndianBytes: [UInt8] { withUnsafeBytes(of: bigEndian) { Array($0) } }

  /// Nil unless `bytes` has exactly this integer's width.
  init?(bigEndianBytes bytes: UnsafeRawBufferPointer) {
    guard bytes.count == MemoryLayout<Self>.size else { return nil }
    self = Self(bigEndian: bytes.loadUnaligned(as: Self.self))
  }
}

extension UUID {
  var bytes: [UInt8] { withUnsafeBytes(of: uuid) { Array($0) } }

  init?(bytes: UnsafeRawBufferPointer) {
    guard bytes.count == 16 else { return nil }
    self.init(uuid: bytes.loadUnaligned(as: uuid_t.self))
  }
}

extension Date {
  /// 2000-01-01 00:00 UTC, from which PostgreSQL counts.
  private static let postgresEpoch = 946_684_800.0

  /// Dates beyond PostgreSQL's range become its infinities.
  var postgresMicroseconds: Int64 {
    let microseconds = ((timeIntervalSince1970 - Self.postgresEpoch) * 1e6).rounded()
    return Int64(exactly: microseconds) ?? (microseconds < 0 ? .min : .max)
  }

  init(postgresMicroseconds microseconds: Int64) {
    switch microseconds {
    case .max: self = .distantFuture
    case .min: self = .distantPast
    default: self.init(timeIntervalSince1970: Double(microseconds) / 1e6 + Self.postgresEpoch)
    }
  }
}
