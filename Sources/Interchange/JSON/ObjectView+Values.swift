import Timetabling

/// The kinds of values that members have.
extension ObjectView {
  mutating func text(_ name: String, longest: Int = 500) -> String? {
    value(name).flatMap { reading.text($0, name, longest: longest) }
  }

  mutating func requiredText(_ name: String, longest: Int = 500) -> String {
    required(name).flatMap { reading.text($0, name, longest: longest) } ?? ""
  }

  mutating func identifier<Subject>(_ name: String) -> Identifier<Subject> {
    Identifier(required(name).flatMap { reading.name($0, name) } ?? "")
  }

  mutating func identifierIfPresent<Subject>(_ name: String) -> Identifier<Subject>? {
    value(name).flatMap { reading.name($0, name) }.map { Identifier($0) }
  }

  mutating func identifiers<Subject>(_ name: String) -> [Identifier<Subject>] { names(name).map { Identifier($0) } }

  mutating func names(_ name: String) -> [String] {
    elements(name) { reading, node in reading.name(node, name) }
  }

  mutating func integer(_ name: String, _ range: ClosedRange<Int>) -> Int? {
    value(name).flatMap { reading.integer($0, name, range) }
  }

  mutating func requiredInteger(_ name: String, _ range: ClosedRange<Int>) -> Int {
    required(name).flatMap { reading.integer($0, name, range) } ?? range.lowerBound
  }

  mutating func number(_ name: String, _ range: ClosedRange<Double>) -> Double? {
    guard let node = value(name) else { return nil }
    guard reading.text.kind(node) == .number, let number = Double(reading.text.numeral(node)) else {
      reading.report(node, "json.type", "'\(name)' must be a number, not \(reading.describe(node)).")
      return nil
    }
    if !range.contains(number) {
      reading.report(
        node, "json.range", "'\(name)' is \(number), not from \(range.lowerBound) to \(range.upperBound).")
    }
    return number
  }

  mutating func boolean(_ name: String) -> Bool? {
    guard let node = value(name) else { return nil }
    guard reading.text.kind(node) == .boolean else {
      reading.report(node, "json.type", "'\(name)' must be true or false, not \(reading.describe(node)).")
      return nil
    }
    return reading.text.boolean(node)
  }

  /// Minutes since midnight, or `08:30`.
  mutating func time(_ name: String) -> MinuteOfDay? { value(name).flatMap { reading.time($0, name) } }

  mutating func requiredTime(_ name: String) -> MinuteOfDay { required(name).flatMap { reading.time($0, name) } ?? 0 }

  mutating func choice<Choice: RawRepresentable & CaseIterable>(_ name: String) -> Choice?
  where Choice.RawValue == String {
    value(name).flatMap { reading.choice($0, name) }
  }

  /// A pattern such as `1101`, or the words `all`, `odd`, `even`.
  mutating func weeks(_ name: String) -> WeekSet? {
    guard let node = value(name), let text = reading.text(node, name, longest: 64) else { return nil }
    switch text {
    case "all": return nil
    case "odd": return .odd(reading.weekCount ?? 64)
    case "even": return .even(reading.weekCount ?? 64)
    default:
      guard let weeks = WeekSet(pattern: text), !text.isEmpty else {
        reading.report(
          node, "json.value",
          "'\(text)' for '\(name)' is not a week pattern.\nMaybe write one character 0 or 1 for each week, or odd or even."
        )
        return nil
      }
      guard let length = reading.weekCount, text.count != length else { return weeks }
      reading.report(node, "weeks.length", Self.wrongLength(text, name, length))
      return nil
    }
  }

  /// A spreadsheet takes `0101` for a number and writes `101`, which would be other weeks.
  private static func wrongLength(_ text: String, _ name: String, _ weeks: Int) -> String {
    let counts =
      "'\(text)' for '\(name)' has \(text.count) \(text.count == 1 ? "character" : "characters"), and the term has "
      + "\(weeks) \(weeks == 1 ? "week" : "weeks")."
    guard text.count < weeks else { return counts + "\nMaybe write one character 0 or 1 for each week of the term." }
    let padded = String(repeating: "0", count: weeks - text.count) + text
    return counts + "\nMaybe a spreadsheet took zeros away and \(padded) is meant: write one character for each week."
  }

