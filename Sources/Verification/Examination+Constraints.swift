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
      expect(broken.isEmpty, rule, broken.flatMap(\.lessons), "Constraint \(constraint.id) is broken"
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
      return breaks(constraint, own) ? ("teacher \(teacher.id)", own.map(\.lesson.id)) : nil
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
      return breaks(constraint, own) ? ("group \(group)", own.map(\.lesson.id)) : nil
    }
  }

  /// Whether some week of somebody who attends `own` breaks the constraint.
  private func breaks(_ constraint: Constraint, _ own: [Held]) -> Bool {
    (0..<64).contains { week in
      guard facts.termMask >> UInt64(week) & 1 == 1 else { return false }
      let thisWeek = own.filter { $0.entry.weeks.mask >> UInt64(week) & 1 == 1 }
      let days = facts.calendar.days.indices.map { day in
        Set(thisWeek.filter { $0.time.day == day }.flatMap { facts.calendar.numbers($0.time) }).sorted()
      }
      return breaks(constraint, days)
    }
  }

  /// The week as the numbers of the busy periods of each day, ascending.
  private func breaks(_ constraint: Constraint, _ days: [[Int]]) -> Bool {
    let max = constraint.parameter("max")
    let busy = days.filter { !$0.isEmpty }
    func span(_ day: [Int]) -> Int { (day.last ?? -1) - (day.first ?? 0) + 1 }
    func gaps(_ day: [Int]) -> Int { span(day) - day.count }

    switch constraint.kind {
    case .teacherMaxGapsPerWeek, .groupMaxGapsPerWeek: return busy.map(gaps).reduce(0, +) > max
    case .teacherMaxGapsPerDay, .groupMaxGapsPerDay: return busy.contains { gaps($0) > max }
    case .teacherMaxDaysPerWeek, .groupMaxDaysPerWeek: return busy.count > max
    case .teacherMaxPeriodsPerDay, .groupMaxPeriodsPerDay: return busy.contains { $0.count > max }
    case .teacherMinPeriodsPerDay, .groupMinPeriodsPerDay:
      return busy.contains { $0.count < constraint.parameter("min") }
    case .teacherMaxPeriodsInRow, .groupMaxPeriodsInRow:
      return days.indices.contains { longestRow(on: $0, days[$0]) > max }
    case .teacherMaxSpanPerDay, .groupMaxSpanPerDay: return busy.contains { span($0) > max }
    case .groupMaxLateStarts: return busy.count { $0[0] != 0 } > max
    case .groupIsolatedPeriods:
      return busy.contains { day in day.contains { !day.contains($0 - 1) && !day.contains($0 + 1) } }
    case .lessonsMinDaysBetween, .lessonsAllowedTimes, .lessonsAllowedStarts, .lessonsAllowedRooms, .lessonsSameStart,
      .lessonsSameStartOfDay, .lessonsSameDay, .lessonsDifferentDays, .lessonsNotOverlapping, .lessonsMinGap,
      .lessonsConsecutive, .lessonsGrouped, .lessonsOrdered, .lessonsSameRoom, .lessonsEndDay, .lessonsMaxSimultaneous,
      .courseMinWorkingDays, .courseRoomStability, .roomCapacity, .studentClash:
      preconditionFailure("\(constraint.kind.rawValue) speaks of lessons, not of a person's week")
    }
  }

  private func longestRow(on day: Int, _ busy: [Int]) -> Int {
    var (row, longest) = (0, 0)
    for (position, number) in busy.enumerated() {
      let continues =
        position > 0 && busy[position - 1] == number - 1 && facts.calendar.days[day][number].continuesPrevious
      row = continues ? row + 1 : 1
      longest = max(longest, row)
    }
    return longest
  }
}
