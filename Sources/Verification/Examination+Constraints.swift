import Timetabling

/// The hard constraints that the institution added, each read anew from its kind's words.
extension Examination {
  mutating func checkConstraints() {
    for constraint in problem.constraints where constraint.enforcement == .hard {
      let rule = "constraint." + constraint.kind.rawValue
      let broken: [(what: String, lessons: [LessonID])]
      switch constraint.kind.subject {
      case .teachers: broken = brokenByTeachers(constraint)
      case .groups: broken = brokenByGroups(constraint)
      case .lessons: broken = brokenByLessons(constraint)
      }
      expect(
        broken.isEmpty, rule, broken.flatMap(\.lessons),
        "Constraint \(constraint.id) is broken"
          + " by \(broken.prefix(5).map(\.what).joined(separator: ", "))"
          + "\(broken.count > 5 ? " and \(broken.count - 5) more" : "").")
    }
  }

  private func brokenByTeachers(_ constraint: Constraint) -> [(what: String, lessons: [LessonID])] {
    let selector = constraint.selector
    let chosen = problem.teachers.filter { teacher in
      (selector.teachers.isEmpty || selector.teachers.contains(teacher.id))
        && (selector.departments.isEmpty || selector.departments.contains { $0 == teacher.department })
    }
    return chosen.compactMap { teacher in
      let own = (byTeacher[teacher.id] ?? []).filter(\.isRegular)
      return breaks(constraint, own, away: [teacher.availability])
        ? ("teacher \(teacher.id)", own.map(\.lesson.id)) : nil
    }
  }

  private func brokenByGroups(_ constraint: Constraint) -> [(what: String, lessons: [LessonID])] {
    let selector = constraint.selector
    let named = problem.groups.filter { group in
      (selector.groups.isEmpty || selector.groups.contains(group.id))
        && (selector.departments.isEmpty || selector.departments.contains { $0 == group.department })
    }.map(\.id)
    let all = named.reduce(into: Set<ClassGroupID>()) { $0.formUnion(facts.within[$1] ?? []) }
    let chosen = constraint.kind == .groupIsolatedPeriods ? Set(named) : facts.smallest(all)
    return chosen.sorted().compactMap { group in
      let own = (byGroup[group] ?? []).filter(\.isRegular)
      let away = (facts.holding[group] ?? []).map { problem.groups[$0].availability }
      return breaks(constraint, own, away: away) ? ("group \(group)", own.map(\.lesson.id)) : nil
    }
  }

  /// Whether some week of somebody who attends `own`, and is away as the lists say, breaks the constraint.
  private func breaks(_ constraint: Constraint, _ own: [Held], away: [[Availability]]) -> Bool {
    let always = away.joined().filter { item in
      guard case .blocked = item.grade else { return false }
      return facts.termMask & ~(item.weeks?.mask ?? .max) == 0
    }
    let closed = facts.calendar.days.indices.map { day in
      Set(always.filter { $0.span.day == day }.flatMap { facts.calendar.numbers($0.span) })
    }
    return (0..<64).contains { week in
      guard facts.termMask >> UInt64(week) & 1 == 1 else { return false }
      let thisWeek = own.filter { $0.entry.weeks.mask >> UInt64(week) & 1 == 1 }
      let days = facts.calendar.days.indices.map { day in
        Day(
          number: day,
          busy: Set(thisWeek.filter { $0.time.day == day }.flatMap { facts.calendar.numbers($0.time) }).sorted(),
          closed: closed[day])
      }
      return breaks(constraint, days)
    }
  }

  /// One day of somebody, by numbers of periods.
  private struct Day {
    let number: Int
    /// Ascending.
    let busy: [Int]
    let closed: Set<Int>

    var span: Int { (busy.last ?? -1) - (busy.first ?? 0) + 1 }

    var gaps: Int {
      guard let first = busy.first, let last = busy.last else { return 0 }
      return (first...last).count { !busy.contains($0) && !closed.contains($0) }
    }
  }

  private func breaks(_ constraint: Constraint, _ days: [Day]) -> Bool {
    let max = constraint.parameter("max")
    let busy = days.filter { !$0.busy.isEmpty }

    switch constraint.kind {
    case .teacherMaxGapsPerWeek, .groupMaxGapsPerWeek: return busy.map(\.gaps).reduce(0, +) > max
    case .teacherMaxGapsPerDay, .groupMaxGapsPerDay: return busy.contains { $0.gaps > max }
    case .teacherMaxDaysPerWeek, .groupMaxDaysPerWeek: return busy.count > max
    case .teacherMaxPeriodsPerDay, .groupMaxPeriodsPerDay: return busy.contains { $0.busy.count > max }
    case .teacherMinPeriodsPerDay, .groupMinPeriodsPerDay:
      let counted =
        constraint.parameter("everyDay") == 0
        ? busy : busy.isEmpty ? [] : days.filter { !facts.calendar.days[$0.number].isEmpty }
      return counted.contains { $0.busy.count < constraint.parameter("min") }
    case .teacherMaxPeriodsInRow, .groupMaxPeriodsInRow:
      return busy.contains { longestRow($0) > max }
    case .teacherMaxSpanPerDay, .groupMaxSpanPerDay: return busy.contains { $0.span > max }
    case .groupMaxLateStarts:
      return busy.count { day in
        let first = facts.calendar.days[day.number].indices.first { !day.closed.contains($0) }
        return first.map { !day.busy.contains($0) } ?? false
      } > max
    case .teacherMaxPeriodsPerDayInTimes, .groupMaxPeriodsPerDayInTimes:
      return days.contains { periods(of: $0, in: constraint.times) > max }
    case .teacherMaxDaysPerWeekInTimes, .groupMaxDaysPerWeekInTimes:
      return days.count { periods(of: $0, in: constraint.times) > 0 } > max
    case .groupIsolatedPeriods:
      return busy.contains { day in
        day.busy.contains { !day.busy.contains($0 - 1) && !day.busy.contains($0 + 1) }
      }
    case .lessonsMinDaysBetween, .lessonsMaxDaysBetween, .lessonsAllowedTimes, .lessonsAllowedStarts,
      .lessonsAllowedRooms, .lessonsSameStart, .lessonsSameStartOfDay, .lessonsSameDay, .lessonsDifferentDays,
      .lessonsNotOverlapping, .lessonsMinGap, .lessonsConsecutive, .lessonsGrouped, .lessonsOrdered, .lessonsSameRoom,
      .lessonsEndDay, .lessonsMaxSimultaneous, .courseMinWorkingDays, .courseRoomStability, .roomCapacity,
      .studentClash:
      preconditionFailure("\(constraint.kind.rawValue) speaks of lessons, not of a person's week")
    }
  }

  /// How many of the day's busy periods one of the spans touches.
  private func periods(of day: Day, in spans: [TimeSpan]) -> Int {
    let touched = Set(spans.filter { $0.day == day.number }.flatMap(facts.calendar.numbers))
    return day.busy.count { touched.contains($0) }
  }

  private func longestRow(_ day: Day) -> Int {
    var (row, longest) = (0, 0)
    for (position, number) in day.busy.enumerated() {
      let continues =
        position > 0 && day.busy[position - 1] == number - 1
        && facts.calendar.days[day.number][number].continuesPrevious
      row = continues ? row + 1 : 1
      longest = max(longest, row)
    }
    return longest
  }
}
