/// Constraints about the weeks of teachers and class groups.
extension PlainEvaluator {
  /// The violations in the worst week of somebody who attends `meetings`.
  func worstWeek(
    of constraint: Constraint, _ meetings: [PlacedMeetings.Meeting], blocked: [UInt64], in placed: PlacedMeetings
  ) -> Int {
    placed.weeks(of: meetings).map { weekViolations(of: constraint, in: placed.busyPeriods($0), blocked) }.max() ?? 0
  }

  /// Violations in one week of one person, given by the busy and the blocked periods of each day.
  private func weekViolations(of constraint: Constraint, in masks: [UInt64], _ blocked: [UInt64]) -> Int {
    let days = zip(masks, blocked).map { BusyDay($0, blocked: $1) }
    let busy = days.filter { !$0.isFree }
    let max = constraint.parameter("max")
    func excess(_ value: Int) -> Int { Swift.max(0, value - max) }
    func sum(_ measure: (BusyDay) -> Int) -> Int { busy.reduce(0) { $0 + measure($1) } }
    /// The busy periods that the constraint's times touch.
    func within() -> [UInt64] { zip(masks, index.scale.masks(of: constraint.times)).map { $0 & $1 } }

    switch constraint.kind {
    case .teacherMaxGapsPerWeek, .groupMaxGapsPerWeek: return excess(sum(\.gaps))
    case .teacherMaxGapsPerDay, .groupMaxGapsPerDay: return sum { excess($0.gaps) }
    case .teacherMaxDaysPerWeek, .groupMaxDaysPerWeek: return excess(busy.count)
    case .teacherMaxPeriodsPerDay, .groupMaxPeriodsPerDay: return sum { excess($0.periods) }
    case .teacherMinPeriodsPerDay, .groupMinPeriodsPerDay:
      let min = constraint.parameter("min")
      guard constraint.parameter("everyDay") == 1 else { return sum { Swift.max(0, min - $0.periods) } }
      if busy.isEmpty { return 0 }
      return zip(days, index.scale.days).reduce(0) { total, day in
        total + (day.1.isEmpty ? 0 : Swift.max(0, min - day.0.periods))
      }
    case .teacherMaxPeriodsInRow, .groupMaxPeriodsInRow:
      return zip(days, index.scale.joined).reduce(0) { total, day in
        total + day.0.runs(joined: day.1).reduce(0) { $0 + excess($1) }
      }
    case .teacherMaxSpanPerDay, .groupMaxSpanPerDay: return sum { excess($0.span) }
    case .teacherMaxPeriodsPerDayInTimes, .groupMaxPeriodsPerDayInTimes:
      return within().reduce(0) { $0 + excess($1.nonzeroBitCount) }
    case .teacherMaxDaysPerWeekInTimes, .groupMaxDaysPerWeekInTimes:
      return excess(within().count { $0 != 0 })
    case .groupMaxLateStarts:
      return excess(zip(days, index.scale.days).count { $0.startsLate(count: $1.count) })
    case .groupIsolatedPeriods: return sum(\.isolated)
    case .lessonsMinDaysBetween, .lessonsMaxDaysBetween, .lessonsAllowedTimes, .lessonsAllowedStarts,
      .lessonsAllowedRooms, .lessonsSameStart, .lessonsSameStartOfDay, .lessonsSameDay, .lessonsDifferentDays,
      .lessonsNotOverlapping, .lessonsMinGap, .lessonsConsecutive, .lessonsGrouped, .lessonsOrdered, .lessonsSameRoom,
      .lessonsEndDay, .lessonsMaxSimultaneous, .courseMinWorkingDays, .courseRoomStability, .roomCapacity,
      .studentClash:
      preconditionFailure("\(constraint.kind.rawValue) speaks of lessons, not of a person's week")
    }
  }
}
