/// Walks through the elements of an XML document that says everything in attributes.
///
/// Competition files hold up to a million elements; Foundation's parser makes a dictionary of strings for each, so this
/// one reads the bytes in place. It knows elements, attributes, comments, the five predefined entities and character
/// references. A document type may be named, but declares nothing: no entity is defined, nothing is ever fetched.
/// Between tags only white space may stand.
struct TagScanner {
  struct Tag {
    var name: String
    var line: Int
    /// The root's is 1.
    var depth: Int
  }

  struct Attribute {
    var name: String
    /// Where its value stands in `bytes`.
    var value: Range<Int>
  }

  enum Token {
    case start(Tag)
    case end
  }

  let bytes: [UInt8]
  private let depthLimit: Int
  private var position = 0
  private var line = 1
  private var open: [String] = []
  /// The last start tag ended itself, as `<time/>` does; its end is still to be told.
  private var endsItself = false
  /// Of the last start tag.
  private(set) var attributes: [Attribute] = []

  init(_ bytes: [UInt8], depthLimit: Int) {
    self.bytes = bytes
    self.depthLimit = depthLimit
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  mutating func root() throws(TagError) -> Tag {
    guard case .start(let tag) = try next() else { throw error("The document holds no element.") }
    return tag
  }

  /// Calls `body` at each start tag directly within `tag`. What `body` leaves unread is skipped.
  mutating func forEachChild(
    of tag: Tag, _ body: (inout TagScanner, Tag) throws(TagError) -> Void
  ) throws(TagError) {
    while case .start(let child) = try next() {
      try body(&self, child)
      while open.count > tag.depth { _ = try next() }
    }
  }

  /// Only white space and comments may follow the root.
  mutating func finish() throws(TagError) {
    if try next() != nil { throw error("A second element stands beside the first.") }
  }

  /// Nil at the end of the document.
  private mutating func next() throws(TagError) -> Token? {
    if endsItself {
      endsItself = false
      open.removeLast()
      return .end
    }
    while true {
      skipSpace()
      guard position < bytes.count else {
        if let name = open.last { throw error("The document ends before '</\(name)>'.") }
        return nil
      }
      guard bytes[position] == UInt8(ascii: "<") else { throw error("Text stands where only elements may.") }
      if follows("<!--") {
        try skip(past: "-->")
      } else if follows("<?") {
        try skip(past: "?>")
      } else if follows("<!DOCTYPE"), open.isEmpty {
        try skipDocumentType()
      } else if follows("</") {
        try readEndTag()
        return .end
      } else {
        return .start(try readStartTag())
      }
    }
  }

  private mutating func readStartTag() throws(TagError) -> Tag {
    let tagLine = line
    position += 1
    let name = try readName()
    guard open.count < depthLimit else { throw error("Elements lie more than \(depthLimit) deep here.") }
    attributes.removeAll(keepingCapacity: true)
    while true {
      let hadSpace = skipSpace()
      if follows(">") {
        position += 1
        break
      }
      if follows("/>") {
        position += 2
        endsItself = true
        break
      }
      guard hadSpace else { throw error("Element '\(name)' is not written as XML asks.") }
      try readAttribute(of: name)
    }
    open.append(name)
    return Tag(name: name, line: tagLine, depth: open.count)
  }

  private mutating func readAttribute(of element: String) throws(TagError) {
    let name = try readName()
    skipSpace()
    guard follows("=") else { throw error("Attribute '\(name)' has no value.") }
    position += 1
    skipSpace()
    guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") || bytes[position] == UInt8(ascii: "'") else {
      throw error("The value of attribute '\(name)' stands in no quotes.")
    }
    let quote = bytes[position]
    position += 1
    let start = position
    while position < bytes.count, bytes[position] != quote {
      if bytes[position] == UInt8(ascii: "<") { throw error("A '<' stands in the value of attribute '\(name)'.") }
      if bytes[position] == UInt8(ascii: "\n") { line += 1 }
      position += 1
    }
    guard position < bytes.count else { throw error("The value of attribute '\(name)' does not end.") }
    guard !attributes.contains(where: { $0.name == name }) else {
      throw error("Attribute '\(name)' stands twice in element '\(element)'.")
    }
    attributes.append(Attribute(name: name, value: start..<position))
    position += 1
  }

  private mutating func readEndTag() throws(TagError) {
    position += 2
    let name = try readName()
    skipSpace()
    guard follows(">") else { throw error("'</\(name)' does not end with '>'.") }
    position += 1
    guard let last = open.popLast(), last == name else { throw error("'</\(name)>' closes no element that is open.") }
  }

  /// Only a name and where it is from: `[` would begin declarations.
  private mutating func skipDocumentType() throws(TagError) {
    while position < bytes.count, bytes[position] != UInt8(ascii: ">") {
      if bytes[position] == UInt8(ascii: "[") {
        throw error("The document type declares something, which is not read.\nMaybe remove the declaration.")
      }
      if bytes[position] == UInt8(ascii: "\n") { line += 1 }
      position += 1
    }
    guard position < bytes.count else { throw error("The document type does not end.") }
    position += 1
  }

  private mutating func readName() throws(TagError) -> String {
    let start = position
    while position < bytes.count, Self.isNameByte(bytes[position]) { position += 1 }
    guard position > start, position - start <= 64 else { throw error("A name is missing or too long here.") }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: ":"):
      true
    default: false
    }
  }

  @discardableResult private mutating func skipSpace() -> Bool {
    let start = position
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\n"): line += 1
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): break
      default: return position > start
      }
      position += 1
    }
    return position > start
  }

  private func follows(_ text: StaticString) -> Bool {
    guard position + text.utf8CodeUnitCount <= bytes.count else { return false }
    for offset in 0..<text.utf8CodeUnitCount where bytes[position + offset] != text.utf8Start[offset] { return false }
    return true
  }

  private mutating func skip(past end: StaticString) throws(TagError) {
    while position < bytes.count, !follows(end) {
      if bytes[position] == UInt8(ascii: "\n") { line += 1 }
      position += 1
    }
    guard position < bytes.count else { throw error("A comment or instruction does not end.") }
    position += end.utf8CodeUnitCount
  }

  func error(_ message: String) -> TagError { TagError(line: line, message: message) }
}

/// Where and why a document is not well-formed. Nothing after it is read.
struct TagError: Error {
  var line: Int
  var message: String
}
