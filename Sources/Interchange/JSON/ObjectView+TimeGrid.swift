import Timetabling

/// A time grid: `{"id": "main", "days": ["Mon", "Tue"], "periods": ["08:00-08:45", "08:45-09:00 break"]}`,
/// or with periods of its own for each day.
extension ObjectView {
  mutating func timeGrid() -> TimeGrid {
    let id: TimeGridID = identifierIfPresent("id") ?? "main"
    let shared = periods()
    let days = elements("days") { reading, node -> GridDay? in
      reading.text.kind(node) == .string
        ? reading.name(node, "days").map { GridDay(name: $0, periods: shared) }
        : reading.object(node, "day") { $0.day(shared) }
    }
    let pause = integer("longestBridgedPause", 0...1440)
    let hasClockTimes = boolean("hasClockTimes") ?? true
    return pause.map { TimeGrid(id: id, days: days, longestBridgedPause: $0, hasClockTimes: hasClockTimes) }
      ?? TimeGrid(id: id, days: days, hasClockTimes: hasClockTimes)
  }

  mutating func day(_ shared: [Period]) -> GridDay {
    let hasOwn = value("periods") != nil
    return GridDay(name: requiredText("name", longest: 200), periods: hasOwn ? periods() : shared)
  }

  private mutating func periods() -> [Period] {
    elements("periods") { reading, node in
      reading.text.kind(node) == .string ? reading.period(node) : reading.object(node, "period") { $0.period() }
    }
  }

  mutating func period() -> Period {
    Period(
      start: requiredTime("start"), end: requiredTime("end"), isTeaching: boolean("isTeaching") ?? true,
      name: text("name", longest: 200))
  }
}

extension JSONReading {
  fileprivate func period(_ node: Int) -> Period? {
    let words = text.string(node)
    if let period = Period(words: words) { return period }
    report(
      node, "json.value",
      "\(describe(node)) is not a period.\nMaybe write 08:00-08:45, or 08:45-09:00 break for a pause.")
    return nil
  }
}

extension Period {
  /// `08:00-08:45`, or with ` break` behind it.
  init?(words: String) {
    let isBreak = words.hasSuffix(" break")
    guard let span = WallClock.span(isBreak ? String(words.dropLast(6)) : words) else { return nil }
    self.init(start: span.start, end: span.end, isTeaching: !isBreak)
  }

  var words: String { "\(WallClock.text(start))-\(WallClock.text(end))" + (isTeaching ? "" : " break") }
}
