import Tokens

/// Reads the members of a JSON object one by one, and tells of everything that is wrong with them at once.
package struct FieldReader {
  private let members: [String: StrictJSON]
  private var read: Set<String> = []
  private var issues: [Problem.Issue] = []

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
  }

  package mutating func fail(_ name: String, _ code: String, _ message: String) {
    issues.append(Problem.Issue(pointer: "/" + name, code: code, message: message))
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

  /// Of 1 to `limit` characters, none of them a control character but line feed.
  package mutating func text(_ name: String, limit: Int = 200) -> String? {
    check(
      name, take(name, "a string", \.string),
      { !$0.isEmpty && $0.count <= limit && !$0.unicodeScalars.contains { $0.value < 32 && $0 != "\n" } },
      "have 1 to \(limit) characters and no control characters")
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

  /// Members that this operation doesn't know but the documents of the requirements name.
  package mutating func ignore(_ names: String...) { read.formUnion(names) }

  /// Call it last: throws all that was found, unknown members included.
  package mutating func finish() throws(Problem) {
    for name in members.keys.sorted() where !read.contains(name) {
      fail(
        name, "member.unknown", "'\(name)' is not known here.\nMaybe one of: \(read.sorted().joined(separator: ", ")).")
    }
    guard issues.isEmpty else { throw Problem(.invalid, issues: issues) }
  }
}
