/// What can be wrong with one entry by itself: references, grid, weeks, pins, teachers and blocked time.
extension ConflictDetector {
  func unknownReferences(_ entry: Entry) -> [Conflict] {
    var conflicts: [Conflict] = []
    func report(_ subject: String, _ message: String) {
      conflicts.append(
        Conflict(kind: .unknownReference, lessons: [entry.lesson], subject: subject, message: message))
    }
    if let lesson = index.lessonIndex[entry.lesson] {
      let count = problem.lessons[lesson].meetingsPerWeek
      if entry.kind != .makeup, !(0..<max(0, count)).contains(entry.meeting) {
        report(
          entry.lesson.rawValue,
          "\(name(lesson)) has \(Wording.count(count, "meeting")) a week; there is no meeting \(entry.meeting + 1).")
      }
    } else {
      report(entry.lesson.rawValue, "There is no lesson \(entry.lesson).")
    }
    for room in entry.rooms where index.roomIndex[room] == nil {
      report(room.rawValue, "\(entry.lesson) is placed in room \(room), which does not exist.")
    }
    for teacher in entry.teachers where index.teacherIndex[teacher] == nil {
      report(teacher.rawValue, "\(entry.lesson) is given to teacher \(teacher), who does not exist.")
    }
    return conflicts
  }

  /// All conflicts of one entry with the problem alone.
  func ownConflicts(_ placed: PlacedEntry) -> [Conflict] {
    conflictsInAnyRoom(placed) + brokenPins(placed) + roomConflicts(placed)
  }

  func conflictsInAnyRoom(_ placed: PlacedEntry) -> [Conflict] {
    gridConflicts(placed) + weekConflicts(placed) + teacherConflicts(placed) + blockedPeople(placed)
  }

  func conflict(_ kind: Conflict.Kind, _ placed: PlacedEntry, subject: String, _ message: String) -> Conflict {
    Conflict(kind: kind, lessons: [placed.entry.lesson], subject: subject, message: message)
  }

  private func gridConflicts(_ placed: PlacedEntry) -> [Conflict] {
    let (lesson, time) = (problem.lessons[placed.lesson], placed.entry.time)
    guard problem.timeGrids.indices.contains(index.lessons[placed.lesson].grid) else { return [] }
    let grid = problem.timeGrids[index.lessons[placed.lesson].grid]
    let subject = grid.id.rawValue
    let periods = grid.days.indices.contains(time.day) ? grid.days[time.day].periods : []
    guard let period = periods.firstIndex(where: { $0.start == time.start }) else {
      return [
        conflict(
          .offGrid, placed, subject: subject,
          "\(lesson.name) begins \(wording.time(time)), where time grid \(grid.id) has no period begin.")
      ]
    }
    guard let end = grid.end(day: time.day, period: period, duration: lesson.duration) else {
      return [
        conflict(
          .offGrid, placed, subject: subject,
          "\(lesson.name) needs \(wording.duration(lesson.duration)); from \(wording.start(time.start, day: time.day)) on "
            + "\(wording.day(time.day)) a break, a long pause or the end of the day comes first.")
      ]
    }
    guard end != time.end else { return [] }
    let own = TimeSpan(day: time.day, start: time.start, end: end)
    return [
      conflict(
        .wrongDuration, placed, subject: subject,
        "\(lesson.name) takes \(wording.duration(lesson.duration)), here \(wording.time(own)); "
          + "it is entered as \(wording.time(time)).")
    ]
  }

  private func weekConflicts(_ placed: PlacedEntry) -> [Conflict] {
    let (weeks, own) = (placed.entry.weeks, index.lessons[placed.lesson].weeks)
    if placed.isMakeup {
      let isWithin = !weeks.isEmpty && weeks.mask & ~index.allWeeks.mask == 0
      return isWithin
        ? []
        : [
          conflict(
            .wrongWeeks, placed, subject: placed.entry.lesson.rawValue,
            "The makeup meeting of \(name(placed.lesson)) must lie in the term's "
              + "\(Wording.count(problem.term.weekCount, "week")); its weeks are '\(weeks.pattern)'.")
        ]
    }
    guard weeks != own else { return [] }
    return [
      conflict(
        .wrongWeeks, placed, subject: placed.entry.lesson.rawValue,
        "\(name(placed.lesson)) is held in weeks '\(own.pattern)' but entered for '\(weeks.pattern)'.")
    ]
  }

