/// A parsed JSON text: a flat list of nodes in document order, each with its bytes.
///
/// An array's or object's children follow it; `next` is the first node after a value and all it
/// holds. In an object, keys and values alternate. Strings and numbers stay bytes until asked for,
/// so that a document of tens of megabytes costs a few words for each value.
struct JSONText {
  enum Kind: UInt8 { case null, boolean, number, string, array, object }

  struct Node {
    var kind: Kind
    /// For a string: holds a backslash.
    var isEscaped = false
    /// Where the value's text begins and ends; of a string, without its quotes.
    var start: Int32
    var end: Int32
    var next: Int32 = 0
  }

  let bytes: [UInt8]
  let nodes: [Node]

  static let root = 0

  func kind(_ node: Int) -> Kind { nodes[node].kind }

  func boolean(_ node: Int) -> Bool { bytes[Int(nodes[node].start)] == UInt8(ascii: "t") }

  /// The number as it is written.
  func numeral(_ node: Int) -> String { String(decoding: text(node), as: UTF8.self) }

  func string(_ node: Int) -> String {
    nodes[node].isEscaped ? unescaped(text(node)) : String(decoding: text(node), as: UTF8.self)
  }

  /// The elements of an array; of an object, its keys and values in turn.
  func children(of node: Int) -> ChildSequence { ChildSequence(text: self, node: node) }

  struct ChildSequence: Sequence, IteratorProtocol {
    private let nodes: [Node]
    private var position: Int
    private let end: Int

    init(text: JSONText, node: Int) {
      nodes = text.nodes
      position = node + 1
      end = Int(text.nodes[node].next)
    }

    mutating func next() -> Int? {
      guard position < end else { return nil }
      defer { position = Int(nodes[position].next) }
      return position
    }
  }

  /// The JSON Pointer (RFC 6901) of a value, or of the value a key belongs to.
  func pointer(to target: Int) -> String {
    var pointer = ""
    var node = Self.root
    while node != target {
      var index = 0
      var key: Int?
      var inside: Int?
      for child in children(of: node) {
        if kind(node) == .object, index.isMultiple(of: 2) { key = child }
        if target < Int(nodes[child].next) {
          inside = child
          break
        }
        index += 1
      }
      guard let inside else { return pointer }
      pointer += "/" + (key.map { Self.escapedForPointer(string($0)) } ?? "\(index)")
      node = inside
    }
    return pointer
  }

  /// A member of an object, the last of that name.
  func member(_ name: String, of node: Int) -> Int? {
    guard kind(node) == .object else { return nil }
    var isNamed = false
    var found: Int?
    for (index, child) in children(of: node).enumerated() {
      if index.isMultiple(of: 2) {
        isNamed = string(child) == name
      } else if isNamed {
        found = child
      }
    }
    return found
  }

  /// The value at a JSON Pointer, or the nearest above it.
  func node(at pointer: String) -> Int {
    var node = Self.root
    for token in pointer.split(separator: "/") {
      let next: Int?
      if kind(node) == .array {
        next = Int(token).flatMap { index in children(of: node).dropFirst(index).first { _ in true } }
      } else {
        next = member(String(token).replacing("~1", with: "/").replacing("~0", with: "~"), of: node)
      }
      guard let next else { return node }
      node = next
    }
    return node
  }

  static func escapedForPointer(_ token: String) -> String {
    guard token.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else { return token }
    return token.reduce(into: "") { text, character in
      switch character {
      case "~": text += "~0"
      case "/": text += "~1"
      default: text.append(character)
      }
    }
  }

  private func text(_ node: Int) -> ArraySlice<UInt8> { bytes[Int(nodes[node].start)..<Int(nodes[node].end)] }

  /// The escapes are known to be well formed: the parser has been over them.
  private func unescaped(_ text: ArraySlice<UInt8>) -> String {
    var units: [UInt16] = []
    var result = ""
    var index = text.startIndex
    func value(_ from: Int) -> UInt16 {
      text[from..<(from + 4)].reduce(0) { $0 << 4 | UInt16(JSONParser.hex($1) ?? 0) }
    }
    while index < text.endIndex {
      if text[index] != UInt8(ascii: "\\") {
        let end = text[index...].firstIndex(of: UInt8(ascii: "\\")) ?? text.endIndex
        result += String(decoding: text[index..<end], as: UTF8.self)
        index = end
        continue
      }
      if text[index + 1] == UInt8(ascii: "u") {
        units.append(value(index + 2))
        index += 6
        let isPairOpen = (0xD800..<0xDC00).contains(units[units.count - 1])
        if isPairOpen, text[index...].starts(with: "\\u".utf8) { continue }
        result += String(decoding: units, as: UTF16.self)
        units = []
      } else {
        result.append(Character(Unicode.Scalar(JSONParser.escapes[text[index + 1]] ?? 0)))
        index += 2
      }
    }
    return result
  }
}
