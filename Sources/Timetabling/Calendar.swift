/// Minutes since midnight on the wall clock, 0...1440.
public typealias MinuteOfDay = Int

/// A set of weeks of the term; bit 0 is the term's first week.
public struct WeekSet: Hashable, Sendable, Codable {
  public var mask: UInt64

  public init(mask: UInt64) { self.mask = mask }

  /// The first `count` weeks, 0...64.
  public static func first(_ count: Int) -> WeekSet {
    WeekSet(mask: count >= 64 ? .max : (1 << UInt64(max(0, count))) - 1)
  }

  /// Weeks 1, 3, 5 … of the first `count` weeks, counted from 1 as people do.
  public static func odd(_ count: Int) -> WeekSet {
    WeekSet(mask: 0x5555_5555_5555_5555 & first(count).mask)
  }

  /// Weeks 2, 4, 6 … of the first `count` weeks.
  public static func even(_ count: Int) -> WeekSet {
    WeekSet(mask: 0xAAAA_AAAA_AAAA_AAAA & first(count).mask)
  }

  public var count: Int { mask.nonzeroBitCount }
  public var isEmpty: Bool { mask == 0 }
  public func meets(_ other: WeekSet) -> Bool { mask & other.mask != 0 }
  public func contains(week index: Int) -> Bool { index < 64 && mask >> UInt64(index) & 1 == 1 }

  /// One character for each week, `1` where it is in the set: `1010`. Length: the highest week set.
  public init?(pattern: String) {
    guard pattern.count <= 64 else { return nil }
    var mask: UInt64 = 0
    for (index, character) in pattern.enumerated() {
      switch character {
      case "1": mask |= 1 << UInt64(index)
      case "0": continue
      default: return nil
      }
    }
    self.mask = mask
  }

  public var pattern: String { pattern(of: 0) }

  /// One character for each week of a term, so that a reader can tell that nothing was lost on the way.
  public func pattern(of weekCount: Int) -> String {
    String((0..<max(weekCount, 64 - mask.leadingZeroBitCount)).map { contains(week: $0) ? "1" : "0" })
  }

  /// Set in an encoder's `userInfo`, to the weeks of the term, patterns are written in their full length.
  public static let lengthKey = CodingUserInfoKey(rawValue: "horarium.weeks")

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let weeks = WeekSet(pattern: text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "'\(text)' is not a week pattern of at most 64 characters 0 and 1")
    }
    self = weeks
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    let length = Self.lengthKey.flatMap { encoder.userInfo[$0] as? Int }
    try container.encode(pattern(of: length ?? 0))
  }
}

/// A stretch of teaching weeks with its holidays. Dates are ISO 8601 (`2026-09-07`).
public struct Term: Hashable, Sendable, Codable {
  public var id: TermID
  public var name: String
  /// The Monday, or other first weekday, of the term's first week.
  public var firstDay: String
  /// 1...64 weeks.
  public var weekCount: Int
  /// IANA name, `Europe/Berlin`.
  public var timeZone: String
  public var holidays: [String]

  public init(
    id: TermID, name: String, firstDay: String, weekCount: Int, timeZone: String = "UTC", holidays: [String] = []
  ) {
    self.id = id
    self.name = name
    self.firstDay = firstDay
    self.weekCount = weekCount
    self.timeZone = timeZone
    self.holidays = holidays
  }

  public var allWeeks: WeekSet { .first(weekCount) }
}

/// One bell-to-bell stretch of a day.
public struct Period: Hashable, Sendable, Codable {
  public var start: MinuteOfDay
  public var end: MinuteOfDay
  /// False for a break that no lesson may cover.
  public var isTeaching: Bool
  /// `1st hour`, where the institution or the file that it comes from has a name for it.
  public var name: String?

  public init(start: MinuteOfDay, end: MinuteOfDay, isTeaching: Bool = true, name: String? = nil) {
    self.start = start
    self.end = end
    self.isTeaching = isTeaching
    self.name = name
  }

  public var minutes: Int { end - start }
}

public struct GridDay: Hashable, Sendable, Codable {
  public var name: String
  /// In order, disjoint.
  public var periods: [Period]

  public init(name: String, periods: [Period]) {
    self.name = name
    self.periods = periods
  }
}

/// The bell times of a week. A lesson starts where a period starts and covers whole periods, one
/// after the other, until its minutes of teaching are reached.
///
/// Several grids may live side by side (a school's lower and upper house): days have the same
/// index in all of them, and a clash is always on minutes of the wall clock, never on period numbers.
public struct TimeGrid: Hashable, Sendable, Codable {
  public var id: TimeGridID
  /// 1...32 days; the day with index 0 is the weekday of `Term.firstDay`.
  public var days: [GridDay]
  /// The longest pause between two periods that a lesson may run across, in minutes.
  public var longestBridgedPause: Int
  /// False where periods have an order and no times: their minutes, alike in length and without a pause, then stand for
  /// nothing else, and are shown to nobody. Such a grid is its problem's only one.
  public var hasClockTimes: Bool

