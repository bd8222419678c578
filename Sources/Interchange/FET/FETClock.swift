import Timetabling

/// FET's days and hours.
///
/// Hours have names and no times. Where each name is a time, `08:00`, or a stretch, `08:00-08:50`, those are the times;
/// a time alone lasts as long as the least time from one to the next. Else the hours are only known by name and order, and
/// minutes that are shown to nobody stand for them (`TimeGrid.hasClockTimes`).
struct FETClock {
  let days: [String]
  let hours: [String]
  /// The minutes are those of a clock.
  let hasTimes: Bool
  private let spans: [(start: MinuteOfDay, end: MinuteOfDay)]
  private let dayIndex: [String: Int]
  private let hourIndex: [String: Int]

  /// - Parameter durations: how many hours activities take; clock times that these cannot be expressed with are left
  init(days: [String], hours: [String], durations: Set<Int> = []) {
    self.days = days
    self.hours = hours
    dayIndex = Dictionary(days.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    hourIndex = Dictionary(hours.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    if let times = Self.times(hours), durations.allSatisfy({ Self.areAlike(times, $0) }) {
      (hasTimes, spans) = (true, times)
    } else {
      let minutes = hours.count <= 24 ? 60 : max(1, 1440 / max(1, hours.count))
      let first = hours.count <= 16 ? 480 : 0
      (hasTimes, spans) = (false, hours.indices.map { (first + $0 * minutes, first + ($0 + 1) * minutes) })
    }
  }

  func day(_ name: String) -> Int? { dayIndex[name] }
  func hour(_ name: String) -> Int? { hourIndex[name] }
  func start(_ hour: Int) -> MinuteOfDay { spans[hour].start }

  /// What a lesson must take so that it covers so many hours wherever it begins.
  func minutes(of hours: Int) -> Int {
    Self.sums(spans, hours).min() ?? hours * (spans.map { $0.end - $0.start }.max() ?? 60)
  }

  func slot(day: String?, hour: String?) -> FETSlot? {
    guard let day = day.flatMap(self.day), let hour = hour.flatMap(self.hour) else { return nil }
    return FETSlot(day: day, hour: hour)
  }

  /// One span for each slot, or, merged, for each run of slots.
  func spans(_ slots: some Collection<FETSlot>, merged: Bool) -> [TimeSpan] {
    var found: [TimeSpan] = []
    var last: FETSlot?
    for slot in slots.sorted() where slot != last {
      let span = TimeSpan(day: slot.day, start: spans[slot.hour].start, end: spans[slot.hour].end)
      if merged, let last, last.day == slot.day, last.hour + 1 == slot.hour {
        found[found.count - 1].end = span.end
      } else {
        found.append(span)
      }
      last = slot
    }
    return found
  }

  /// An activity of several hours runs across whatever lies between them, except breaks.
  func grid(breaks: Set<FETSlot>) -> TimeGrid {
    let pauses = zip(spans, spans.dropFirst()).map { $1.start - $0.end }
    return TimeGrid(
      id: "main",
      days: days.enumerated().map { day, name in
        GridDay(
          name: name,
          periods: hours.indices.map { hour in
            Period(
              start: spans[hour].start, end: spans[hour].end,
              isTeaching: !breaks.contains(FETSlot(day: day, hour: hour)), name: hours[hour])
          })
      }, longestBridgedPause: pauses.max() ?? 0, hasClockTimes: hasTimes)
  }

  // MARK: Names that are times

  private static func times(_ names: [String]) -> [(start: MinuteOfDay, end: MinuteOfDay)]? {
    let words = names.map { CSVList.trimmed($0[...]) }
    var spans = words.compactMap(WallClock.span)
    if spans.isEmpty {
      let starts = words.compactMap { WallClock.minutes($0) }
      guard starts.count == names.count, let length = zip(starts, starts.dropFirst()).map({ $1 - $0 }).min(), length > 0
      else { return nil }
      spans = starts.map { ($0, min($0 + length, 1440)) }
    }
    let isInOrder = zip(spans, spans.dropFirst()).allSatisfy { $0.end <= $1.start }
    return spans.count == names.count && isInOrder && spans.allSatisfy { $0.start < $0.end } ? spans : nil
  }

  /// Whether so many hours can be told from fewer by their minutes, wherever they begin: a lesson has one duration.
  private static func areAlike(_ spans: [(start: MinuteOfDay, end: MinuteOfDay)], _ hours: Int) -> Bool {
    guard let least = sums(spans, hours).min(), hours > 1 else { return true }
    return (sums(spans, hours - 1).max() ?? 0) < least
  }

  private static func sums(_ spans: [(start: MinuteOfDay, end: MinuteOfDay)], _ hours: Int) -> [Int] {
    guard (1...max(1, spans.count)).contains(hours), hours <= spans.count else { return [] }
    return (0...(spans.count - hours)).map { first in
      spans[first..<(first + hours)].reduce(0) { $0 + $1.end - $1.start }
    }
  }
}
