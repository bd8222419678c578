import Timetabling

/// Nobody and nothing is in two places at once, and nobody works more than the limit.
extension Examination {
  mutating func checkClashes() {
    let facts = facts
    checkClashes(.lessonClash) { [$0.lesson.id] }
    checkClashes(.teacherClash, otherLessonsOnly: true) { Set($0.entry.teachers).filter { facts.teachers[$0] != nil } }
    checkClashes(.roomClash, otherLessonsOnly: true) { one in
      one.rooms.filter { facts.rooms[$0].map { !$0.isVirtual } ?? false }
    }
    checkClashes(.groupClash, otherLessonsOnly: true) { facts.attending($0.lesson) }
    checkClashes(.studentClash, otherLessonsOnly: true) { one in
      facts.softStudents.contains(one.lesson.id) ? [] : facts.students[one.lesson.id] ?? []
    }
  }

  /// For each holder the entries in order of their begin; each is compared with those still running.
  private mutating func checkClashes<Holder: Hashable & Comparable & CustomStringConvertible>(
    _ rule: Rule, otherLessonsOnly: Bool = false, _ holders: (Held) -> Set<Holder>
  ) {
    let facts = facts
    var entries: [Holder: [Int]] = [:]
    for (number, one) in held.enumerated() {
      for holder in holders(one) { entries[holder, default: []].append(number) }
    }
    for holder in entries.keys.sorted() {
      var running: [Int] = []
      let inOrder = (entries[holder] ?? []).sorted { (held[$0].time, $0) < (held[$1].time, $1) }
      for number in inOrder {
        let one = held[number]
        running.removeAll { held[$0].time.day != one.time.day || held[$0].time.end <= one.time.start }
        for other in running.map({ held[$0] }) where !otherLessonsOnly || other.lesson.id != one.lesson.id {
          expect(
            !one.meetsInTime(other), rule, [other.lesson.id, one.lesson.id],
            "\(holder) has \(other.lesson.id) and \(one.lesson.id) at one time, "
              + "\(facts.begin(one.time.start, day: one.time.day)).")
        }
        running.append(number)
      }
      // That nobody was running is a fact checked, too.
      expect(true, rule, [], "")
    }
  }

  mutating func checkLoads() {
    let facts = facts
    for teacher in problem.teachers where facts.teachers[teacher.id] == teacher {
      guard teacher.maxMinutesPerDay != nil || teacher.maxMinutesPerWeek != nil else { continue }
      let own = byTeacher[teacher.id] ?? []
      checkSums(
        of: own, perDay: teacher.maxMinutesPerDay, .teacherDayLoad, "teacher \(teacher.id)", in: facts.duration
      ) { $0.lesson.duration }
      if let limit = teacher.maxMinutesPerWeek {
        let worst = worstWeek(own) { $0.lesson.duration }
        expect(
          worst <= limit, .teacherWeekLoad, own.map(\.lesson.id),
          "Teacher \(teacher.id) teaches \(facts.duration(worst)) a week; at most \(facts.duration(limit)) are allowed."
        )
      }
    }
    for room in problem.rooms where room.dailyBookingLimit != nil && facts.rooms[room.id] == room {
      checkSums(
        of: byRoom[room.id] ?? [], perDay: room.dailyBookingLimit, .roomBookingLimit, "room \(room.id)"
      ) { _ in 1 }
    }
  }

  private mutating func checkSums(
    of own: [Held], perDay limit: Int?, _ rule: Rule, _ what: String, in words: (Int) -> String = { "\($0)" },
    _ measure: (Held) -> Int
  ) {
    guard let limit else { return }
    for day in Set(own.map(\.time.day)).sorted() {
      let today = own.filter { $0.time.day == day }
      let worst = worstWeek(today, measure)
      expect(
        worst <= limit, rule, today.map(\.lesson.id),
        "The load of \(what) on day \(day) is \(words(worst)); at most \(words(limit)) is allowed.")
    }
  }

  private func worstWeek(_ own: [Held], _ measure: (Held) -> Int) -> Int {
    var sums = [Int](repeating: 0, count: 64)
    for one in own {
      for week in 0..<64 where one.entry.weeks.mask & (1 << UInt64(week)) != 0 { sums[week] += measure(one) }
    }
    return sums.max() ?? 0
  }
}
