extension ProblemIndex {
  /// What criterion faculty preference counts for one teacher and one meeting; 0 for a teacher without wishes.
  public func missedWish(of teacher: Int, lesson: Int, at span: TimeSpan, weeks: WeekSet) -> Int {
    let wishes = problem.teachers[teacher].availability.compactMap { availability in
      if case .wish(let grade) = availability.grade { (availability, grade) } else { nil }
    }
    guard !wishes.isEmpty else { return 0 }
    let lowest =
      ownPeriods(lesson: lesson, in: span).map { period in
        wishes.filter { wish, _ in
          wish.span.overlaps(period) && (wish.weeks.map { $0.meets(weeks) } ?? true)
        }.map(\.1).min() ?? 0
      }.min() ?? 0
    return max(0, wishes.map(\.1).max() ?? 0) - lowest
  }

  /// The teaching periods of the lesson's own grid that the span overlaps; the span itself where there are none.
  private func ownPeriods(lesson: Int, in span: TimeSpan) -> [TimeSpan] {
    let grid = lessons[lesson].grid
    guard problem.timeGrids.indices.contains(grid), problem.timeGrids[grid].days.indices.contains(span.day) else {
      return [span]
    }
    let periods = problem.timeGrids[grid].days[span.day].periods.filter(\.isTeaching)
      .map { TimeSpan(day: span.day, start: $0.start, end: $0.end) }.filter(span.overlaps)
    return periods.isEmpty ? [span] : periods
  }

  /// The rooms that criterion room wishes looks for: those the lesson wishes, else its groups' home rooms; empty
  /// where the criterion has nothing to say.
  public func wishedRooms(of lesson: Int) -> Set<Int> {
    let need = problem.lessons[lesson].roomNeed
    guard need.count > 0 else { return [] }
    let wished = need.wished.compactMap { roomIndex[$0] }
    return Set(
      wished.isEmpty
        ? lessons[lesson].groups.compactMap { problem.groups[$0].homeRoom.flatMap { roomIndex[$0] } } : wished)
  }
}
