/// Constraints about a set of lessons.
extension PlainEvaluator {
  typealias Meeting = PlacedMeetings.Meeting

  func lessonViolations(of constraint: Constraint, set: [Int], in placed: PlacedMeetings) -> Int {
    let meetings = set.flatMap { placed.ofLesson[$0] }
    let firsts = set.compactMap(placed.first)
    let scale = index.scale

    switch constraint.kind {
    case .lessonsMinDaysBetween:
      return missingDays(constraint, meetings)
    case .lessonsMaxDaysBetween:
      return meetings.pairs().reduce(0) {
        $0 + max(0, abs($1.0.span.day - $1.1.span.day) - constraint.parameter("days"))
      }
    case .lessonsAllowedTimes:
      return meetings.count { meeting in !constraint.times.contains { $0.covers(meeting.span) } }
    case .lessonsAllowedStarts:
      return meetings.count { meeting in
        !constraint.times.contains { $0.day == meeting.span.day && $0.start == meeting.span.start }
      }
    case .lessonsAllowedRooms:
      let allowed = Set(constraint.rooms.compactMap { index.roomIndex[$0] })
      return meetings.count { !$0.rooms.isEmpty && allowed.isDisjoint(with: $0.rooms) }
    case .lessonsSameStart:
      return firsts.pairs().count { $0.span.day != $1.span.day || $0.span.start != $1.span.start }
    case .lessonsSameStartOfDay:
      return firsts.pairs().count { $0.span.start != $1.span.start }
    case .lessonsSameDay:
      return firsts.pairs().count { $0.span.day != $1.span.day }
    case .lessonsDifferentDays:
      return meetings.pairs().count { $0.span.day == $1.span.day }
    case .lessonsNotOverlapping:
      return meetings.pairs().count { $0.overlaps($1) }
    case .lessonsMinGap:
      return meetings.pairs().count { isGapShort($0, $1, periods: constraint.parameter("periods")) }
    case .lessonsConsecutive:
      return nextPairs(set, placed).count { !scale.follows($1.span, after: $0.span) }
    case .lessonsGrouped:
      guard firsts.count == set.count else { return 0 }
      let inOrder = firsts.sorted { $0.span < $1.span }
      return zip(inOrder, inOrder.dropFirst()).allSatisfy { scale.follows($1.span, after: $0.span) } ? 0 : 1
    case .lessonsOrdered:
      let onOneDay = constraint.parameter("sameDay") == 1
      return nextPairs(set, placed).count {
        ($1.span.day, $1.span.start) < ($0.span.day, $0.span.end) && (!onOneDay || $0.span.day == $1.span.day)
      }
    case .lessonsSameRoom:
      return firsts.pairs().count(where: areInOtherRooms)
    case .lessonsEndDay:
      return meetings.count { isFollowedThatDay($0, placed) }
    case .lessonsMaxSimultaneous:
      return constraint.times.reduce(0) {
        $0 + max(0, peak(in: $1, of: meetings, placed) - constraint.parameter("max"))
      }
    case .courseMinWorkingDays:
      return set.reduce(0) { sum, lesson in
        let days = Set(placed.ofLesson[lesson].map(\.span.day)).count
        return sum + (days == 0 ? 0 : max(0, constraint.parameter("days") - days))
      }
    case .courseRoomStability:
      return set.reduce(0) { $0 + surplusRooms($1, placed) }
    case .roomCapacity:
      return meetings.reduce(0) { sum, meeting in
        let seats = index.lessons[meeting.lesson].seatsPerRoom
        return sum + meeting.rooms.reduce(0) { $0 + max(0, seats - index.problem.rooms[$1].capacity) }
      }
    case .studentClash:
      let selected = Set(set)
      return sharedStudents(placed) { selected.contains($0) || selected.contains($1) }
    case .teacherMaxGapsPerWeek, .teacherMaxGapsPerDay, .teacherMaxDaysPerWeek, .teacherMaxPeriodsPerDay,
      .teacherMinPeriodsPerDay, .teacherMaxPeriodsInRow, .teacherMaxSpanPerDay, .teacherMaxPeriodsPerDayInTimes,
      .teacherMaxDaysPerWeekInTimes, .groupMaxGapsPerWeek, .groupMaxGapsPerDay, .groupMaxDaysPerWeek,
      .groupMaxPeriodsPerDay, .groupMinPeriodsPerDay, .groupMaxPeriodsInRow, .groupMaxSpanPerDay,
      .groupMaxPeriodsPerDayInTimes, .groupMaxDaysPerWeekInTimes, .groupMaxLateStarts, .groupIsolatedPeriods:
      preconditionFailure("\(constraint.kind.rawValue) speaks of people, not of lessons")
    }
  }

