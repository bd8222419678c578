/// Interval arguments: meetings that can be held only within one stretch of the week against the periods it has.
extension PigeonholeCount {
  /// A meeting with the periods, day by day, that some open time of it covers.
  struct Confined {
    let periods: [UInt64]
    let fewest: Int
    let rooms: Int

    static func meetings(of lesson: Int, open: [TimeSpan], _ index: ProblemIndex) -> [Confined] {
      let value = index.problem.lessons[lesson]
      return (0..<max(0, value.meetingsPerWeek)).compactMap { number in
        let pins = value.pins.filter { $0.meeting == number }
        let spans = open.filter { span in
          pins.allSatisfy { ($0.day ?? span.day) == span.day && ($0.start ?? span.start) == span.start }
        }
        guard let fewest = spans.map({ index.scale.mask(of: $0).nonzeroBitCount }).min() else { return nil }
        return Confined(
          periods: PigeonholeCount.periods(spans, index), fewest: fewest, rooms: max(1, value.roomNeed.count))
      }
    }
  }

  private static let mostWindows = 80

  /// Somebody's meetings within a window against the window's periods, in the worst window of the worst week.
  func crowdedTimes(
    _ lessons: [Int], code: String, subject: String, who: String, verb: String, repairs: [String]
  ) -> Precheck.Finding? {
    crowding(lessons, capacity: { window, _ in window.reduce(0) { $0 + $1.nonzeroBitCount } }) { worst in
      Precheck.Finding(
        code: code, subject: subject, needed: worst.needed, available: worst.available,
        message: "\(who.sentence) \(verb) \(Wording.count(worst.meetings, "meeting")) that can be held only within "
          + "\(describe(worst.window)), for \(Wording.count(worst.needed, "period")); there are \(worst.available).",
        repairs: repairs)
    }
  }

  /// The same for meetings that are bound to a set of rooms.
  func crowdedRooms(_ rooms: [Int], _ lessons: [Int]) -> Precheck.Finding? {
    crowding(
      lessons,
      capacity: { window, week in
        rooms.reduce(0) { $0 + openPeriods(of: $1, within: window, week: week) }
      }
    ) { worst in
      let words = index.describe(rooms: rooms, for: lessons)
      return Precheck.Finding(
        code: "rooms.crowded-times", subject: words, needed: worst.needed, available: worst.available,
        message:
          "\(Wording.count(worst.meetings, "meeting")) \(worst.meetings == 1 ? "needs" : "need") \(words) within "
          + "\(describe(worst.window)), for \(Wording.count(worst.needed, "period")); there "
          + "\(rooms.count == 1 ? "is" : "are") \(Wording.count(rooms.count, "such room")), open for "
          + "\(Wording.count(worst.available, "period")) in all.",
        repairs: [
          "Let some of these lessons be held at other times.", "Let some of them use other rooms.",
          "Add a room of this kind.",
        ])
    }
  }

  private struct Crowd {
    var window: [UInt64]
    var meetings: Int
    var needed: Int
    var available: Int
  }

  private func crowding(
    _ lessons: [Int], capacity: (_ window: [UInt64], _ week: Int) -> Int, report: (Crowd) -> Precheck.Finding
  ) -> Precheck.Finding? {
    guard countsByPeriods, lessons.count > 1 else { return nil }
    var worst: Crowd?
    for (week, held) in weeks(of: lessons) {
      let meetings = held.flatMap { confined[$0] }
      for window in windows(of: meetings) {
        let inside = meetings.filter { zip($0.periods, window).allSatisfy { $0 & ~$1 == 0 } }
        let needed = inside.reduce(0) { $0 + $1.fewest * $1.rooms }
        // Periods of the window that none of the meetings can use hold none.
        let usable = window.indices.map { day in inside.reduce(0) { $0 | $1.periods[day] } }
        let available = needed > 0 ? capacity(usable, week) : 0
        if needed > available, needed - available > (worst.map { $0.needed - $0.available } ?? 0) {
          worst = Crowd(window: usable, meetings: inside.count, needed: needed, available: available)
        }
      }
    }
    return worst.map(report)
  }

  /// What single meetings are confined to, and every run of whole days.
  private func windows(of meetings: [Confined]) -> [[UInt64]] {
    let days = index.scale.days.map { $0.isEmpty ? 0 : UInt64.max >> UInt64(64 - $0.count) }
    var seen: Set<[UInt64]> = []
    let own = meetings.map(\.periods).filter { seen.insert($0).inserted }
    var runs: [[UInt64]] = []
    for first in days.indices {
      for last in first..<days.count where last - first < 7 {
        runs.append(days.enumerated().map { (first...last).contains($0.offset) ? $0.element : 0 })
      }
    }
    return Array((runs + own.sorted { $0.lexicographicallyPrecedes($1) }).prefix(Self.mostWindows))
  }

  private func openPeriods(of room: Int, within window: [UInt64], week: Int) -> Int {
    let weeks = WeekSet(mask: 1 << UInt64(week))
    return window.enumerated().reduce(0) { sum, day in
      sum
        + index.scale.days[day.offset].enumerated().count { ordinal, period in
          let span = TimeSpan(day: day.offset, start: period.start, end: period.end)
          return day.element >> UInt64(ordinal) & 1 == 1 && !index.isBlocked(room: room, at: span, weeks: weeks)
        }
    }
  }

  /// `Monday 08:00–10:00 and Tuesday 08:00–09:00`.
  private func describe(_ window: [UInt64]) -> String {
    var spans: [TimeSpan] = []
    for (day, mask) in window.enumerated() {
      for (ordinal, period) in index.scale.days[day].enumerated() where mask >> UInt64(ordinal) & 1 == 1 {
        let isNext = ordinal > 0 && mask >> UInt64(ordinal - 1) & 1 == 1
        if isNext, let last = spans.last, last.day == day {
          spans[spans.count - 1].end = period.end
        } else {
          spans.append(TimeSpan(day: day, start: period.start, end: period.end))
        }
      }
    }
    return Wording.list(spans.map(wording.time), limit: 4)
  }
}
