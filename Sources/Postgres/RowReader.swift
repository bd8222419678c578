import FoundationEssentials

/// Reads the columns of one row from left to right, each checked for its type and for null.
public struct RowReader {
  private let result: ResultHandle
  private let row: Int
  private var column = 0

  init(_ result: ResultHandle, row: Int) {
    self.result = result
    self.row = row
  }

  public mutating func text() throws(RowError) -> String { try required(Self.decodeText) }
  public mutating func int() throws(RowError) -> Int64 { try required(Self.decodeInt) }
  public mutating func bool() throws(RowError) -> Bool { try required(Self.decodeBool) }
  public mutating func double() throws(RowError) -> Double { try required(Self.decodeDouble) }
  public mutating func bytes() throws(RowError) -> [UInt8] { try required(Self.decodeBytes) }
  public mutating func uuid() throws(RowError) -> UUID { try required(Self.decodeUUID) }
  public mutating func timestamp() throws(RowError) -> Date { try required(Self.decodeTimestamp) }
  /// UTF-8 text of one JSON value, from json or jsonb.
  public mutating func json() throws(RowError) -> Data { try required(Self.decodeJSON) }
  public mutating func textArray() throws(RowError) -> [String] { try required(Self.decodeTextArray) }
  public mutating func intArray() throws(RowError) -> [Int64] { try required(Self.decodeIntArray) }
  public mutating func uuidArray() throws(RowError) -> [UUID] { try required(Self.decodeUUIDArray) }

  public mutating func textIfPresent() throws(RowError) -> String? { try optional(Self.decodeText) }
  public mutating func intIfPresent() throws(RowError) -> Int64? { try optional(Self.decodeInt) }
  public mutating func boolIfPresent() throws(RowError) -> Bool? { try optional(Self.decodeBool) }
  public mutating func doubleIfPresent() throws(RowError) -> Double? { try optional(Self.decodeDouble) }
  public mutating func bytesIfPresent() throws(RowError) -> [UInt8]? { try optional(Self.decodeBytes) }
  public mutating func uuidIfPresent() throws(RowError) -> UUID? { try optional(Self.decodeUUID) }
  public mutating func timestampIfPresent() throws(RowError) -> Date? { try optional(Self.decodeTimestamp) }
  public mutating func jsonIfPresent() throws(RowError) -> Data? { try optional(Self.decodeJSON) }
  public mutating func textArrayIfPresent() throws(RowError) -> [String]? { try optional(Self.decodeTextArray) }
  public mutating func intArrayIfPresent() throws(RowError) -> [Int64]? { try optional(Self.decodeIntArray) }
  public mutating func uuidArrayIfPresent() throws(RowError) -> [UUID]? { try optional(Self.decodeUUIDArray) }

  /// For decoders that check more than the type: an error about the column read last.
  public func refusal(_ why: String) -> RowError {
    RowError(.refused(why), column: column, name: column > 0 ? result.columnName(column - 1) : "")
  }

  mutating func skipRest() { column = result.columnCount }

  func expectEnd() throws(RowError) {
    let left = result.columnCount - column
    if left > 0 { throw RowError(.columnsLeft(left), column: column, name: "") }
  }

  /// A decoder sees the column's type and bytes; it returns nil for malformed bytes.
  private typealias Decode<Value> = (Cell) throws(CellError) -> Value

  private mutating func required<Value>(_ decode: Decode<Value>) throws(RowError) -> Value {
    guard let value = try optional(decode) else {
      throw RowError(.unexpectedNull, column: column, name: result.columnName(column - 1))
    }
    return value
  }

  private mutating func optional<Value>(_ decode: Decode<Value>) throws(RowError) -> Value? {
    guard column < result.columnCount else { throw RowError(.noMoreColumns, column: column + 1, name: "") }
    let index = column
    column += 1
    guard let bytes = result.bytes(row: row, column: index) else { return nil }
    let type = result.columnType(index)
    do {
      return try decode(Cell(type: type, bytes: bytes))
    } catch {
      let problem: RowError.Problem =
        switch error {
        case .wrongType(let expected): .wrongType(expected: expected, found: type.rawValue)
        case .malformed(let expected): .malformed(expected: expected)
        }
      throw RowError(problem, column: column, name: result.columnName(index))
    }
  }
}

/// One value as the server sent it; the bytes live as long as the result.
struct Cell {
  var type: ParameterType
  var bytes: UnsafeRawBufferPointer
}

enum CellError: Error {
  case wrongType(expected: String)
  case malformed(expected: String)
}
