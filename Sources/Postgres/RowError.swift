/// A row that does not have the shape its decoder expects: a mistake in a statement, not in data.
public struct RowError: Error, Sendable, Equatable, CustomStringConvertible {
  public enum Problem: Sendable, Equatable {
    case noMoreColumns
    case columnsLeft(Int)
    case unexpectedNull
    case wrongType(expected: String, found: UInt32)
    case malformed(expected: String)
    /// For decoders that check values themselves.
    case refused(String)
  }

  public var problem: Problem
  /// Counted from 1.
  public var column: Int
  public var name: String
  /// The statement's first words.
  public var statement = ""

  public init(_ problem: Problem, column: Int, name: String) {
    self.problem = problem
    self.column = column
    self.name = name
  }

  public var description: String {
    let place = "Column \(column) (\(name)) of \(statement)"
    return switch problem {
    case .noMoreColumns: "\(statement) has no column \(column).\nMaybe its decoder reads more columns than it selects."
    case .columnsLeft(let count):
      "\(statement) has \(count) columns after column \(column) that its decoder does not read."
    case .unexpectedNull: "\(place) is null.\nMaybe read it with the IfPresent variant."
    case .wrongType(let expected, let found):
      "\(place) has the type with OID \(found), expected \(expected).\nMaybe cast it in the statement."
    case .malformed(let expected): "\(place) is not a well-formed \(expected)."
    case .refused(let why): "\(place): \(why)"
    }
  }
}
