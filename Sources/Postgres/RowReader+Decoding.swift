import FoundationEssentials

/// PostgreSQL's binary forms, type by type.
extension RowReader {
  static func decodeText(_ cell: Cell) throws(CellError) -> String {
    switch cell.type {
    case .text, .varchar, .name, .bpchar, .unknown: break
    // Enums send their label; the length check of other user types is theirs.
    case let type where type.isUserDefined: break
    default: throw .wrongType(expected: "text")
    }
    guard let text = String(validating: cell.bytes, as: UTF8.self) else { throw .malformed(expected: "UTF-8 text") }
    return text
  }

  static func decodeInt(_ cell: Cell) throws(CellError) -> Int64 {
    let value: Int64? =
      switch cell.type {
      case .int2: Int16(bigEndianBytes: cell.bytes).map(Int64.init)
      case .int4: Int32(bigEndianBytes: cell.bytes).map(Int64.init)
      case .int8: Int64(bigEndianBytes: cell.bytes)
      default: throw .wrongType(expected: "int2, int4 or int8")
      }
    guard let value else { throw .malformed(expected: "integer") }
    return value
  }

  static func decodeBool(_ cell: Cell) throws(CellError) -> Bool {
    guard cell.type == .bool else { throw .wrongType(expected: "bool") }
    guard cell.bytes.count == 1 else { throw .malformed(expected: "bool") }
    return cell.bytes[0] != 0
  }

  static func decodeDouble(_ cell: Cell) throws(CellError) -> Double {
    let value: Double? =
      switch cell.type {
      case .float4: UInt32(bigEndianBytes: cell.bytes).map { Double(Float(bitPattern: $0)) }
      case .float8: UInt64(bigEndianBytes: cell.bytes).map(Double.init(bitPattern:))
      default: throw .wrongType(expected: "float4 or float8")
      }
    guard let value else { throw .malformed(expected: "floating point number") }
    return value
  }

  static func decodeBytes(_ cell: Cell) throws(CellError) -> [UInt8] {
    guard cell.type == .bytea else { throw .wrongType(expected: "bytea") }
    return Array(cell.bytes)
  }

  static func decodeUUID(_ cell: Cell) throws(CellError) -> UUID {
    guard cell.type == .uuid else { throw .wrongType(expected: "uuid") }
    guard let value = UUID(bytes: cell.bytes) else { throw .malformed(expected: "uuid") }
    return value
  }

  static func decodeTimestamp(_ cell: Cell) throws(CellError) -> Date {
    guard cell.type == .timestamptz else { throw .wrongType(expected: "timestamptz") }
    guard let value = Int64(bigEndianBytes: cell.bytes) else { throw .malformed(expected: "timestamptz") }
    return Date(postgresMicroseconds: value)
  }

  static func decodeJSON(_ cell: Cell) throws(CellError) -> Data {
    switch cell.type {
    case .json: return Data(cell.bytes)
    case .jsonb:
      guard cell.bytes.first == 1 else { throw .malformed(expected: "jsonb of version 1") }
      return Data(cell.bytes.dropFirst())
    default: throw .wrongType(expected: "json or jsonb")
    }
  }

  static func decodeTextArray(_ cell: Cell) throws(CellError) -> [String] {
    try decodeArray(cell, of: "text", decodeText)
  }

  static func decodeIntArray(_ cell: Cell) throws(CellError) -> [Int64] {
    try decodeArray(cell, of: "integers", decodeInt)
  }

  static func decodeUUIDArray(_ cell: Cell) throws(CellError) -> [UUID] {
    try decodeArray(cell, of: "uuid", decodeUUID)
  }

  /// One dimension, no nulls. Whether the column is an array at all shows in its header: the element type must
  /// be one that `element` accepts, and the lengths must add up.
  private static func decodeArray<Element>(
    _ cell: Cell, of expected: String, _ element: (Cell) throws(CellError) -> Element
  ) throws(CellError) -> [Element] {
    let name = "array of \(expected) without nulls"
    var rest = ArraySlice(UnsafeRawBufferPointer(rebasing: cell.bytes[...]))
    func next(_ count: Int) throws(CellError) -> UnsafeRawBufferPointer {
      guard count >= 0, rest.count >= count else { throw .malformed(expected: name) }
      defer { rest = rest.dropFirst(count) }
      return UnsafeRawBufferPointer(rebasing: cell.bytes[rest.startIndex..<rest.startIndex + count])
    }
    func nextInt() throws(CellError) -> Int {
      guard let value = Int32(bigEndianBytes: try next(4)) else { throw .malformed(expected: name) }
      return Int(value)
    }
    let dimensions = try nextInt()
    _ = try nextInt()  // whether nulls may occur; their length of -1 tells for certain
    let type = ParameterType(rawValue: UInt32(truncatingIfNeeded: try nextInt()))
    guard dimensions == 0 || dimensions == 1 else { throw .wrongType(expected: name) }
    guard dimensions == 1 else { return [] }
    let count = try nextInt()
    _ = try nextInt()  // the lower bound
    guard count >= 0, count <= rest.count else { throw .malformed(expected: name) }
    var elements: [Element] = []
    elements.reserveCapacity(count)
    for _ in 0..<count { elements.append(try element(Cell(type: type, bytes: try next(try nextInt())))) }
    return elements
  }
}
