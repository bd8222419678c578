/// One word of a command. Literals and interpolations are text, integer literals are numbers.
public enum RedisArgument: Sendable, Equatable {
  case string(String)
  case int(Int64)
  case bytes([UInt8])

  var wire: [UInt8] {
    switch self {
    case .string(let text): Array(text.utf8)
    case .int(let value): Array(String(value).utf8)
    case .bytes(let bytes): bytes
    }
  }
}

extension RedisArgument: ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral {
  public init(stringLiteral value: String) { self = .string(value) }
  public init(integerLiteral value: Int64) { self = .int(value) }
}

/// What Redis answers, copied out of hiredis's memory.
public enum RedisReply: Sendable, Equatable {
  case null
  case integer(Int64)
  case bytes([UInt8])
  /// A short answer such as OK.
  case status(String)
  case array([RedisReply])
  /// An error inside an array or a pipeline; alone it is thrown.
  case error(String)

  /// The text of bytes or of a status; nil for all others and for bytes that are not UTF-8.
  public var string: String? {
    switch self {
    case .bytes(let bytes): String(validating: bytes, as: UTF8.self)
    case .status(let text): text
    default: nil
    }
  }

  /// An integer, or bytes that spell one.
  public var int: Int64? {
    if case .integer(let value) = self { value } else { string.flatMap { Int64($0) } }
  }

  public var array: [RedisReply]? {
    if case .array(let replies) = self { replies } else { nil }
  }

  /// The pairs that HGETALL answers with; nil when it is anything else.
  public func map() -> [String: String]? {
    guard let array, array.count.isMultiple(of: 2) else { return nil }
    var pairs: [String: String] = [:]
    for index in stride(from: 0, to: array.count, by: 2) {
      guard let key = array[index].string, let value = array[index + 1].string else { return nil }
      pairs[key] = value
    }
    return pairs
  }
}
