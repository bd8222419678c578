extension ProblemIndex {
  /// Whether blocked time of a teacher of every meeting, or of any group whose students attend, forbids the place
  /// in one of the lesson's weeks. Rooms and teachers from a pool are asked for one by one.
  public func isBlocked(lesson: Int, at span: TimeSpan) -> Bool {
    let facts = lessons[lesson]
    return facts.teachers.contains { isBlocked(teacher: $0, at: span, weeks: facts.weeks) }
      || facts.attending.contains { isBlocked(group: $0, at: span, weeks: facts.weeks) }
  }

  public func isBlocked(room: Int, at span: TimeSpan, weeks: WeekSet) -> Bool {
    problem.rooms[room].availability.contains { $0.blocks(span, weeks) }
  }

  public func isBlocked(teacher: Int, at span: TimeSpan, weeks: WeekSet) -> Bool {
    problem.teachers[teacher].availability.contains { $0.blocks(span, weeks) }
  }

  /// The group's own blocked time only.
  public func isBlocked(group: Int, at span: TimeSpan, weeks: WeekSet) -> Bool {
    problem.groups[group].availability.contains { $0.blocks(span, weeks) }
  }
}

extension Availability {
  /// Whether lessons may not touch `other` in one of `weeks`.
  public func blocks(_ other: TimeSpan, _ weeks: WeekSet) -> Bool {
    guard case .blocked = grade else { return false }
    return span.overlaps(other) && (self.weeks.map { $0.meets(weeks) } ?? true)
  }
}

extension PeriodScale {
  /// For each day: the periods touched by spans that are blocked in all of `weeks`.
  func blocked(by availability: [Availability], in weeks: WeekSet) -> [UInt64] {
    availability.reduce(into: [UInt64](repeating: 0, count: days.count)) { masks, item in
      guard case .blocked = item.grade, days.indices.contains(item.span.day) else { return }
      let isAlways = item.weeks.map { weeks.mask & ~$0.mask == 0 } ?? true
      if isAlways { masks[item.span.day] |= mask(of: item.span) }
    }
  }
}
