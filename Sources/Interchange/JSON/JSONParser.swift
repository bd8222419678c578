/// A strict RFC 8259 parser. Foundation's loses what our messages need: places, and repeated members.
///
/// Stops at the first thing that is not JSON, since nothing after it can be trusted.
struct JSONParser {
  struct Failure: Error, Equatable {
    var offset: Int
    var code: String
    var message: String
  }

  private let bytes: [UInt8]
  private let limits: ReadingLimits
  private var index = 0
  private var nodes: [JSONText.Node] = []
  /// The node of the key that the document's own member under way has.
  private var member: Int?

  /// For a text that this program has made itself.
  static func parse(_ bytes: [UInt8], depth: Int) throws(Failure) -> JSONText {
    try parse(bytes, limits: ReadingLimits(depth: depth))
  }

  /// Stops where the first limit is passed, not after everything was read: what a document costs is counted in its
  /// values and elements, and 60 MB hold twenty million of them.
  static func parse(_ bytes: [UInt8], limits: ReadingLimits) throws(Failure) -> JSONText {
    if let offset = firstInvalidUTF8(bytes) {
      throw Failure(
        offset: offset, code: "json.utf8",
        message: "The byte 0x\(String(bytes[offset], radix: 16)) is not UTF-8 here.\nMaybe save the document as UTF-8.")
    }
    var parser = JSONParser(bytes: bytes, limits: limits)
    parser.skipSpace()
    try parser.value(depth: 0)
    parser.skipSpace()
    if parser.index < bytes.count { throw parser.failure("Something follows the end of the document.") }
    return JSONText(bytes: bytes, nodes: parser.nodes)
  }

  private init(bytes: [UInt8], limits: ReadingLimits) {
    self.bytes = bytes
    self.limits = limits
    nodes.reserveCapacity(min(bytes.count / 12, limits.values))
  }

  // MARK: Values

  private mutating func value(depth: Int) throws(Failure) {
    guard index < bytes.count else { throw failure("The document ends where a value should stand.") }
    switch bytes[index] {
    case UInt8(ascii: "{"): try container(.object, depth: depth)
    case UInt8(ascii: "["): try container(.array, depth: depth)
    case UInt8(ascii: "\""): try string()
    case UInt8(ascii: "t"): try word("true", .boolean)
    case UInt8(ascii: "f"): try word("false", .boolean)
    case UInt8(ascii: "n"): try word("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try number()
    default: throw failure("A value should stand here.")
    }
  }

  private mutating func container(_ kind: JSONText.Kind, depth: Int) throws(Failure) {
    guard depth < limits.depth else {
      throw Failure(
        offset: index, code: "json.too-deep", message: "Objects and arrays lie more than \(limits.depth) deep here.")
    }
    let close: UInt8 = kind == .object ? UInt8(ascii: "}") : UInt8(ascii: "]")
    let node = try open(kind)
    let (list, most) = countedList(kind, depth: depth)
    var count = 0
    index += 1
    skipSpace()
    if !take(close) {
      repeat {
        count += 1
        if count > most { throw tooMany(list, most) }
        skipSpace()
        if kind == .object {
          guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else {
            throw failure("A member's name in quotes should stand here.")
          }
          if depth == 0 { member = nodes.count }
          try string()
          skipSpace()
          guard take(UInt8(ascii: ":")) else { throw failure("A colon should stand here.") }
          skipSpace()
        }
        try value(depth: depth + 1)
        skipSpace()
      } while take(UInt8(ascii: ","))
      guard take(close) else { throw failure("A comma or '\(Character(Unicode.Scalar(close)))' should stand here.") }
    }
    finish(node, end: index)
  }

  /// The list that an array is and how many elements it may have: the document's own lists have limits by name.
  private func countedList(_ kind: JSONText.Kind, depth: Int) -> (name: String?, most: Int) {
    guard kind == .array else { return (nil, limits.listed) }
    guard depth == 1, let member else { return (nil, limits.listed) }
    let name = JSONText(bytes: bytes, nodes: nodes).string(member)
    return limits.elements[name].map { (name, $0) } ?? (nil, limits.listed)
  }

  private func tooMany(_ list: String?, _ most: Int) -> Failure {
    let what = list.map { "There are more than \(most) \($0)" } ?? "An array or object holds more than \(most) values"
    return Failure(
      offset: index, code: list == "lessons" ? InstitutionReading.tooManyLessons : "size.too-many",
      message: "\(what); no more is read.\nMaybe split the institution, or ask for a larger plan.")
  }

  private mutating func string() throws(Failure) {
    index += 1
    let node = try open(.string)
    while index < bytes.count {
      guard index - Int(nodes[node].start) <= limits.textBytes else {
        throw Failure(
          offset: Int(nodes[node].start), code: "json.text-too-long",
          message: "A text has more than \(limits.textBytes) bytes here.")
      }
      switch bytes[index] {
      case UInt8(ascii: "\""):
        finish(node, end: index)
        index += 1
        return
      case UInt8(ascii: "\\"):
        nodes[node].isEscaped = true
        try escape()
      case 0..<0x20: throw failure("A control character must be written as an escape in a string.")
      default: index += 1
      }
    }
    throw failure("The document ends within a string.")
  }

  private mutating func escape() throws(Failure) {
    guard index + 1 < bytes.count else { throw failure("The document ends within a string.") }
    if bytes[index + 1] == UInt8(ascii: "u") {
      guard index + 6 <= bytes.count, bytes[(index + 2)..<(index + 6)].allSatisfy({ Self.hex($0) != nil }) else {
        throw failure("Four hexadecimal digits should follow '\\u'.")
      }
      index += 6
    } else {
      guard Self.escapes[bytes[index + 1]] != nil else { throw failure("There is no such escape.") }
      index += 2
    }
  }

  private mutating func number() throws(Failure) {
    let node = try open(.number)
    _ = take(UInt8(ascii: "-"))
    if !take(UInt8(ascii: "0")) { try digits() }
    if take(UInt8(ascii: ".")) { try digits() }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      try digits()
    }
    finish(node, end: index)
  }

