import Timetabling

/// Times of day as people write them: `08:05`, `8:05`, `24:00`. Nothing else: `8.05` could be hours, minutes or a number.
enum WallClock {
  static func minutes(_ text: some StringProtocol) -> MinuteOfDay? {
    let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard parts.count == 2, (1...2).contains(parts[0].count), parts[1].count == 2,
      let hour = number(parts[0]), let minute = number(parts[1]), minute < 60, hour * 60 + minute <= 1440
    else { return nil }
    return hour * 60 + minute
  }

  /// `08:00-08:45`, also with an en dash, and spaces around it.
  static func span(_ text: String) -> (start: MinuteOfDay, end: MinuteOfDay)? {
    let parts = text.split(omittingEmptySubsequences: false) { $0 == "-" || $0 == "–" }
    guard parts.count == 2, let start = minutes(trimmed(parts[0])), let end = minutes(trimmed(parts[1])) else {
      return nil
    }
    return (start, end)
  }

  /// A sentence on what to write instead of `8.00`, `0800`, `8h00`, `8 AM` or `0.333`, to stand after another.
  static func advice(for text: String) -> String {
    "\nMaybe write " + (guess(text).map { self.text($0) + "." } ?? "it like 08:30.")
  }

  /// What somebody may have meant who wrote something that is no `HH:MM`. For advice only: `8.5` could be two times.
  private static func guess(_ text: String) -> MinuteOfDay? {
    var words = text.lowercased().filter { !$0.isWhitespace }
    let isAfternoon = words.hasSuffix("pm") || words.hasSuffix("p.m.")
    let hasHalf = isAfternoon || words.hasSuffix("am") || words.hasSuffix("a.m.")
    if hasHalf { words.removeLast(words.hasSuffix(".") ? 4 : 2) }
    let pieces = words.split(omittingEmptySubsequences: false) { ":.,h".contains($0) }
    guard (1...3).contains(pieces.count), pieces.allSatisfy({ $0.count <= 4 && $0.allSatisfy(\.isASCII) }) else {
      // A spreadsheet keeps a time as a part of a day.
      return Double(words).flatMap { (0..<1).contains($0) ? Int(($0 * 1440).rounded()) : nil }
    }
    var (hour, minute) = (Int(pieces[0]), pieces.count > 1 && !pieces[1].isEmpty ? Int(pieces[1]) : 0)
    if pieces.count > 1, pieces[1].count > 2 {
      return Double(words).flatMap { (0..<1).contains($0) ? Int(($0 * 1440).rounded()) : nil }
    }
    if pieces.count == 1, pieces[0].count > 2 {
      (hour, minute) = (Int(pieces[0].dropLast(2)), Int(pieces[0].suffix(2)))
    }
    guard var hour, let minute, hour <= 24, hour >= 0, (0..<60).contains(minute) else { return nil }
    if hasHalf { hour = hour % 12 + (isAfternoon ? 12 : 0) }
    return hour * 60 + minute <= 1440 ? hour * 60 + minute : nil
  }

  static func text(_ minutes: MinuteOfDay) -> String {
    let (hour, minute) = (minutes / 60, minutes % 60)
    return (hour < 10 ? "0" : "") + "\(hour):" + (minute < 10 ? "0" : "") + "\(minute)"
  }

  private static func number(_ digits: some Sequence<UInt8>) -> Int? {
    var value = 0
    for digit in digits {
      guard (48...57).contains(digit) else { return nil }
      value = value * 10 + Int(digit - 48)
    }
    return value
  }

  private static func trimmed(_ text: Substring) -> Substring {
    text.drop { $0 == " " }.prefix { $0 != " " }
  }
}
