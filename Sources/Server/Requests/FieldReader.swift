import Timetabling
import Tokens

/// Reads the members of a JSON object one by one, and tells of everything that is wrong with them at once.
package struct FieldReader {
  private let members: [String: StrictJSON]
  private var read: Set<String> = []
  private var issues: [Problem.Issue] = []
  private var omitted = 0
  private static let mostIssues = 100

  package init(_ bytes: [UInt8]) throws(Problem) {
    guard !bytes.isEmpty else {
      members = [:]
      return
    }
    let value: StrictJSON
    do throws(StrictJSON.Failure) {
      value = try StrictJSON(bytes)
    } catch {
      throw Problem(.malformed, "The body is not JSON: \(error.reason), at byte \(error.offset).")
    }
    guard let object = value.object else {
      throw Problem(.malformed, "The body is \(value.kind), but must be an object.")
    }
    members = object
    for (name, value) in object.sorted(by: { $0.key < $1.key }) {
      refuseUnstorable(.string(name), at: name)
      refuseUnstorable(value, at: name)
    }
  }

  /// NUL is text in JSON and none in PostgreSQL: wherever it stands, no reader behind this one has to think of it.
  private mutating func refuseUnstorable(_ value: StrictJSON, at place: String) {
    switch value {
    case .string(let text):
      if text.utf8.contains(0) {
        fail(place, "value.unstorable", "The character U+0000 stands here, which no text may hold.")
      }
    case .array(let elements):
      for (index, element) in elements.enumerated() { refuseUnstorable(element, at: "\(place)/\(index)") }
    case .object(let members):
      for (name, value) in members.sorted(by: { $0.key < $1.key }) {
        refuseUnstorable(.string(name), at: "\(place)/\(name)")
        refuseUnstorable(value, at: "\(place)/\(name)")
      }
    case .null, .bool, .integer, .number: break
    }
  }

  package mutating func fail(_ name: String, _ code: String, _ message: String) {
    guard issues.count < Self.mostIssues else {
      omitted += 1
      return
    }
    let pointer = name.replacing("\0", with: "\u{2400}")
    issues.append(Problem.Issue(pointer: "/" + pointer, code: code, message: message.replacing("\0", with: "\u{2400}")))
  }

  /// Null counts as missing.
  private mutating func take<Value>(
    _ name: String, _ expected: String, _ value: (StrictJSON) -> Value?
  ) -> Value? {
    read.insert(name)
    guard let found = members[name], found != .null else { return nil }
    if let value = value(found) { return value }
    fail(name, "value.type", "'\(name)' is \(found.kind), but must be \(expected).")
    return nil
  }

  private mutating func check<Value>(_ name: String, _ value: Value?, _ isRight: (Value) -> Bool, _ rule: String)
    -> Value?
  {
    guard let value else { return nil }
    if isRight(value) { return value }
    fail(name, "value.range", "'\(name)' must \(rule).")
    return nil
  }

  /// Of 1 to `limit` Unicode scalars. A `character` as people see it may have thousands of them, so it is no measure.
  ///
  /// - Parameter allowsLines: for sentences; names stand on one line
  package mutating func text(_ name: String, limit: Int = 200, allowsLines: Bool = false) -> String? {
    guard let text = take(name, "a string", \.string) else { return nil }
    if let fault = Self.fault(in: text, limit: limit, allowsLines: allowsLines) {
      fail(name, "value.range", "'\(name)' must \(fault).")
      return nil
    }
    return text
  }

  /// What a text must do and does not; nil where it is right.
  package static func fault(in text: String, limit: Int, allowsLines: Bool = false) -> String? {
    guard !text.isEmpty, text.unicodeScalars.count <= limit else { return "have 1 to \(limit) characters" }
    return ShownText.fault(in: text, allowsLines: allowsLines).map {
      "have 1 to \(limit) characters and no control characters, but holds \($0)"
    }
  }

  /// What nobody is shown: any text of 1 to `limit` bytes.
  package mutating func secret(_ name: String, limit: Int) -> String? {
    check(
      name, take(name, "a string", \.string), { (1...limit).contains($0.utf8.count) },
      "have 1 to \(limit) bytes")
  }

  /// A text, or an integer as text: what one client writes as `"1"` and another as `1`.
  package mutating func word(_ name: String, limit: Int) -> String? {
    check(
      name, take(name, "a string or an integer") { $0.string ?? $0.integer.map { String($0) } },
      { !$0.isEmpty && $0.count <= limit && !$0.unicodeScalars.contains { $0.value < 32 } },
      "have 1 to \(limit) characters and no control characters")
  }

  package mutating func integer(_ name: String, in range: ClosedRange<Int64>) -> Int64? {
    check(
      name, take(name, "an integer", \.integer), range.contains,
      "be from \(range.lowerBound) to \(range.upperBound)")
  }

  package mutating func number(_ name: String, in range: ClosedRange<Double>) -> Double? {
    check(
      name, take(name, "a number", \.double), range.contains, "be from \(range.lowerBound) to \(range.upperBound)")
  }

  package mutating func flag(_ name: String) -> Bool? { take(name, "true or false", \.bool) }

  package mutating func texts(_ name: String, limit: Int) -> [String]? {
    let list = take(name, "a list of strings") { value -> [String]? in
      guard let array = value.array else { return nil }
      let texts = array.compactMap(\.string)
      return texts.count == array.count ? texts : nil
    }
    return check(name, list, { $0.count <= limit }, "have at most \(limit) elements")
  }

  package mutating func numbers(_ name: String, limit: Int) -> [String: Double]? {
    let values = take(name, "an object of numbers") { value -> [String: Double]? in
      guard let object = value.object else { return nil }
      let numbers = object.compactMapValues(\.double)
      return numbers.count == object.count ? numbers : nil
    }
    return check(name, values, { $0.count <= limit }, "have at most \(limit) members")
  }

  package mutating func object(_ name: String) -> [String: StrictJSON]? { take(name, "an object", \.object) }

  package mutating func objects(_ name: String, limit: Int) -> [[String: StrictJSON]]? {
    let list = take(name, "a list of objects") { value -> [[String: StrictJSON]]? in
      guard let array = value.array else { return nil }
      let objects = array.compactMap(\.object)
      return objects.count == array.count ? objects : nil
    }
    return check(name, list, { $0.count <= limit }, "have at most \(limit) elements")
  }

  package mutating func required<Value>(_ name: String, _ value: Value?) -> Value? {
    if value == nil, !issues.contains(where: { $0.pointer == "/" + name }) {
      fail(name, "value.missing", "'\(name)' is missing.")
    }
    return value
  }

  /// What the body asks for, but for the members that are `left` out. SHA-256.
  package func fingerprint(without left: String...) -> [UInt8] {
    RequestFingerprint.of(members.filter { !left.contains($0.key) })
  }

  /// Call it last: throws all that was found, unknown members included.
  package mutating func finish() throws(Problem) {
    let unknown = members.keys.filter { !read.contains($0) }.sorted()
    let known = read.sorted().joined(separator: ", ")
    for name in unknown.prefix(Self.mostIssues) {
      let shown = name.cut(to: 60)
      fail(shown, "member.unknown", "'\(shown)' is not known here.\nMaybe one of: \(known).")
    }
    guard issues.isEmpty else {
      throw Problem(.invalid, issues: issues, omittedIssues: omitted + max(0, unknown.count - Self.mostIssues))
    }
  }
}
