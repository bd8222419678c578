import Timetabling

/// The rows of a hard constraint. All kinds that speak of times are held exactly.
struct ConstraintRows {
  let times: MeetingTimes
  let constraint: Constraint
  var index: ProblemIndex { times.index }

  init(_ times: MeetingTimes, _ constraint: Constraint) {
    self.times = times
    self.constraint = constraint
  }

  /// Kinds about rooms are kept by the room kinds, or not at all.
  static func canHold(_ constraint: Constraint) -> Bool {
    guard constraint.enforcement == .hard else { return false }
    switch constraint.kind {
    case .roomCapacity, .studentClash, .lessonsSameRoom, .courseRoomStability: return false
    default: return true
    }
  }

  func add(to rows: inout RuleRows) {
    let kind = constraint.kind
    if kind.subject != .lessons { return PersonRows(self).add(to: &rows) }
    let set = index.lessons(of: constraint.selector)
    let meetings = times.meetings(of: set)
    let firsts = set.compactMap { times.ofLesson[$0].first }
    let scale = index.scale
    switch kind {
    case .lessonsAllowedTimes:
      for meeting in meetings {
        rows.forbid(times.literals(meeting) { span in !constraint.times.contains { $0.covers(span) } })
      }
    case .lessonsAllowedStarts:
      for meeting in meetings {
        rows.forbid(
          times.literals(meeting) { span in
            !constraint.times.contains { $0.day == span.day && $0.start == span.start }
          })
      }
    // Narrows the choice of rooms (`RoomChoice`).
    case .lessonsAllowedRooms: break
    case .lessonsSameStart: chain(firsts, &rows) { $0.day != $1.day || $0.start != $1.start }
    case .lessonsSameStartOfDay: chain(firsts, &rows) { $0.start != $1.start }
    case .lessonsSameDay: chain(firsts, &rows) { $0.day != $1.day }
    case .lessonsDifferentDays: oneWithin(1, meetings, &rows)
    case .lessonsNotOverlapping: times.covering(meetings, in: &rows) { _, _ in 1 }
    case .lessonsConsecutive: chain(firsts, &rows) { !scale.follows($1, after: $0) }
    case .lessonsOrdered:
      let onOneDay = constraint.parameter("sameDay") == 1
      chain(firsts, &rows) { ($1.day, $1.start) < ($0.day, $0.end) && (!onOneDay || $0.day == $1.day) }
    case .lessonsMinDaysBetween: minDaysBetween(meetings, &rows)
    case .lessonsMaxDaysBetween:
      pairs(meetings, &rows, weeksMatter: false) { abs($0.day - $1.day) > constraint.parameter("days") }
    case .lessonsMinGap:
      pairs(meetings, &rows, weeksMatter: true) { isGapShort($0, $1) }
    case .lessonsGrouped: grouped(firsts, &rows)
    case .lessonsEndDay: endDay(set, &rows)
    case .lessonsMaxSimultaneous: maxSimultaneous(meetings, &rows)
    case .courseMinWorkingDays:
      // One meeting alone is on too few days.
      rows.needsOthers = true
      for lesson in set { minWorkingDays(Array(times.ofLesson[lesson]), &rows) }
    default: break
    }
  }

  // MARK: Pairs

  private func chain(_ meetings: [Int], _ rows: inout RuleRows, excludes: (TimeSpan, TimeSpan) -> Bool) {
    for (one, other) in zip(meetings, meetings.dropFirst()) { exclude(one, other, &rows, excludes) }
  }

  private func pairs(
    _ meetings: [Int], _ rows: inout RuleRows, weeksMatter: Bool, excludes: (TimeSpan, TimeSpan) -> Bool
  ) {
    for (position, one) in meetings.enumerated() {
      for other in meetings[(position + 1)...]
      where !weeksMatter || times.weekSet(one).meets(times.weekSet(other)) {
        exclude(one, other, &rows, excludes)
      }
    }
  }

  private func exclude(_ one: Int, _ other: Int, _ rows: inout RuleRows, _ excludes: (TimeSpan, TimeSpan) -> Bool) {
    let (left, right) = (times.spans(one), times.spans(other))
    rows.exclude(one, other, times) { excludes(left[$0], right[$1]) }
  }

  private func isGapShort(_ one: TimeSpan, _ other: TimeSpan) -> Bool {
    guard one.day == other.day else { return false }
    let (earlier, later) = one.start <= other.start ? (one, other) : (other, one)
    guard let last = index.scale.lastOrdinal(of: earlier), let first = index.scale.firstOrdinal(of: later) else {
      return earlier.overlaps(later)
    }
    return first - last - 1 < constraint.parameter("periods")
  }