  /// The first meetings of each lesson and the next in order, where both are placed.
  private func nextPairs(_ set: [Int], _ placed: PlacedMeetings) -> [(Meeting, Meeting)] {
    zip(set, set.dropFirst()).compactMap { previous, next in
      guard let earlier = placed.first(of: previous), let later = placed.first(of: next) else { return nil }
      return (earlier, later)
    }
  }

  private func missingDays(_ constraint: Constraint, _ meetings: [Meeting]) -> Int {
    let days = constraint.parameter("days")
    let mayFollow = constraint.parameter("consecutive") == 1
    return meetings.pairs().reduce(0) { sum, pair in
      let (one, other) = (pair.0.span, pair.1.span)
      if mayFollow, index.scale.follows(one, after: other) || index.scale.follows(other, after: one) { return sum }
      return sum + max(0, days - abs(one.day - other.day))
    }
  }

  private func isGapShort(_ one: Meeting, _ other: Meeting, periods: Int) -> Bool {
    guard one.span.day == other.span.day, one.weeks.meets(other.weeks) else { return false }
    let (earlier, later) = one.span.start <= other.span.start ? (one, other) : (other, one)
    guard let last = index.scale.lastOrdinal(of: earlier.span), let first = index.scale.firstOrdinal(of: later.span)
    else { return earlier.span.overlaps(later.span) }
    return first - last - 1 < periods
  }

  func areInOtherRooms(_ one: Meeting, _ other: Meeting) -> Bool {
    !one.rooms.isEmpty && !other.rooms.isEmpty && Set(one.rooms).isDisjoint(with: other.rooms)
  }

  private func isFollowedThatDay(_ meeting: Meeting, _ placed: PlacedMeetings) -> Bool {
    index.lessons[meeting.lesson].leafGroups.contains { group in
      placed.ofGroup(group).contains {
        $0.span.day == meeting.span.day && $0.span.start >= meeting.span.end && $0.weeks.meets(meeting.weeks)
      }
    }
  }

  /// The most meetings that cover one period touched by the span, in the worst week.
  private func peak(in span: TimeSpan, of meetings: [Meeting], _ placed: PlacedMeetings) -> Int {
    let touched = index.scale.mask(of: span)
    let near = meetings.filter { $0.span.overlaps(span) }
    let weeks = placed.weeks(of: near)
    return (0..<64).filter { touched >> UInt64($0) & 1 == 1 }.map { ordinal in
      weeks.map { $0.count { $0.mask >> UInt64(ordinal) & 1 == 1 } }.max() ?? 0
    }.max() ?? 0
  }

  /// Rooms that a lesson's meetings use beyond the number that one meeting needs.
  func surplusRooms(_ lesson: Int, _ placed: PlacedMeetings) -> Int {
    max(0, Set(placed.ofLesson[lesson].flatMap(\.rooms)).count - index.problem.lessons[lesson].roomNeed.count)
  }

  /// Named students of both, for each pair of overlapping meetings of two lessons that `counts` accepts.
  func sharedStudents(_ placed: PlacedMeetings, where counts: (Int, Int) -> Bool) -> Int {
    index.studentLessons.reduce(0) { sum, lessons in
      sum
        + lessons.pairs().reduce(0) { sum, pair in
          guard counts(pair.0, pair.1) else { return sum }
          return sum
            + placed.ofLesson[pair.0].reduce(0) { sum, one in
              sum + placed.ofLesson[pair.1].count { one.overlaps($0) }
            }
        }
    }
  }
}
