import Timetabling

/// The week's periods as the rules count them: those of the first grid in which teaching happens and, of further
/// grids, those that overlap none already counted. Numbered from 0 on each day.
struct CountedPeriods {
  struct Stretch {
    let from: Int
    let to: Int
    /// Nothing but a short pause lies between the period before and this one.
    var continuesPrevious: Bool
  }

  private(set) var days: [[Stretch]] = []

  init(_ grids: [TimeGrid]) {
    guard let first = grids.first else { return }
    for day in 0..<(grids.map { $0.days.count }.max() ?? 0) {
      var stretches: [Stretch] = []
      for grid in grids where day < grid.days.count {
        let before = stretches
        for period in grid.days[day].periods where period.isTeaching && period.end > period.start {
          let isFree = before.allSatisfy { $0.to <= period.start || period.end <= $0.from }
          let isNew = stretches.allSatisfy { $0.to <= period.start || period.end <= $0.from }
          if isFree, isNew { stretches.append(Stretch(from: period.start, to: period.end, continuesPrevious: false)) }
        }
      }
      stretches.sort { $0.from < $1.from }
      for position in stretches.indices.dropFirst() {
        let (end, start) = (stretches[position - 1].to, stretches[position].from)
        let breaks = day < first.days.count ? first.days[day].periods.filter { !$0.isTeaching } : []
        stretches[position].continuesPrevious =
          start - end <= first.longestBridgedPause && !breaks.contains { $0.end > end && $0.start < start }
      }
      days.append(stretches)
    }
  }

  /// Numbers of the periods that the span touches, ascending.
  func numbers(_ span: TimeSpan) -> [Int] {
    guard span.day >= 0, span.day < days.count else { return [] }
    return days[span.day].indices.filter { number in
      max(days[span.day][number].from, span.start) < min(days[span.day][number].to, span.end)
    }
  }

  func isNext(_ later: TimeSpan, after earlier: TimeSpan) -> Bool {
    guard earlier.day == later.day, let last = numbers(earlier).last, let first = numbers(later).first else {
      return false
    }
    return last + 1 == first
  }
}