  public init(id: TimeGridID, days: [GridDay], longestBridgedPause: Int = 20, hasClockTimes: Bool = true) {
    self.id = id
    self.days = days
    self.longestBridgedPause = longestBridgedPause
    self.hasClockTimes = hasClockTimes
  }

  private enum CodingKeys: CodingKey { case id, days, longestBridgedPause, hasClockTimes }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    id = try container.decode(TimeGridID.self, forKey: .id)
    days = try container.decode([GridDay].self, forKey: .days)
    longestBridgedPause = try container.decode(Int.self, forKey: .longestBridgedPause)
    hasClockTimes = try container.decodeIfPresent(Bool.self, forKey: .hasClockTimes) ?? true
  }

  /// What is usual is left out, so that a grid of before keeps its content hash.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(id, forKey: .id)
    try container.encode(days, forKey: .days)
    try container.encode(longestBridgedPause, forKey: .longestBridgedPause)
    if !hasClockTimes { try container.encode(false, forKey: .hasClockTimes) }
  }

  /// The end of a lesson of `duration` teaching minutes that starts with `period` of `day`,
  /// or nil where it does not fit: a break, a long pause or the day's end comes first.
  public func end(day: Int, period: Int, duration: Int) -> MinuteOfDay? {
    guard days.indices.contains(day), days[day].periods.indices.contains(period) else { return nil }
    let periods = days[day].periods
    var taught = 0
    var index = period
    while taught < duration {
      guard index < periods.count, periods[index].isTeaching else { return nil }
      if index > period, periods[index].start - periods[index - 1].end > longestBridgedPause { return nil }
      taught += periods[index].minutes
      index += 1
    }
    return index > period ? periods[index - 1].end : periods[period].start
  }

  /// Every (day, start, end) at which a lesson of `duration` teaching minutes can be held.
  public func placements(duration: Int) -> [TimeSpan] {
    days.indices.flatMap { day in
      days[day].periods.indices.compactMap { period in
        end(day: day, period: period, duration: duration).map {
          TimeSpan(day: day, start: days[day].periods[period].start, end: $0)
        }
      }
    }
  }
}

/// A stretch of one day of the week.
public struct TimeSpan: Hashable, Sendable, Codable {
  public var day: Int
  public var start: MinuteOfDay
  public var end: MinuteOfDay

  public init(day: Int, start: MinuteOfDay, end: MinuteOfDay) {
    self.day = day
    self.start = start
    self.end = end
  }

  public var minutes: Int { end - start }

  public func overlaps(_ other: TimeSpan) -> Bool {
    day == other.day && start < other.end && other.start < end
  }

  public func covers(_ other: TimeSpan) -> Bool {
    day == other.day && start <= other.start && other.end <= end
  }
}

extension TimeSpan: Comparable {
  public static func < (left: Self, right: Self) -> Bool {
    (left.day, left.start, left.end) < (right.day, right.start, right.end)
  }
}

/// What somebody or some place can and likes to do in one stretch of the week.
public struct Availability: Hashable, Sendable, Codable {
  public enum Grade: Hashable, Sendable {
    /// No lesson may touch the span.
    case blocked
    /// −3 (please not) … +3 (gladly); where nothing is said, the grade is 0.
    case wish(Int)
  }

  public var span: TimeSpan
  public var grade: Grade
  /// Nil: every week of the term.
  public var weeks: WeekSet?

  public init(span: TimeSpan, grade: Grade, weeks: WeekSet? = nil) {
    self.span = span
    self.grade = grade
    self.weeks = weeks
  }

  private enum CodingKeys: String, CodingKey { case day, start, end, grade, weeks }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    span = TimeSpan(
      day: try container.decode(Int.self, forKey: .day),
      start: try container.decode(Int.self, forKey: .start),
      end: try container.decode(Int.self, forKey: .end))
    weeks = try container.decodeIfPresent(WeekSet.self, forKey: .weeks)
    if let wish = try? container.decode(Int.self, forKey: .grade) {
      grade = .wish(wish)
    } else {
      let word = try container.decode(String.self, forKey: .grade)
      guard word == "blocked" else {
        throw DecodingError.dataCorruptedError(
          forKey: .grade, in: container, debugDescription: "'\(word)' is neither 'blocked' nor a wish from -3 to 3")
      }
      grade = .blocked
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(span.day, forKey: .day)
    try container.encode(span.start, forKey: .start)
    try container.encode(span.end, forKey: .end)
    try container.encodeIfPresent(weeks, forKey: .weeks)
    switch grade {
    case .blocked: try container.encode("blocked", forKey: .grade)
    case .wish(let wish): try container.encode(wish, forKey: .grade)
    }
  }
}
