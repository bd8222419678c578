import Timetabling

/// Hard constraints about sets of lessons.
extension Examination {
  typealias Broken = (what: String, lessons: [LessonID])

  func brokenByLessons(_ constraint: Constraint) -> [Broken] {
    let set = facts.selected(by: constraint.selector)
    func regular(_ lesson: Lesson) -> [Held] { (byLesson[lesson.id] ?? []).filter(\.isRegular) }
    func first(_ lesson: Lesson) -> Held? { regular(lesson).first { $0.entry.meeting == 0 } }
    let meetings = set.flatMap(regular).sorted { $0.number < $1.number }
    let firsts = set.compactMap(first)
    let calendar = facts.calendar

    func each(_ isBroken: (Held) -> Bool) -> [Broken] {
      meetings.filter(isBroken).map { ("\($0.lesson.id)", [$0.lesson.id]) }
    }
    func pairs(_ list: [Held], _ isBroken: (Held, Held) -> Bool) -> [Broken] {
      var broken: [Broken] = []
      for (number, one) in list.enumerated() {
        for other in list.dropFirst(number + 1) where isBroken(one, other) {
          broken.append(("\(one.lesson.id) with \(other.lesson.id)", [one.lesson.id, other.lesson.id]))
        }
      }
      return broken
    }
    func steps(_ isBroken: (Held, Held) -> Bool) -> [Broken] {
      zip(set, set.dropFirst()).compactMap { previous, next in
        guard let one = first(previous), let other = first(next), isBroken(one, other) else { return nil }
        return ("\(previous.id) before \(next.id)", [previous.id, next.id])
      }
    }

    switch constraint.kind {
    case .lessonsMinDaysBetween:
      let days = constraint.parameter("days")
      return pairs(meetings) { one, other in
        let isChained = calendar.isNext(one.time, after: other.time) || calendar.isNext(other.time, after: one.time)
        if isChained, constraint.parameter("consecutive") == 1 { return false }
        return abs(one.time.day - other.time.day) < days
      }
    case .lessonsMaxDaysBetween:
      return pairs(meetings) { abs($0.time.day - $1.time.day) > constraint.parameter("days") }
    case .lessonsAllowedTimes:
      return each { one in
        !constraint.times.contains {
          $0.day == one.time.day && $0.start <= one.time.start && one.time.end <= $0.end
        }
      }
    case .lessonsAllowedStarts:
      return each { one in !constraint.times.contains { $0.day == one.time.day && $0.start == one.time.start } }
    case .lessonsAllowedRooms:
      return each { one in
        let known = one.rooms.filter { facts.rooms[$0] != nil }
        return !known.isEmpty && !known.contains(where: constraint.rooms.contains)
      }
    case .lessonsSameStart: return pairs(firsts) { $0.time.day != $1.time.day || $0.time.start != $1.time.start }
    case .lessonsSameStartOfDay: return pairs(firsts) { $0.time.start != $1.time.start }
    case .lessonsSameDay: return pairs(firsts) { $0.time.day != $1.time.day }
    case .lessonsDifferentDays: return pairs(meetings) { $0.time.day == $1.time.day }
    case .lessonsNotOverlapping: return pairs(meetings) { $0.meetsInTime($1) }
    case .lessonsMinGap:
      return pairs(meetings) { one, other in
        guard one.time.day == other.time.day, one.sharesWeek(other) else { return false }
        let (here, there) = (calendar.numbers(one.time), calendar.numbers(other.time))
        guard let from = here.first, let to = here.last, let start = there.first, let end = there.last else {
          return one.meetsInTime(other)
        }
        let between = one.time.start <= other.time.start ? start - to - 1 : from - end - 1
        return between < constraint.parameter("periods")
      }
    case .lessonsConsecutive: return steps { !calendar.isNext($1.time, after: $0.time) }
    case .lessonsGrouped:
      guard firsts.count == set.count else { return [] }
      let inOrder = firsts.sorted { $0.time < $1.time }
      let isChain = inOrder.indices.dropFirst().allSatisfy {
        calendar.isNext(inOrder[$0].time, after: inOrder[$0 - 1].time)
      }
      return isChain ? [] : [("\(set.map(\.id))", set.map(\.id))]
    case .lessonsOrdered:
      let mayBeOnADayBefore = constraint.parameter("sameDay") == 1
      return steps { one, other in
        one.time.day == other.time.day
          ? other.time.start < one.time.end : other.time.day < one.time.day && !mayBeOnADayBefore
      }
    case .lessonsSameRoom:
      return pairs(firsts) { !$0.rooms.isEmpty && !$1.rooms.isEmpty && $0.rooms.isDisjoint(with: $1.rooms) }
    case .lessonsEndDay: return each(isFollowed)
    case .lessonsMaxSimultaneous:
      return constraint.times.filter { mostAtOnce(meetings, in: $0) > constraint.parameter("max") }
        .map { (facts.begin($0.start, day: $0.day), []) }
    case .courseMinWorkingDays:
      return set.filter { lesson in
        let days = Set(regular(lesson).map(\.time.day))
        return !days.isEmpty && days.count < constraint.parameter("days")
      }.map { ("\($0.id)", [$0.id]) }
    case .courseRoomStability:
      return set.filter { lesson in
        let rooms = regular(lesson).reduce(into: Set<RoomID>()) { $0.formUnion($1.rooms) }
        return rooms.count > lesson.roomNeed.count
      }.map { ("\($0.id)", [$0.id]) }
    // Kept by the rules that always hold.
    case .roomCapacity, .studentClash: return []
    case .teacherMaxGapsPerWeek, .teacherMaxGapsPerDay, .teacherMaxDaysPerWeek, .teacherMaxPeriodsPerDay,
      .teacherMinPeriodsPerDay, .teacherMaxPeriodsInRow, .teacherMaxSpanPerDay, .teacherMaxPeriodsPerDayInTimes,
      .teacherMaxDaysPerWeekInTimes, .groupMaxGapsPerWeek, .groupMaxGapsPerDay, .groupMaxDaysPerWeek,
      .groupMaxPeriodsPerDay, .groupMinPeriodsPerDay, .groupMaxPeriodsInRow, .groupMaxSpanPerDay,
      .groupMaxPeriodsPerDayInTimes, .groupMaxDaysPerWeekInTimes, .groupMaxLateStarts, .groupIsolatedPeriods:
      preconditionFailure("\(constraint.kind.rawValue) speaks of people, not of lessons")
    }
  }

  private func isFollowed(_ one: Held) -> Bool {
    let groups = facts.smallest(facts.attending(one.lesson))
    return groups.contains { group in
      (byGroup[group] ?? []).contains { other in
        other.isRegular && other.time.day == one.time.day && other.time.start >= one.time.end && one.sharesWeek(other)
      }
    }
  }

  private func mostAtOnce(_ meetings: [Held], in span: TimeSpan) -> Int {
    let near = meetings.filter {
      $0.time.day == span.day && max($0.time.start, span.start) < min($0.time.end, span.end)
    }
    var most = 0
    for period in facts.calendar.numbers(span) {
      let covering = near.filter { facts.calendar.numbers($0.time).contains(period) }
      for week in 0..<64 where facts.termMask >> UInt64(week) & 1 == 1 {
        most = max(most, covering.count { $0.entry.weeks.mask >> UInt64(week) & 1 == 1 })
      }
    }
    return most
  }
}