  /// The right teachers, for this entry alone. A makeup meeting may be given by anybody.
  private func teacherConflicts(_ placed: PlacedEntry) -> [Conflict] {
    guard !placed.isMakeup else { return [] }
    let (lesson, given) = (problem.lessons[placed.lesson], placed.entry.teachers)
    let fixed = Set(lesson.teachers)
    let chosen = Set(given).subtracting(fixed)
    let pool = Set(lesson.teacherPool).subtracting(fixed)
    let isRight =
      Set(given).count == given.count && fixed.isSubset(of: given) && chosen.isSubset(of: pool)
      && chosen.count == lesson.teachersFromPool
    guard !isRight else { return [] }
    var wanted = lesson.teachers.isEmpty ? [] : [Wording.list(lesson.teachers.map(\.rawValue), limit: 8)]
    if lesson.teachersFromPool > 0 {
      wanted.append("\(lesson.teachersFromPool) of \(Wording.list(lesson.teacherPool.map(\.rawValue), limit: 8))")
    }
    return [
      conflict(
        .wrongTeachers, placed, subject: placed.entry.lesson.rawValue,
        "\(lesson.name) is taught by \(wanted.isEmpty ? "nobody" : wanted.joined(separator: " and ")); "
          + "entered: \(Wording.list(given.map(\.rawValue), limit: 8)).")
    ]
  }

  /// A choice from a pool is made once for all regular meetings of a lesson.
  func poolChoices(_ placed: [PlacedEntry]) -> [Conflict] {
    let meetings = Dictionary(grouping: placed.filter { !$0.isMakeup }, by: \.lesson)
    return meetings.keys.sorted().compactMap { lesson in
      let choices = Set((meetings[lesson] ?? []).map { Set($0.entry.teachers) })
      guard choices.count > 1, problem.lessons[lesson].teachersFromPool > 0 else { return nil }
      let id = problem.lessons[lesson].id
      return Conflict(
        kind: .wrongTeachers, lessons: [id], subject: id.rawValue,
        message: "All meetings of \(name(lesson)) must have the same teachers; they have "
          + "\(choices.count) different choices.")
    }
  }

  /// A makeup meeting breaks none.
  func brokenPins(_ placed: PlacedEntry) -> [Conflict] {
    guard !placed.isMakeup else { return [] }
    return problem.lessons[placed.lesson].pins.filter { $0.meeting == placed.entry.meeting }.compactMap { pin in
      let time = placed.entry.time
      var wanted: [String] = []
      if let day = pin.day, day != time.day { wanted.append("on \(wording.day(day))") }
      if let start = pin.start, start != time.start { wanted.append("at \(wording.start(start, day: pin.day))") }
      if let rooms = pin.rooms, Set(rooms) != Set(placed.entry.rooms) {
        wanted.append("in \(Wording.list(rooms.map(\.rawValue)))")
      }
      guard !wanted.isEmpty else { return nil }
      return conflict(
        .pinBroken, placed, subject: placed.entry.lesson.rawValue,
        "Meeting \(pin.meeting + 1) of \(name(placed.lesson)) is pinned \(wanted.joined(separator: " ")).")
    }
  }

  private func blockedPeople(_ placed: PlacedEntry) -> [Conflict] {
    let (time, weeks) = (placed.entry.time, placed.entry.weeks)
    let teachers = placed.teachers.filter { index.isBlocked(teacher: $0, at: time, weeks: weeks) }.map {
      conflict(
        .teacherUnavailable, placed, subject: problem.teachers[$0].id.rawValue,
        "\(problem.teachers[$0].name) is not available \(wording.time(time)) for \(name(placed.lesson)).")
    }
    let groups = index.lessons[placed.lesson].attending
      .filter { index.isBlocked(group: $0, at: time, weeks: weeks) }.map {
        conflict(
          .groupUnavailable, placed, subject: problem.groups[$0].id.rawValue,
          "Class group \(problem.groups[$0].name) is not available \(wording.time(time)) for \(name(placed.lesson)).")
      }
    return teachers + groups
  }
}