  /// The elements of an array that could be read; absent counts as empty.
  mutating func elements<Element>(_ name: String, _ read: (JSONReading, Int) -> Element?) -> [Element] {
    guard let node = value(name) else { return [] }
    guard reading.text.kind(node) == .array else {
      reading.report(node, "json.type", "'\(name)' must be an array, not \(reading.describe(node)).")
      return []
    }
    return reading.text.children(of: node).compactMap { reading.mayGoOn() ? read(reading, $0) : nil }
  }

  /// The objects of an array.
  mutating func objects<Element>(
    _ name: String, _ kind: String, _ read: (inout ObjectView) -> Element
  ) -> [Element] {
    elements(name) { reading, node in reading.object(node, kind, read) }
  }
}

extension JSONReading {
  func object<Value>(_ node: Int, _ kind: String, _ read: (inout ObjectView) -> Value) -> Value? {
    guard var view = ObjectView(self, node, what: "A \(kind)") else { return nil }
    let value = read(&view)
    view.finish(kind)
    return value
  }

  func text(_ node: Int, _ name: String, longest: Int) -> String? {
    guard text.kind(node) == .string else {
      report(node, "json.type", "'\(name)' must be a text, not \(describe(node)).")
      return nil
    }
    let value = text.string(node)
    if value.unicodeScalars.count > longest {
      report(node, "json.range", "'\(name)' is longer than \(longest) characters.")
    }
    if let fault = ShownText.fault(in: value, allowsLines: true) {
      report(node, "json.value", "'\(name)' holds \(fault), a control character.")
    }
    return value
  }

  /// A text that names something: not empty, at most 200 characters.
  func name(_ node: Int, _ name: String) -> String? {
    guard let value = text(node, name, longest: 200) else { return nil }
    if value.isEmpty { report(node, "json.value", "'\(name)' must not be empty.") }
    return value
  }

  func integer(_ node: Int, _ name: String, _ range: ClosedRange<Int>) -> Int? {
    let numeral = text.kind(node) == .number ? text.numeral(node) : ""
    guard let number = Double(numeral), number == number.rounded() else {
      report(node, "json.type", "'\(name)' must be a whole number, not \(describe(node)).")
      return nil
    }
    guard let value = Int(exactly: number), range.contains(value) else {
      report(
        node, "json.range", "'\(name)' is \(describe(node)), not from \(range.lowerBound) to \(range.upperBound).")
      return nil
    }
    return value
  }

  func time(_ node: Int, _ name: String) -> MinuteOfDay? {
    if text.kind(node) == .number {
      let numeral = text.numeral(node)
      // 8.00 is a clock time to the person who wrote it, and eight minutes past midnight to a computer.
      guard numeral.allSatisfy({ $0.isNumber || $0 == "-" }) else {
        report(
          node, "json.value", "'\(name)' is \(describe(node)), not a time of day.\(WallClock.advice(for: numeral))")
        return nil
      }
      return integer(node, name, 0...1440)
    }
    guard text.kind(node) == .string else {
      report(
        node, "json.type", "'\(name)' must be a time such as 08:30 or minutes since midnight, not \(describe(node)).")
      return nil
    }
    if let minutes = WallClock.minutes(text.string(node)) { return minutes }
    report(
      node, "json.value",
      "'\(name)' is \(describe(node)), not a time of day from 00:00 to 24:00.\(WallClock.advice(for: text.string(node)))"
    )
    return nil
  }

  func choice<Choice: RawRepresentable & CaseIterable>(_ node: Int, _ name: String) -> Choice?
  where Choice.RawValue == String {
    guard let word = text(node, name, longest: 100) else { return nil }
    if let choice = Choice(rawValue: word) { return choice }
    let known = Choice.allCases.map(\.rawValue)
    let list = known.count <= 8 ? " It must be one of \(known.joined(separator: ", "))." : ""
    report(
      node, "json.value", "'\(word)' is not known for '\(name)'.\(list)\(Suggestion.sentence(for: word, in: known))")
    return nil
  }
}
