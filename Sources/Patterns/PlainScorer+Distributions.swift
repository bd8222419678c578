extension PlainScorer {
  /// Whether the distribution's classes lie as it says; those without a place are not looked at. It need not be one of
  /// the problem's.
  public func holds(_ distribution: Distribution, in solution: CourseSolution) -> Bool {
    judge(distribution, distribution.classes.compactMap { placed($0, solution.placements[$0]) }).violations == 0
  }

  func scoreDistribution(_ distribution: Distribution, _ placed: [Placed?], _ score: inout SolutionScore) {
    let (violations, penalty) = judge(distribution, distribution.classes.compactMap { placed[$0] })
    if distribution.isRequired {
      score.violations[.distribution(distribution.kind), default: 0] += violations
    } else {
      score.distribution += penalty
    }
  }

  private func judge(_ distribution: Distribution, _ classes: [Placed]) -> (violations: Int, penalty: Int) {
    switch distribution.kind {
    case .maxDays(let limit):
      let days = classes.reduce(UInt16(0)) { $0 | $1.pattern.days }.nonzeroBitCount
      let violations = max(0, days - limit)
      return (violations, distribution.penalty * violations)
    case .maxDayLoad, .maxBreaks, .maxBlock:
      let excess = totalExcess(distribution.kind, classes.map(\.pattern))
      return ((excess + problem.weeks - 1) / problem.weeks, distribution.penalty * excess / problem.weeks)
    default:
      let violations = pairs(classes).count { !holds(distribution.kind, $0, $1) }
      return (violations, distribution.penalty * violations)
    }
  }

  /// `one` stands before `two` in the distribution's list.
  private func holds(_ kind: Distribution.Kind, _ one: Placed, _ two: Placed) -> Bool {
    let (a, b) = (one.pattern, two.pattern)
    switch kind {
    case .sameStart: return a.start == b.start
    case .sameTime: return (a.start <= b.start && b.end <= a.end) || (b.start <= a.start && a.end <= b.end)
    case .differentTime: return a.end <= b.start || b.end <= a.start
    case .sameDays: return [a.days, b.days].contains(a.days | b.days)
    case .differentDays: return a.days & b.days == 0
    case .sameWeeks: return [a.weeks, b.weeks].contains(a.weeks | b.weeks)
    case .differentWeeks: return a.weeks & b.weeks == 0
    case .sameRoom: return one.room == two.room
    case .differentRoom: return one.room != two.room
    case .overlap: return a.overlaps(b)
    case .notOverlap: return !a.overlaps(b)
    case .sameAttendees: return !isTooFar(one, two)
    case .precedence:
      let first = [a.weeks.trailingZeroBitCount, a.days.trailingZeroBitCount, a.end]
      let second = [b.weeks.trailingZeroBitCount, b.days.trailingZeroBitCount, b.start]
      return first == second || first.lexicographicallyPrecedes(second)
    case .workDay(let slots): return !a.sharesDay(with: b) || max(a.end, b.end) - min(a.start, b.start) <= slots
    case .minGap(let slots): return !a.sharesDay(with: b) || a.end + slots <= b.start || b.end + slots <= a.start
    case .maxDays, .maxDayLoad, .maxBreaks, .maxBlock: preconditionFailure("\(kind) speaks of no pairs")
    }
  }

  /// Over all days of all weeks.
  private func totalExcess(_ kind: Distribution.Kind, _ patterns: [MeetingPattern]) -> Int {
    var total = 0
    for week in 0..<problem.weeks {
      for day in 0..<problem.days {
        let today = patterns.filter { $0.weeks >> UInt64(week) & 1 == 1 && $0.days >> UInt16(day) & 1 == 1 }
        total += excess(kind, today)
      }
    }
    return total
  }

  private func excess(_ kind: Distribution.Kind, _ today: [MeetingPattern]) -> Int {
    switch kind {
    case .maxDayLoad(let limit): return max(0, today.reduce(0) { $0 + $1.length } - limit)
    case .maxBreaks(let limit, let gap): return max(0, blocks(of: today, gap: gap).count - 1 - limit)
    case .maxBlock(let limit, let gap):
      return blocks(of: today, gap: gap).count { $0.classes > 1 && $0.end - $0.start > limit }
    default: preconditionFailure("\(kind) has no daily excess")
    }
  }

  private struct Block {
    var start: Int
    var end: Int
    var classes: Int
  }

  /// Classes with at most `gap` slots between them, joined.
  private func blocks(of today: [MeetingPattern], gap: Int) -> [Block] {
    var blocks: [Block] = []
    for pattern in today.sorted(by: { $0.start < $1.start }) {
      if let last = blocks.last, pattern.start <= last.end + gap {
        blocks[blocks.count - 1].end = max(last.end, pattern.end)
        blocks[blocks.count - 1].classes += 1
      } else {
        blocks.append(Block(start: pattern.start, end: pattern.end, classes: 1))
      }
    }
    return blocks
  }
}
