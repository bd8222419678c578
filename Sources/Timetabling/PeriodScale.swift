/// The periods by which everything is counted: gaps, days, loads, peaks.
///
/// With one time grid these are its teaching periods. Of every further grid those are added that overlap none
/// already taken, so that each lesson covers at least one period, whatever its grid. A period is known by its
/// *ordinal* in `days[day]`; a day holds at most 64.
public struct PeriodScale: Hashable, Sendable {
  public let days: [[Period]]
  /// For each day: bit i is set when periods i and i + 1 are joined, that is, when no break of the first grid lies
  /// between them and the pause is no longer than the first grid lets a lesson bridge.
  public let joined: [UInt64]

  public init(_ grids: [TimeGrid]) {
    let dayCount = grids.map(\.days.count).max() ?? 0
    var days = [[Period]](repeating: [], count: dayCount)
    for grid in grids {
      for (day, gridDay) in grid.days.enumerated() {
        let taken = days[day]
        for period in gridDay.periods where period.isTeaching && period.start < period.end {
          if !taken.contains(where: { $0.start < period.end && period.start < $0.end }) { days[day].append(period) }
        }
      }
    }
    self.days = days.map { Array($0.sorted { ($0.start, $0.end) < ($1.start, $1.end) }.prefix(64)) }
    let longestPause = grids.first?.longestBridgedPause ?? 0
    joined = self.days.enumerated().map { day, periods in
      let first = grids.first.map { day < $0.days.count ? $0.days[day].periods : [] } ?? []
      let breaks = first.filter { !$0.isTeaching }
      return zip(periods, periods.dropFirst()).enumerated().reduce(into: 0) { mask, pair in
        let (earlier, later) = pair.element
        let hasBreak = breaks.contains { $0.start < later.start && earlier.end < $0.end }
        if !hasBreak, later.start - earlier.end <= longestPause { mask |= 1 << UInt64(pair.offset) }
      }
    }
  }

  /// The ordinals of the periods that the span overlaps, as bits; 0 for an unknown day.
  public func mask(of span: TimeSpan) -> UInt64 {
    guard days.indices.contains(span.day) else { return 0 }
    var mask: UInt64 = 0
    for (ordinal, period) in days[span.day].enumerated() where period.start < span.end && span.start < period.end {
      mask |= 1 << UInt64(ordinal)
    }
    return mask
  }

  /// Of each day the periods that one of the spans overlaps.
  public func masks(of spans: [TimeSpan]) -> [UInt64] {
    spans.reduce(into: [UInt64](repeating: 0, count: days.count)) { masks, span in
      if days.indices.contains(span.day) { masks[span.day] |= mask(of: span) }
    }
  }

  /// Whether `later` begins, on the same day, with the period right after the last one of `earlier`.
  public func follows(_ later: TimeSpan, after earlier: TimeSpan) -> Bool {
    guard later.day == earlier.day, let last = lastOrdinal(of: earlier), let first = firstOrdinal(of: later) else {
      return false
    }
    return first == last + 1
  }

  /// Whether one of the two follows the other with no break or long pause between.
  public func areBackToBack(_ one: TimeSpan, _ other: TimeSpan) -> Bool {
    let (earlier, later) = one.start <= other.start ? (one, other) : (other, one)
    guard follows(later, after: earlier), let last = lastOrdinal(of: earlier) else { return false }
    return joined[earlier.day] >> UInt64(last) & 1 == 1
  }

  public func firstOrdinal(of span: TimeSpan) -> Int? {
    let mask = mask(of: span)
    return mask == 0 ? nil : mask.trailingZeroBitCount
  }

  public func lastOrdinal(of span: TimeSpan) -> Int? {
    let mask = mask(of: span)
    return mask == 0 ? nil : 63 - mask.leadingZeroBitCount
  }
}
