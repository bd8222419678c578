import Timetabling

/// One cell on its way into the import document.
///
/// A cell that may mean two things stays a text, which the document's reader refuses, with a remark that says what to
/// write: `8.00` is eight o'clock or eight minutes, `1.000` is one or a thousand.
struct CSVCell {
  let text: String
  let column: String
  let place: String

  func value(_ form: CSVTable.Column.Form, _ days: DayNames) -> PlacedTree {
    switch form {
    case .text: .text(text, place: place)
    case .integer: integer
    case .integerOrWord:
      Self.digits(text) == nil && text.contains(where: \.isLetter) ? .text(text, place: place) : integer
    case .decimal: decimal
    case .boolean: boolean
    case .time: time
    case .list: .array(CSVList.items(text).map { .text($0, place: place) }, place: place)
    case .day: day(text, days)
    case .parameters: .object(CSVList.items(text).map(parameter), place: place)
    case .times: .array(CSVList.items(text).map { span($0, days) }, place: place)
    }
  }

  // MARK: Numbers

  private var integer: PlacedTree { integer(text) }

  private func integer(_ text: String) -> PlacedTree {
    if let digits = Self.digits(text) { return .literal(digits, place: place) }
    let isGrouped =
      text.contains(where: \.isNumber) && text.allSatisfy { $0.isNumber || " .,'’\u{A0}\u{202F}".contains($0) }
    let advice =
      isGrouped
      ? "Write it in digits alone, without signs between them: a spreadsheet may show one or a thousand alike."
      : "Maybe write it in digits alone."
    return .text(text, place: place, remark: "'\(column)' is '\(text)', which is no whole number.\n\(advice)")
  }

  /// A whole number as JSON writes it: also `1.0` and `007`, not `1.000`, which is a thousand to many.
  private static func digits(_ text: String) -> String? {
    let isNegative = text.hasPrefix("-")
    let parts = text.dropFirst(isNegative ? 1 : 0).split(separator: ".", omittingEmptySubsequences: false)
    let isWhole = parts.count == 1 || parts.count == 2 && ["0", "00"].contains(parts[1])
    guard isWhole, let digits = parts.first, !digits.isEmpty, digits.count <= 18,
      digits.utf8.allSatisfy({ (48...57).contains($0) })
    else { return nil }
    let kept = digits.drop { $0 == "0" }
    return (isNegative && !kept.isEmpty ? "-" : "") + (kept.isEmpty ? "0" : kept)
  }

  private var decimal: PlacedTree {
    let isNumber = (try? JSONParser.parse(Array(text.utf8), depth: 1)).map { $0.kind(JSONText.root) == .number }
    if isNumber == true { return .literal(text, place: place) }
    if let digits = Self.digits(text) { return .literal(digits, place: place) }
    return .text(
      text, place: place,
      remark: "'\(column)' is '\(text)', which is no number.\nMaybe write it with a point: 52.5.")
  }

  private var boolean: PlacedTree {
    switch text.lowercased() {
    case "true", "yes", "1", "1.0": .literal("true", place: place)
    case "false", "no", "0", "0.0": .literal("false", place: place)
    default:
      .text(text, place: place, remark: "'\(column)' is '\(text)', neither yes nor no.\nMaybe write yes or no.")
    }
  }

  private func parameter(_ item: String) -> (name: String, value: PlacedTree) {
    let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    return (CSVList.trimmed(parts[0]), integer(parts.count == 2 ? CSVList.trimmed(parts[1]) : ""))
  }

  // MARK: Times

  /// A spreadsheet shows `08:30` as `08:30:00` when it is asked to.
  static func withoutSeconds(_ text: String) -> String {
    text.hasSuffix(":00") && text.count { $0 == ":" } == 2 ? String(text.dropLast(3)) : text
  }

  private var time: PlacedTree {
    let clock = Self.withoutSeconds(text)
    if WallClock.minutes(clock) != nil { return .text(clock, place: place) }
    return .text(
      text, place: place, remark: "'\(column)' is '\(text)', which is no time of day.\(WallClock.advice(for: text))")
  }

  private func day(_ text: String, _ days: DayNames) -> PlacedTree {
    switch days.meaning(of: text) {
    case .day(let day): return .literal("\(day)", place: place)
    case .several(let labels):
      return .text(
        text, place: place,
        remark: "'\(text)' is the name of \(labels.count) days.\nMaybe \(labels.joined(separator: " or ")) is meant.")
    case .unknown:
      let known = days.labels.isEmpty ? "" : " Its days are \(days.labels.joined(separator: ", "))."
      return .text(
        text, place: place,
        remark: "'\(text)' is no day of the first grid in grid.csv.\(known)"
          + Suggestion.sentence(for: text, in: days.labels))
    }
  }

  /// `Mon 08:00-09:30`: the day is everything before the times.
  private func span(_ text: String, _ days: DayNames) -> PlacedTree {
    let words = text.split(separator: " ", omittingEmptySubsequences: true)
    // `08:00 - 09:30` has spaces within.
    for count in [1, 2, 3] where words.count > count {
      guard let span = WallClock.span(words.suffix(count).joined()) else { continue }
      return .object(
        [
          ("day", day(words.dropLast(count).joined(separator: " "), days)),
          ("start", .literal("\(span.start)", place: place)), ("end", .literal("\(span.end)", place: place)),
        ], place: place)
    }
    return .text(
      text, place: place, remark: "'\(text)' is no day with times.\nMaybe write it like Mon 08:00-09:30.")
  }
}
