import Timetabling

/// Times of day as people write them: `08:05`, `8:05`, `24:00`.
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
