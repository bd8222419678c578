/// Constraints about the weeks of teachers and class groups.
extension PlainEvaluator {
  /// The sum over people of the violations in each one's worst week.
  func personViolations(
    of constraint: Constraint, each people: [[PlacedMeetings.Meeting]], in placed: PlacedMeetings
  ) -> Int {
    people.reduce(0) { sum, meetings in
      sum + (placed.weeks(of: meetings).map { weekViolations(of: constraint, in: placed.busyPeriods($0)) }.max() ?? 0)
    }
  }

  /// Violations in one week of one person, given by the busy periods of each day.
  private func weekViolations(of constraint: Constraint, in masks: [UInt64]) -> Int {
    let days = masks.map(BusyDay.init)
    let busy = days.filter { !$0.isFree }
    let max = constraint.parameter("max")
    func excess(_ value: Int) -> Int { Swift.max(0, value - max) }
    func sum(_ measure: (BusyDay) -> Int) -> Int { busy.reduce(0) { $0 + measure($1) } }

    switch constraint.kind {
    case .teacherMaxGapsPerWeek, .groupMaxGapsPerWeek: return excess(sum(\.gaps))
    case .teacherMaxGapsPerDay, .groupMaxGapsPerDay: return sum { excess($0.gaps) }
    case .teacherMaxDaysPerWeek, .groupMaxDaysPerWeek: return excess(busy.count)
    case .teacherMaxPeriodsPerDay, .groupMaxPeriodsPerDay: return sum { excess($0.periods) }
    case .teacherMinPeriodsPerDay, .groupMinPeriodsPerDay:
      return sum { Swift.max(0, constraint.parameter("min") - $0.periods) }
    case .teacherMaxPeriodsInRow, .groupMaxPeriodsInRow:
      return zip(days, index.scale.joined).reduce(0) { total, day in
        total + day.0.runs(joined: day.1).reduce(0) { $0 + excess($1) }
      }
    case .teacherMaxSpanPerDay, .groupMaxSpanPerDay: return sum { excess($0.span) }
    case .groupMaxLateStarts: return excess(busy.count { !$0.startsEarly })
    case .groupIsolatedPeriods: return sum(\.isolated)
    case .lessonsMinDaysBetween, .lessonsAllowedTimes, .lessonsAllowedStarts, .lessonsAllowedRooms, .lessonsSameStart,
      .lessonsSameStartOfDay, .lessonsSameDay, .lessonsDifferentDays, .lessonsNotOverlapping, .lessonsMinGap,
      .lessonsConsecutive, .lessonsGrouped, .lessonsOrdered, .lessonsSameRoom, .lessonsEndDay, .lessonsMaxSimultaneous,
      .courseMinWorkingDays, .courseRoomStability, .roomCapacity, .studentClash:
      preconditionFailure("\(constraint.kind.rawValue) speaks of lessons, not of a person's week")
    }
  }
}
