/// A JSON value (RFC 8259) as it was written: a name occurs once in an object, an integer stays an integer.
///
/// For what comes in from outside. Readers that take the last of two equal names, or read `1e3` as an
/// integer, let two programs see two messages in the same bytes.
package enum StrictJSON: Equatable, Sendable {
  case null
  case bool(Bool)
  /// Written without fraction and exponent, and fits 64 bits.
  case integer(Int64)
  /// Any other finite number.
  case number(Double)
  case string(String)
  case array([StrictJSON])
  case object([String: StrictJSON])

  /// Bounds on what is read; `depth` counts nested arrays and objects.
  package struct Limits: Sendable {
    package var depth: Int
    package var values: Int

    package init(depth: Int = 16, values: Int = 100_000) {
      self.depth = depth
      self.values = values
    }
  }

  /// Why the bytes are not such a value, and where: `offset` counts bytes from the start.
  package struct Failure: Error, Equatable, Sendable {
    package let offset: Int
    package let reason: String

    package init(offset: Int, reason: String) {
      self.offset = offset
      self.reason = reason
    }
  }

  /// Reads exactly one value; only white space may follow it.
  package init(_ bytes: some Collection<UInt8>, limits: Limits = Limits()) throws(Failure) {
    var parser = StrictJSONParser(Array(bytes), limits: limits)
    self = try parser.document()
  }
}

extension StrictJSON {
  package var string: String? { if case .string(let value) = self { value } else { nil } }
  package var integer: Int64? { if case .integer(let value) = self { value } else { nil } }
  package var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
  package var array: [StrictJSON]? { if case .array(let value) = self { value } else { nil } }
  package var object: [String: StrictJSON]? { if case .object(let value) = self { value } else { nil } }

  /// An integer or a fraction.
  package var double: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// What kind of value it is, for messages.
  package var kind: String {
    switch self {
    case .null: "null"
    case .bool: "a Boolean"
    case .integer: "an integer"
    case .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}
