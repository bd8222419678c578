extension CriterionBounds {
  /// What a teacher misses at each of the lesson's placements.
  private typealias Taught = (lesson: Int, misses: [Int])

  /// Each teacher's meetings side by side where the teacher likes them best together, and each at the place liked
  /// least. Of a pool nobody may be chosen who minds, or those who mind most.
  ///
  /// That teachers share class groups and rooms is left out: it was measured to add next to nothing
  /// (`ops/decisions/0011-what-wishes-allow.md`).
  var facultyPreference: (Int, Int) {
    var best = 0
    var worst = 0
    var taught = [[Taught]](repeating: [], count: index.problem.teachers.count)
    var wishes = MissedWishes(index)
    for lesson in index.lessons.indices {
      let facts = index.lessons[lesson]
      for teacher in Set(facts.teachers) {
        let misses = wishes.row(of: teacher, lesson: lesson)
        worst += meetings(lesson) * (misses.max() ?? 0)
        if misses.contains(where: { $0 > 0 }) { taught[teacher].append((lesson, misses)) }
      }
      let pool = facts.pool.map { wishes.row(of: $0, lesson: lesson) }
      let chosen = max(0, index.problem.lessons[lesson].teachersFromPool)
      best += meetings(lesson) * pool.map { $0.min() ?? 0 }.sorted().prefix(chosen).reduce(0, +)
      worst += meetings(lesson) * pool.map { $0.max() ?? 0 }.sorted(by: >).prefix(chosen).reduce(0, +)
    }
    let open = OpenPlacements(index)
    return (best + taught.reduce(0) { $0 + fewestMisses($1, open) }, worst)
  }

  /// Of one teacher's lessons. Those of one week cannot overlap: first those of the fullest week, then, where lessons
  /// alternate, those of the fullest week of the rest.
  private func fewestMisses(_ lessons: [Taught], _ open: OpenPlacements) -> Int {
    var rest = lessons
    var sum = 0
    while !rest.isEmpty {
      let weeks = rest.map { index.lessons[$0.lesson].weeks }
      let sizes = (0..<64).map { week in weeks.count { $0.contains(week: week) } }
      guard let most = sizes.max(), most > 0, let week = sizes.firstIndex(of: most) else { return sum + apart(rest) }
      let held = rest.filter { index.lessons[$0.lesson].weeks.contains(week: week) }
      rest.removeAll { index.lessons[$0.lesson].weeks.contains(week: week) }
      sum += sideBySide(held, open) ?? apart(held)
    }
    return sum
  }

  private func apart(_ lessons: [Taught]) -> Int {
    lessons.reduce(0) { $0 + meetings($1.lesson) * ($1.misses.min() ?? 0) }
  }

  /// Nil where not all meetings have a place together: no timetable is complete, or only a faulty problem's.
  private func sideBySide(_ lessons: [Taught], _ open: OpenPlacements) -> Int? {
    var week = CheapestWeek()
    for (lesson, misses) in lessons {
      let placements = index.lessons[lesson].placements
      week.add(
        open.positions(of: lesson).map { position in
          let span = placements[position]
          return CheapestWeek.Choice(
            start: span.day * 1440 + span.start, end: span.day * 1440 + span.end, cost: misses[position])
        }, count: max(0, meetings(lesson)))
    }
    return week.cost
  }
}
