import Timetabling

extension Timetable {
  /// The same with the bells of today: an entry whose time the grid no longer has comes to the period of its day that
  /// lies where it was, for more than half of both. Bells that ring five minutes later move nobody to another period.
  func ringing(by index: ProblemIndex) -> Timetable {
    let entries = entries.map { entry in
      var entry = entry
      guard entry.kind != .makeup, let lesson = index.lessonIndex[entry.lesson] else { return entry }
      let placements = index.lessons[lesson].placements
      guard !placements.contains(entry.time) else { return entry }
      let old = entry.time
      func shared(_ span: TimeSpan) -> Int { min(span.end, old.end) - max(span.start, old.start) }
      let near = placements.filter { span in
        span.day == old.day && 2 * shared(span) > max(span.end - span.start, old.end - old.start)
      }
      if let same = near.max(by: { (shared($0), $1.start) < (shared($1), $0.start) }) { entry.time = same }
      return entry
    }
    return Timetable(entries: entries, unplaced: unplaced)
  }
}
