import Timetabling

/// Entries name what exists, stand on the grid, in their weeks, with their teachers, where they are pinned.
extension Examination {
  mutating func checkReferences() {
    for entry in timetable.entries {
      let lesson = facts.lessons[entry.lesson]
      expect(lesson != nil, .knownReferences, [entry.lesson], "There is no lesson \(entry.lesson).")
      for room in entry.rooms {
        expect(
          facts.rooms[room] != nil, .knownReferences, [entry.lesson],
          "There is no room \(room), where \(entry.lesson) is placed.")
      }
      for teacher in entry.teachers {
        expect(
          facts.teachers[teacher] != nil, .knownReferences, [entry.lesson],
          "There is no teacher \(teacher), who is to teach \(entry.lesson).")
      }
    }
  }

  /// Each meeting has exactly one entry, or stands once in the list of the unplaced.
  mutating func checkEverythingListed() {
    var standing: [Meeting: Int] = [:]
    for one in held where one.isRegular {
      standing[Meeting(lesson: one.lesson.id, number: one.entry.meeting), default: 0] += 1
    }
    for one in timetable.unplaced {
      standing[Meeting(lesson: one.lesson, number: one.meeting), default: 0] += 1
    }
    for lesson in problem.lessons {
      for number in 0..<max(0, lesson.meetingsPerWeek) {
        let times = standing.removeValue(forKey: Meeting(lesson: lesson.id, number: number)) ?? 0
        expect(
          times == 1, .everythingListed, [lesson.id],
          "Meeting \(number + 1) of \(lesson.id) stands \(times) times in the timetable and its list of the unplaced.")
      }
    }
    for meeting in standing.keys.sorted(by: { ($0.lesson, $0.number) < ($1.lesson, $1.number) }) {
      expect(
        false, .everythingListed, [meeting.lesson], "\(meeting.lesson) has no meeting \(meeting.number + 1).")
    }
  }

  mutating func checkTimes() {
    let facts = facts
    for one in held {
      let (time, lesson) = (one.time, one.lesson)
      let end = facts.grid(of: lesson).flatMap { Self.end(of: lesson, from: time, on: $0) }
      expect(
        end != nil, .onGrid, [lesson.id],
        "\(lesson.id) can't stand on \(facts.begin(time.start, day: time.day)) in its time grid.")
      if let end {
        expect(
          end == time.end, .duration, [lesson.id],
          "\(lesson.id) takes \(facts.duration(lesson.duration)) from \(facts.begin(time.start, day: time.day)), no more "
            + "and no less.")
      }
      let weeks = one.entry.weeks.mask
      expect(
        one.isRegular ? weeks == facts.weeks(of: lesson) : weeks != 0 && weeks & facts.termMask == weeks, .weeks,
        [lesson.id], "\(lesson.id) is entered for the weeks '\(one.entry.weeks.pattern)', which are not its own.")
    }
  }

  /// Where the lesson ends if it begins there: whole teaching periods one after the other, pauses short, no break.
  private static func end(of lesson: Lesson, from time: TimeSpan, on grid: TimeGrid) -> Int? {
    guard time.day >= 0, time.day < grid.days.count else { return nil }
    var rest = lesson.duration
    var reached: Int?
    for period in grid.days[time.day].periods where period.start >= time.start {
      if let reached {
        guard period.start - reached <= grid.longestBridgedPause else { return nil }
      } else if period.start != time.start {
        return nil
      }
      guard period.isTeaching else { return nil }
      rest -= period.end - period.start
      reached = period.end
      if rest <= 0 { return period.end }
    }
    return nil
  }

  mutating func checkTeachers() {
    var choices: [LessonID: Set<TeacherID>] = [:]
    for one in held where one.isRegular {
      let (lesson, given) = (one.lesson, Set(one.entry.teachers))
      let own = Set(lesson.teachers)
      let extra = given.subtracting(own)
      expect(
        given.count == one.entry.teachers.count && given.isSuperset(of: own)
          && extra.allSatisfy(lesson.teacherPool.contains) && extra.count == lesson.teachersFromPool,
        .teachers, [lesson.id],
        "\(lesson.id) is taught by \(one.entry.teachers), not by \(lesson.teachers) and \(lesson.teachersFromPool) "
          + "of \(lesson.teacherPool).")
      if lesson.teachersFromPool > 0 {
        expect(
          choices[lesson.id].map { $0 == given } ?? true, .teachers, [lesson.id],
          "The meetings of \(lesson.id) have different teachers.")
        choices[lesson.id] = given
      }
    }
  }

  mutating func checkPins() {
    for one in held where one.isRegular {
      for pin in one.lesson.pins where pin.meeting == one.entry.meeting {
        let isKept =
          (pin.day == nil || pin.day == one.time.day) && (pin.start == nil || pin.start == one.time.start)
          && (pin.rooms == nil || pin.rooms.map(Set.init) == one.rooms)
        expect(
          isKept, .pins, [one.lesson.id],
          "Meeting \(pin.meeting + 1) of \(one.lesson.id) is not where it is pinned.")
      }
    }
  }
}