  private mutating func digits() throws(Failure) {
    let start = index
    while index < bytes.count, (48...57).contains(bytes[index]) { index += 1 }
    if index == start { throw failure("A digit should stand here.") }
  }

  private mutating func word(_ word: String, _ kind: JSONText.Kind) throws(Failure) {
    guard bytes[index...].starts(with: word.utf8) else { throw failure("A value should stand here.") }
    let node = try open(kind)
    index += word.utf8.count
    finish(node, end: index)
  }

  // MARK: Nodes and bytes

  private mutating func open(_ kind: JSONText.Kind) throws(Failure) -> Int {
    guard nodes.count < limits.values else {
      throw Failure(
        offset: index, code: "size.too-many",
        message: "The document holds more than \(limits.values) values; no more is read.\nMaybe split the institution.")
    }
    // The clock costs more than a node: it is looked at now and then.
    if nodes.count & 0x3FFF == 0, limits.isLate {
      throw Failure(offset: index, code: InstitutionReading.tookTooLong, message: "Reading took too long.")
    }
    nodes.append(JSONText.Node(kind: kind, start: Int32(index), end: 0))
    return nodes.count - 1
  }

  private mutating func finish(_ node: Int, end: Int) {
    nodes[node].end = Int32(end)
    nodes[node].next = Int32(nodes.count)
  }

  private mutating func skipSpace() {
    while index < bytes.count {
      switch bytes[index] {
      case 0x20, 0x0A, 0x0D, 0x09: index += 1
      default: return
      }
    }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard index < bytes.count, bytes[index] == byte else { return false }
    index += 1
    return true
  }

  private func failure(_ message: String) -> Failure { Failure(offset: index, code: "json.syntax", message: message) }

  static func hex(_ digit: UInt8) -> UInt8? {
    switch digit {
    case 48...57: digit - 48
    case 65...70: digit - 55
    case 97...102: digit - 87
    default: nil
    }
  }

  static let escapes: [UInt8: UInt8] = [
    UInt8(ascii: "\""): UInt8(ascii: "\""), UInt8(ascii: "\\"): UInt8(ascii: "\\"),
    UInt8(ascii: "/"): UInt8(ascii: "/"),
    UInt8(ascii: "b"): 8, UInt8(ascii: "f"): 12, UInt8(ascii: "n"): 10, UInt8(ascii: "r"): 13, UInt8(ascii: "t"): 9,
  ]
}

/// The offset of the first byte that is not well-formed UTF-8 (Unicode 16, table 3-7), or nil.
func firstInvalidUTF8(_ bytes: [UInt8]) -> Int? {
  bytes.withUnsafeBufferPointer { bytes in
    var index = 0
    while index < bytes.count {
      let lead = bytes[index]
      if lead < 0x80 {
        index += 1
        continue
      }
      let (length, second): (Int, ClosedRange<UInt8>)
      switch lead {
      case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
      case 0xE0: (length, second) = (3, 0xA0...0xBF)
      case 0xED: (length, second) = (3, 0x80...0x9F)
      case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
      case 0xF0: (length, second) = (4, 0x90...0xBF)
      case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
      case 0xF4: (length, second) = (4, 0x80...0x8F)
      default: return index
      }
      guard index + length <= bytes.count, second.contains(bytes[index + 1]),
        (2..<length).allSatisfy({ bytes[index + $0] & 0xC0 == 0x80 })
      else { return index }
      index += length
    }
    return nil
  }
}
