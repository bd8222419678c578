/// The hard rules about one person's week, judged while some of the person's lessons have no place yet.
///
/// A gap, a late start or a missing period of a day is no violation as long as what is still missing can fill it: so
/// FET judges a partial week ("the total span should not exceed the total number of hours", its notes on the
/// algorithm). With nothing missing the limits are exactly those of the constraints.
struct PersonRules: BitwiseCopyable {
  /// Sums over the days of a week; see `measure`.
  typealias Sums = SIMD16<Int16>

  static let none: Int16 = 16_000

  private var gapsPerWeek = none
  private var gapsPerDay = none
  private var days = none
  private var lateStarts = none
  private var periods = none
  private var minimum: Int16 = 0
  /// The same of days without lessons, too.
  private var everyDay: Int16 = 0
  private var row = none
  private var span = none
  /// Of each lane from `firstTimesLane` on: the most days with a lesson in a set of periods.
  private var daysInTimes = SIMD8<Int16>(repeating: none)
  /// Whether some rule looks at a set of periods (`TimesRules`).
  let looksAtTimes: Bool

  /// Lanes that missing periods may still mend.
  static let mendable = Sums(1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
  static let dayLane = 6
  /// What no further lesson mends.
  static let brokenLane = 7
  static let firstTimesLane = 8

  /// What the sums may be once nothing is missing.
  var limits: Sums {
    Sums(lowHalf: SIMD8(0, gapsPerWeek, lateStarts, 0, gapsPerWeek, 0, days, 0), highHalf: daysInTimes)
  }
  var isEmpty: Bool {
    gapsPerWeek == Self.none && gapsPerDay == Self.none && days == Self.none && lateStarts == Self.none
      && periods == Self.none && minimum == 0 && everyDay == 0 && row == Self.none && span == Self.none && !looksAtTimes
  }

  /// The hard ones of a track's rules. Isolated periods are left to the search that follows.
  init(day: [Tracks.DayRule], week: [Tracks.WeekRule]) {
    let times = TimesRules(day: day, week: week)
    looksAtTimes = !times.isEmpty
    for (lane, rule) in times.week.enumerated() { daysInTimes[lane] = Int16(clamping: rule.limit) }
    for rule in day where rule.weight >= Scoring.hard && rule.set < 0 {
      let limit = Int16(clamping: rule.limit)
      switch rule.kind {
      case .gaps: gapsPerDay = min(gapsPerDay, limit)
      case .periods: periods = min(periods, limit)
      case .missing: minimum = max(minimum, limit)
      case .row: row = min(row, limit)
      case .span: span = min(span, limit)
      case .isolated: continue
      }
    }
    for rule in week where rule.weight >= Scoring.hard && (rule.set < 0 || rule.kind == .missing) {
      let limit = Int16(clamping: rule.limit)
      switch rule.kind {
      case .gaps: gapsPerWeek = min(gapsPerWeek, limit)
      case .days: days = min(days, limit)
      case .lateStarts: lateStarts = min(lateStarts, limit)
      case .missing: everyDay = max(everyDay, limit)
      }
    }
  }

  /// What a day adds: (0) periods missing to the minimum, (1) gaps, (2) a late start, (3) gaps above the day's limit,
  /// (4) the larger of 0 and 1, (5) the larger of 0 and 3, (6) a day with lessons, (7) what no further lesson mends.
  /// Lanes from 8 on are those of `TimesRules`. Where no day may start late, the periods before the first lesson are gaps too.
  @inline(__always) func measure(_ mask: UInt64, blocked: UInt64, joined: UInt64, hasPeriods: Bool) -> Sums {
    if mask == 0 {
      let short = hasPeriods ? everyDay : 0
      return Sums(lowHalf: SIMD8(short, 0, 0, 0, short, short, 0, 0), highHalf: SIMD8(repeating: 0))
    }
    let count = Int16(truncatingIfNeeded: mask.nonzeroBitCount)
    let before = ~blocked & ((mask & (0 &- mask)) &- 1)
    let isLate: Int16 = before == 0 ? 0 : 1
    var gaps = Int16(truncatingIfNeeded: Tracks.gaps(mask, blocked: blocked))
    if lateStarts == 0 { gaps &+= Int16(truncatingIfNeeded: before.nonzeroBitCount) }
    let short = max(0, max(minimum, everyDay) &- count)
    let above = max(0, gaps &- gapsPerDay)
    var broken = max(0, count &- periods)
    if span < Self.none {
      broken &+= max(0, Int16(truncatingIfNeeded: 64 &- mask.leadingZeroBitCount &- mask.trailingZeroBitCount) &- span)
    }
    if row < Self.none {
      broken &+= Int16(truncatingIfNeeded: Tracks.rowExcess(mask, joined: joined, limit: Int(row)))
    }
    // Gaps that must be filled need room under the day's limit.
    if periods < Self.none { broken &+= max(0, min(count, periods) &+ gaps &- min(gapsPerDay, gapsPerWeek) &- periods) }
    return Sums(
      lowHalf: SIMD8(short, gaps, isLate, above, max(short, gaps), max(short, above), 1, broken),
      highHalf: SIMD8(repeating: 0))
  }

  /// By how much the sums break the rules with `missing` periods still to come, lane by lane.
  @inline(__always) func excess(_ sums: Sums, missing: Int) -> Sums {
    // A week without lessons breaks nothing.
    if sums[Self.dayLane] == 0 { return Sums(repeating: 0) }
    let mended = Self.mendable &* Int16(clamping: missing)
    let over = sums &- limits &- mended
    return over.replacing(with: 0, where: over .< 0)
  }
}

/// The hard rules of one person that look at sets of periods alone: hours in the interval of a day, days with a lesson in
/// it. The ninth and further ones about days are left to the search that follows.
struct TimesRules {
  let day: [Tracks.DayRule]
  /// In the order of their lanes.
  let week: [Tracks.WeekRule]
  var isEmpty: Bool { day.isEmpty && week.isEmpty }

  init(day: [Tracks.DayRule], week: [Tracks.WeekRule]) {
    self.day = day.filter { $0.set >= 0 && $0.weight >= Scoring.hard }
    self.week = Array(week.filter { $0.kind == .days && $0.set >= 0 && $0.weight >= Scoring.hard }.prefix(8))
  }
}
