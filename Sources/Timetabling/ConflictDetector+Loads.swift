/// Sums that exceed a limit: teachers' minutes a day and a week, rooms' bookings a day. The worst week counts.
extension ConflictDetector {
  func loads(_ placed: [PlacedEntry]) -> [Conflict] {
    let byTeacher = Self.group(placed, by: \.teachers)
    let byRoom = Self.group(placed, by: \.rooms)
    return problem.teachers.indices.flatMap { teacherLoads($0, byTeacher[$0] ?? []) }
      + problem.rooms.indices.flatMap { roomBookings($0, byRoom[$0] ?? []) }
  }

  private static func group(_ placed: [PlacedEntry], by keys: (PlacedEntry) -> [Int]) -> [Int: [PlacedEntry]] {
    placed.reduce(into: [:]) { groups, entry in
      for key in keys(entry) { groups[key, default: []].append(entry) }
    }
  }

  /// Of one teacher's entries; on all days, or only on that of `subject`.
  func teacherLoads(_ teacher: Int, _ entries: [PlacedEntry], _ subject: PlacedEntry? = nil) -> [Conflict] {
    let value = problem.teachers[teacher]
    var conflicts: [Conflict] = []
    func minutes(_ entry: PlacedEntry) -> Int { problem.lessons[entry.lesson].duration }
    if let limit = value.maxMinutesPerDay {
      for (day, held) in days(of: entries, subject) {
        let worst = worstWeek(held, measure: minutes)
        if worst > limit {
          conflicts.append(
            Conflict(
              kind: .teacherDayLoad, lessons: Self.lessons(held), subject: value.id.rawValue,
              message: "\(value.name) teaches \(wording.duration(worst)) on \(wording.day(day)); at most "
                + "\(wording.duration(limit)) are allowed."))
        }
      }
    }
    if let limit = value.maxMinutesPerWeek {
      let worst = worstWeek(entries, measure: minutes)
      if worst > limit {
        conflicts.append(
          Conflict(
            kind: .teacherWeekLoad, lessons: Self.lessons(entries), subject: value.id.rawValue,
            message: "\(value.name) teaches \(wording.duration(worst)) a week; at most \(wording.duration(limit)) are "
              + "allowed."))
      }
    }
    return conflicts
  }

  func roomBookings(_ room: Int, _ entries: [PlacedEntry], _ subject: PlacedEntry? = nil) -> [Conflict] {
    let value = problem.rooms[room]
    guard let limit = value.dailyBookingLimit else { return [] }
    return days(of: entries, subject).compactMap { day, held in
      let worst = worstWeek(held) { _ in 1 }
      guard worst > limit else { return nil }
      return Conflict(
        kind: .roomBookingLimit, lessons: Self.lessons(held), subject: value.id.rawValue,
        message: "Room \(value.name) is booked \(Wording.count(worst, "time")) on \(wording.day(day)); "
          + "at most \(limit) are allowed.")
    }
  }

  private func days(of entries: [PlacedEntry], _ subject: PlacedEntry?) -> [(Int, [PlacedEntry])] {
    Dictionary(grouping: entries, by: \.entry.time.day).sorted { $0.key < $1.key }
      .filter { subject == nil || subject?.entry.time.day == $0.key }.map { ($0.key, $0.value) }
  }

  private func worstWeek(_ entries: [PlacedEntry], measure: (PlacedEntry) -> Int) -> Int {
    (0..<64).map { week in
      entries.reduce(0) { $0 + ($1.entry.weeks.contains(week: week) ? measure($1) : 0) }
    }.max() ?? 0
  }

  private static func lessons(_ entries: [PlacedEntry]) -> [LessonID] { Set(entries.map(\.entry.lesson)).sorted() }
}