  private func minDaysBetween(_ meetings: [Int], _ rows: inout RuleRows) {
    let days = constraint.parameter("days")
    guard constraint.parameter("consecutive") == 1 else { return oneWithin(days, meetings, &rows) }
    pairs(meetings, &rows, weeksMatter: false) { one, other in
      let follows = index.scale.follows(one, after: other) || index.scale.follows(other, after: one)
      return !follows && abs(one.day - other.day) < days
    }
  }

  /// At most one of the meetings within any `days` days on end.
  private func oneWithin(_ days: Int, _ meetings: [Int], _ rows: inout RuleRows) {
    for first in 0...max(0, index.scale.days.count - days) {
      rows.atMost(1, meetings.flatMap { times.literals($0) { (first..<(first + days)).contains($0.day) } })
    }
  }

  // MARK: Sets

  /// One literal for each way in which the two or three may follow one another, and one for "some are left out".
  private func grouped(_ firsts: [Int], _ rows: inout RuleRows) {
    let orders: [[Int]] =
      switch firsts.count {
      case 2: [[0, 1], [1, 0]]
      case 3: [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]
      default: []
      }
    guard !orders.isEmpty else { return }
    let spans = firsts.map(times.spans)
    var ways: [[Int]] = []
    for order in orders {
      var open = spans[order[0]].indices.map { [$0] }
      for (previous, next) in zip(order, order.dropFirst()) {
        open = open.flatMap { way in
          spans[next].indices.filter {
            index.scale.follows(spans[next][$0], after: spans[previous][way[way.count - 1]])
          }
          .map { way + [$0] }
        }
      }
      ways += open.map { way in
        var byMeeting = [Int](repeating: 0, count: firsts.count)
        for (meeting, option) in zip(order, way) { byMeeting[meeting] = option }
        return byMeeting
      }
    }
    let literals = rows.choice(ways.count + 1)
    let incomplete = literals[ways.count]
    for (position, first) in firsts.enumerated() {
      let meeting = times.meetings[first]
      for option in 0..<meeting.optionCount {
        let here = ways.indices.filter { ways[$0][position] == option }.map { literals[$0] }
        let elsewhere = (0..<meeting.optionCount).filter { $0 != option }.map(meeting.literal) + [meeting.leftOut]
        if !here.isEmpty { rows.atMost(1, here + elsewhere) }
      }
    }
    rows.atMost(firsts.count, firsts.flatMap { times.meetings[$0].held } + [incomplete])
  }

  private func endDay(_ set: [Int], _ rows: inout RuleRows) {
    for lesson in set {
      let near = Set(index.lessons[lesson].leafGroups.flatMap { index.groupLessons[$0] }).sorted()
        .filter { index.lessons[$0].weeks.meets(index.lessons[lesson].weeks) }
      for meeting in times.ofLesson[lesson] {
        for other in times.meetings(of: near) where other != meeting {
          exclude(meeting, other, &rows) { $0.day == $1.day && $1.start >= $0.end }
        }
      }
    }
  }

  private func maxSimultaneous(_ meetings: [Int], _ rows: inout RuleRows) {
    for span in constraint.times {
      let touched = index.scale.mask(of: span)
      for week in times.weeks {
        let held = meetings.filter { times.weekSet($0).meets(week) }
        for ordinal in 0..<64 where touched >> UInt64(ordinal) & 1 == 1 {
          rows.atMost(
            constraint.parameter("max"),
            held.flatMap { meeting in
              times.literals(meeting) {
                $0.overlaps(span) && index.scale.mask(of: $0) >> UInt64(ordinal) & 1 == 1
              }
            })
        }
      }
    }
  }

  /// Of the days at most so many have no meeting. A lesson left out altogether counts nothing.
  private func minWorkingDays(_ meetings: [Int], _ rows: inout RuleRows) {
    let days = index.scale.days.indices
    let needed = constraint.parameter("days")
    guard needed > 1, !meetings.isEmpty else { return }
    var idle: [Int32] = []
    for day in days {
      let holder = rows.choice(meetings.count + 1)
      for (meeting, literal) in zip(meetings, holder) {
        rows.atMost(1, [literal] + times.literals(meeting) { $0.day != day } + [times.meetings[meeting].leftOut])
      }
      idle.append(holder[meetings.count])
    }
    // While anything is held, `needed` further literals hold as well.
    for _ in 0..<needed {
      let used = rows.truth()
      for meeting in meetings { rows.atMost(1, times.meetings[meeting].held + [used.no]) }
      idle.append(used.yes)
    }
    rows.atMost(days.count, idle)
  }
}
