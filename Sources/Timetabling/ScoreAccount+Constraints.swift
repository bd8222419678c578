/// Weighted constraints, taken apart.
extension ScoreAccount {
  func ledger(of constraint: Constraint, _ placed: PlacedMeetings) -> ScoreLedger {
    var ledger = ScoreLedger()
    let subjects = index.subjects(of: constraint)
    switch constraint.kind.subject {
    case .teachers:
      for person in subjects {
        ledger.book(
          evaluator.violations(of: constraint, [person], in: placed),
          lessons: placed.ofTeacher[person].map(\.lesson), on: [teacher(person)])
      }
    case .groups:
      for person in subjects {
        ledger.book(
          evaluator.violations(of: constraint, [person], in: placed),
          lessons: placed.ofGroup(person).map(\.lesson), on: [group(person)])
      }
    case .lessons: bookLessons(constraint, subjects, placed, &ledger)
    }
    return ledger
  }

  private func bookLessons(
    _ constraint: Constraint, _ set: [Int], _ placed: PlacedMeetings, _ ledger: inout ScoreLedger
  ) {
    func violations(_ lessons: [Int]) -> Int { evaluator.lessonViolations(of: constraint, set: lessons, in: placed) }
    func book(_ units: Int, _ lessons: [Int]) {
      ledger.book(units, lessons: lessons, on: Set(lessons.flatMap(people)).sorted { $0.id < $1.id })
    }
    guard constraint.kind != .studentClash else {
      let selected = Set(set)
      return bookStudents(placed, &ledger) { selected.contains($0) || selected.contains($1) }
    }
    let total = violations(set)
    guard total > 0 else { return }
    switch constraint.kind {
    // Sums over lessons.
    case .lessonsAllowedTimes, .lessonsAllowedStarts, .lessonsAllowedRooms, .lessonsEndDay, .courseMinWorkingDays,
      .courseRoomStability, .roomCapacity:
      for lesson in set { book(violations([lesson]), [lesson]) }
    // Sums over each lesson and the next.
    case .lessonsConsecutive, .lessonsOrdered:
      for (one, other) in zip(set, set.dropFirst()) { book(violations([one, other]), [one, other]) }
    // Sums over pairs of meetings, of one lesson or of two.
    case .lessonsMinDaysBetween, .lessonsMaxDaysBetween, .lessonsSameStart, .lessonsSameStartOfDay, .lessonsSameDay,
      .lessonsDifferentDays, .lessonsNotOverlapping, .lessonsMinGap, .lessonsSameRoom:
      let own = set.map { violations([$0]) }
      for (units, lesson) in zip(own, set) { book(units, [lesson]) }
      for (first, second) in Array(set.indices).pairs() {
        book(violations([set[first], set[second]]) - own[first] - own[second], [set[first], set[second]])
      }
    // Counted for all together.
    default: book(total, set.filter { !placed.ofLesson[$0].isEmpty })
    }
  }
}
