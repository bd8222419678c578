import Timetabling

/// The document being read and what was found wrong with it.
final class JSONReading {
  let text: JSONText
  var issues: IssueList
  /// Weeks of the term, once it has been read: what `odd` and `even` count, and how long a pattern is.
  var weekCount: Int?
  /// Each kind of object with the members its reader asks for.
  private(set) var vocabulary: [String: [String]] = [:]

  private let limits: ReadingLimits
  private var elementsRead = 0
  /// The deadline came: what was read is a part, and says nothing of the whole.
  private(set) var isLate = false

  /// Whether members that no reader asks for are wrong; else each kind of them is told once, and passed over.
  private let refusesUnknownMembers: Bool
  private(set) var passedOver: [DataIssue] = []

  /// Where each node came from, for a document that was put together from other files.
  private let places: [String]?
  /// What to say of a node that the reader cannot take, where its source knows better than the reader.
  private let remarks: [Int: String]

  init(
    text: JSONText, issues: IssueList, limits: ReadingLimits, places: [String]? = nil, remarks: [Int: String] = [:],
    refusesUnknownMembers: Bool = true
  ) {
    self.refusesUnknownMembers = refusesUnknownMembers
    self.remarks = remarks
    self.text = text
    self.issues = issues
    self.limits = limits
    self.places = places
  }

  /// To be asked before each element of an array.
  func mayGoOn() -> Bool {
    elementsRead += 1
    // The clock costs more than an element: it is looked at now and then.
    if elementsRead & 0xFF == 0, limits.isLate { isLate = true }
    return !isLate
  }

  func place(_ node: Int) -> String { places?[node] ?? text.pointer(to: node) }

  func report(_ node: Int, _ code: String, _ message: @autoclosure () -> String) {
    issues.add(at: place(node), code, remarks[node] ?? message())
  }

  /// - Parameter node: the member's name
  fileprivate func tellUnknown(_ node: Int, _ message: String) {
    if refusesUnknownMembers { return report(node, "json.unknown-member", message) }
    guard passedOver.count < 20, !passedOver.contains(where: { $0.message == message }) else { return }
    passedOver.append(DataIssue(place: place(node), code: "json.unknown-member", message: message))
  }

  fileprivate func learn(_ kind: String, _ members: [String]) {
    if vocabulary[kind] == nil { vocabulary[kind] = members }
  }

  /// What a value is, for messages.
  func describe(_ node: Int) -> String {
    switch text.kind(node) {
    case .null: "null"
    case .boolean: text.boolean(node) ? "true" : "false"
    case .number: String(text.numeral(node).prefix(40))
    case .string: "the text '\(text.string(node).prefix(40))'"
    case .array: "an array"
    case .object: "an object"
    }
  }
}

/// One object of the document. Each member is asked for by name; what nobody asked for is reported.
///
/// All questions have an answer: where the document is wrong, an issue is noted and a harmless
/// value comes back, so that one pass finds everything. A document with issues yields no problem.
struct ObjectView {
  let reading: JSONReading
  let node: Int
  private var members: [(name: String, key: Int, value: Int, isAsked: Bool)] = []
  private var asked: [String] = []

  /// Nil, with an issue, where `node` is not an object.
  init?(_ reading: JSONReading, _ node: Int, what: String) {
    self.reading = reading
    self.node = node
    guard reading.text.kind(node) == .object else {
      reading.report(node, "json.type", "\(what) must be an object, not \(reading.describe(node)).")
      return nil
    }
    var key: Int?
    for child in reading.text.children(of: node) {
      if let name = key {
        members.append((reading.text.string(name), name, child, false))
        key = nil
      } else {
        key = child
      }
    }
    reportRepeated()
  }

  private mutating func reportRepeated() {
    var seen: Set<String> = []
    for index in members.indices {
      let name = members[index].name
      let isRepeated =
        members.count <= 32
        ? members[..<index].contains { $0.name == name } : !seen.insert(name).inserted
      if isRepeated {
        members[index].isAsked = true
        reading.report(members[index].key, "json.duplicate-member", "The member '\(name)' stands twice in one object.")
      }
    }
  }

  /// The value of a member; `null` counts as absent.
  mutating func value(_ name: String) -> Int? {
    asked.append(name)
    guard let index = members.firstIndex(where: { $0.name == name }) else { return nil }
    members[index].isAsked = true
    return reading.text.kind(members[index].value) == .null ? nil : members[index].value
  }

  mutating func required(_ name: String) -> Int? {
    if let value = value(name) { return value }
    reading.report(node, "json.missing-member", "The member '\(name)' is missing.")
    return nil
  }

  /// Every member, by name, for objects that are maps.
  mutating func everyMember() -> [(name: String, value: Int)] {
    for index in members.indices {
      members[index].isAsked = true
      // The name is data here, and goes where texts go.
      _ = reading.name(members[index].key, "a member's name")
    }
    return members.map { ($0.name, $0.value) }
  }

  /// Reports the members that nobody asked for. To be called when all questions have been asked.
  func finish(_ kind: String) {
    reading.learn(kind, asked)
    for member in members where !member.isAsked {
      let name = String(member.name.prefix(60))
      reading.tellUnknown(
        member.key, "A \(kind) has no member '\(name)'.\(Suggestion.sentence(for: name, in: asked))")
    }
  }
}
