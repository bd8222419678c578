/// Recursive descent over bytes; the recursion is bounded by `limits.depth`.
struct StrictJSONParser {
  private let bytes: [UInt8]
  private let limits: StrictJSON.Limits
  private var position = 0
  private var valuesLeft: Int

  init(_ bytes: [UInt8], limits: StrictJSON.Limits) {
    self.bytes = bytes
    self.limits = limits
    valuesLeft = limits.values
  }

  mutating func document() throws(StrictJSON.Failure) -> StrictJSON {
    let value = try value(depth: 0)
    skipSpace()
    guard position == bytes.count else { throw failure("something follows the value") }
    return value
  }

  private func failure(_ reason: String, at offset: Int? = nil) -> StrictJSON.Failure {
    StrictJSON.Failure(offset: offset ?? position, reason: reason)
  }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { position += 1 }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    position += 1
    return true
  }

  private mutating func value(depth: Int) throws(StrictJSON.Failure) -> StrictJSON {
    skipSpace()
    valuesLeft -= 1
    guard valuesLeft >= 0 else { throw failure("more than \(limits.values) values") }
    switch next {
    case UInt8(ascii: "{"): return try object(depth: depth + 1)
    case UInt8(ascii: "["): return try array(depth: depth + 1)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case .some(0x2D), .some(0x30...0x39): return try number()
    case nil: throw failure("a value is missing")
    default: throw failure("no value begins like this")
    }
  }

  private mutating func word(_ text: StaticString, _ value: StrictJSON) throws(StrictJSON.Failure) -> StrictJSON {
    let matches = text.withUTF8Buffer { bytes[position...].starts(with: $0) }
    guard matches else { throw failure("no value begins like this") }
    position += text.utf8CodeUnitCount
    return value
  }

  private mutating func object(depth: Int) throws(StrictJSON.Failure) -> StrictJSON {
    guard depth <= limits.depth else { throw failure("nested deeper than \(limits.depth)") }
    position += 1
    var members: [String: StrictJSON] = [:]
    skipSpace()
    if take(UInt8(ascii: "}")) { return .object(members) }
    while true {
      skipSpace()
      let nameOffset = position
      guard next == UInt8(ascii: "\"") else { throw failure("a name is missing") }
      let name = try string()
      skipSpace()
      guard take(UInt8(ascii: ":")) else { throw failure("':' is missing") }
      let value = try value(depth: depth)
      guard members.updateValue(value, forKey: name) == nil else {
        throw failure("the name '\(name)' occurs twice", at: nameOffset)
      }
      skipSpace()
      if take(UInt8(ascii: "}")) { return .object(members) }
      guard take(UInt8(ascii: ",")) else { throw failure("',' or '}' is missing") }
    }
  }

  private mutating func array(depth: Int) throws(StrictJSON.Failure) -> StrictJSON {
    guard depth <= limits.depth else { throw failure("nested deeper than \(limits.depth)") }
    position += 1
    var elements: [StrictJSON] = []
    skipSpace()
    if take(UInt8(ascii: "]")) { return .array(elements) }
    while true {
      elements.append(try value(depth: depth))
      skipSpace()
      if take(UInt8(ascii: "]")) { return .array(elements) }
      guard take(UInt8(ascii: ",")) else { throw failure("',' or ']' is missing") }
    }
  }

  private mutating func digits() throws(StrictJSON.Failure) {
    let start = position
    while let byte = next, (0x30...0x39).contains(byte) { position += 1 }
    guard position > start else { throw failure("a digit is missing") }
  }

  private mutating func number() throws(StrictJSON.Failure) -> StrictJSON {
    let start = position
    var isInteger = true
    _ = take(UInt8(ascii: "-"))
    if !take(UInt8(ascii: "0")) { try digits() }
    if take(UInt8(ascii: ".")) {
      isInteger = false
      try digits()
    }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      isInteger = false
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      try digits()
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if isInteger, let value = Int64(text) { return .integer(value) }
    guard let value = Double(text), value.isFinite else { throw failure("the number is too large", at: start) }
    return .number(value)
  }

  private mutating func string() throws(StrictJSON.Failure) -> String {
    let start = position
    position += 1
    var content: [UInt8] = []
    while let byte = next {
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: content, as: UTF8.self) else { throw failure("invalid UTF-8", at: start) }
        return text
      case UInt8(ascii: "\\"): try escape(into: &content)
      case 0..<0x20: throw failure("a control character must be escaped", at: position - 1)
      default: content.append(byte)
      }
    }
    throw failure("the string has no end", at: start)
  }

  private mutating func escape(into content: inout [UInt8]) throws(StrictJSON.Failure) {
    guard let byte = next else { throw failure("the escape has no end") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(byte)
    case UInt8(ascii: "b"): content.append(0x08)
    case UInt8(ascii: "f"): content.append(0x0C)
    case UInt8(ascii: "n"): content.append(0x0A)
    case UInt8(ascii: "r"): content.append(0x0D)
    case UInt8(ascii: "t"): content.append(0x09)
    case UInt8(ascii: "u"): content.append(contentsOf: try escapedScalar())
    default: throw failure("unknown escape", at: position - 1)
    }
  }

  /// One scalar of `\uXXXX`, or of a surrogate pair of them.
  private mutating func escapedScalar() throws(StrictJSON.Failure) -> [UInt8] {
    let start = position - 2
    var code = UInt32(try hexadecimals())
    if (0xD800..<0xDC00).contains(code), take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) {
      let low = UInt32(try hexadecimals())
      guard (0xDC00..<0xE000).contains(low) else { throw failure("half a surrogate pair", at: start) }
      code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(code) else { throw failure("half a surrogate pair", at: start) }
    return Array(String(Character(scalar)).utf8)
  }

  private mutating func hexadecimals() throws(StrictJSON.Failure) -> UInt16 {
    guard position + 4 <= bytes.count else { throw failure("the escape has no end") }
    let digits = bytes[position..<position + 4]
    guard digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let value = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw failure("four hexadecimal digits are missing") }
    position += 4
    return value
  }
}
