import Optimization
import Testing
import Timetabling

/// What the search looks up, against the same worked out pair by pair from the problem.
@Suite struct CompiledProblemTests {
  /// With pins, and constraints about rooms, times, students and lessons that must not overlap.
  private func problem(_ seed: UInt64) -> Problem {
    var random = RandomProblem(seed: seed)
    for kind in [ConstraintKind.lessonsAllowedRooms, .lessonsAllowedTimes, .lessonsNotOverlapping] {
      random.problem.constraints.append(random.constraint(kind, .hard))
    }
    for kind in [ConstraintKind.lessonsAllowedRooms, .roomCapacity, .studentClash] {
      var constraint = random.constraint(kind, .weighted(2))
      constraint.id = ConstraintID("weighted \(kind.rawValue)")
      random.problem.constraints.append(constraint)
    }
    random.problem.lessons[3].pins = [Pin(day: 1), Pin(rooms: ["R1", "R3", "R4"])]
    random.problem.lessons[5].pins = [Pin(start: 600)]
    return random.problem
  }

  @Test(arguments: UInt64(1)...12) func neighborsAndTiesAreThoseOfEveryPair(_ seed: UInt64) {
    let compiled = CompiledTrial(problem(seed))
    let plain = PlainPairs(compiled)

    for one in plain.lessons {
      let apart = plain.lessons.filter { plain.areApart(one, $0) }
      let students = plain.lessons.map { ($0, plain.studentsInOneWeek(one, $0)) }.filter { $1 > 0 }
      let ties = plain.lessons.map { ($0, plain.tie(one, $0)) }.filter { $1 > 0 }
      #expect(compiled.neighbors(of: one) == apart)
      #expect(plain.lessons.filter { compiled.areApart(one, $0) } == apart)
      #expect(compiled.sharedStudents(of: one) == Dictionary(uniqueKeysWithValues: students))
      #expect(compiled.ties(of: one) == Dictionary(uniqueKeysWithValues: ties))
    }
  }

  @Test(arguments: UInt64(1)...12) func optionsAreThoseThatEachMeetingMayHaveByItself(_ seed: UInt64) {
    let compiled = CompiledTrial(problem(seed))
    let index = compiled.index

    for (meeting, (lesson, number)) in compiled.meetings.enumerated() {
      let pins = index.problem.lessons[lesson].pins.filter { $0.meeting == number }
      let rooms = index.problem.rooms.indices.filter { room in
        isOpen(index, lesson, room: room)
          && pins.compactMap(\.rooms).allSatisfy { $0.contains(index.problem.rooms[room].id) }
      }
      let times = index.lessons[lesson].placements.filter { span in
        isOpen(index, compiled.teachers(of: lesson), lesson, span)
          && pins.allSatisfy { ($0.day ?? span.day) == span.day && ($0.start ?? span.start) == span.start }
      }
      let hasRooms = index.problem.lessons[lesson].roomNeed.count > 0
      #expect(compiled.rooms(of: meeting) == (hasRooms ? rooms : [index.problem.rooms.count]))
      #expect(index.problem.rooms.indices.filter { compiled.isAllowed(meeting, room: $0) } == (hasRooms ? rooms : []))
      #expect(compiled.times(of: meeting) == times)
    }
  }

  @Test func meetingsThatAskTheSameOfRoomsShareARow() {
    var school = TinySchool(days: 1, periods: 4)
    for number in 0..<4 {
      school.add(Lesson(id: LessonID("L\(number)"), duration: 60, meetingsPerWeek: 2, size: number < 3 ? 20 : 21))
    }

    #expect(CompiledTrial(school.problem).roomRowCount == 2)
  }

  private func isOpen(_ index: ProblemIndex, _ lesson: Int, room: Int) -> Bool {
    // Of several rooms but one has to be among those that are allowed: each by itself is open.
    let limits = index.problem.lessons[lesson].roomNeed.count > 1 ? [] : hard(.lessonsAllowedRooms, lesson, index)
    return index.lessons[lesson].rooms.contains(room)
      && limits.allSatisfy { $0.rooms.contains(index.problem.rooms[room].id) }
  }

  private func isOpen(_ index: ProblemIndex, _ teachers: [Int], _ lesson: Int, _ span: TimeSpan) -> Bool {
    let weeks = index.lessons[lesson].weeks
    return teachers.allSatisfy { !index.isBlocked(teacher: $0, at: span, weeks: weeks) }
      && index.lessons[lesson].attending.allSatisfy { !index.isBlocked(group: $0, at: span, weeks: weeks) }
      && hard(.lessonsAllowedTimes, lesson, index).allSatisfy { $0.times.contains { $0.covers(span) } }
  }
}

private func hard(_ kind: ConstraintKind, _ lesson: Int, _ index: ProblemIndex) -> [Constraint] {
  index.problem.constraints.filter {
    $0.kind == kind && $0.enforcement == .hard && index.lessons(of: $0.selector).contains(lesson)
  }
}

/// Two lessons side by side.
private struct PlainPairs {
  let compiled: CompiledTrial
  let lessons: Range<Int>

  init(_ compiled: CompiledTrial) {
    self.compiled = compiled
    lessons = compiled.index.lessons.indices
  }

  private func facts(_ lesson: Int) -> LessonFacts { compiled.index.lessons[lesson] }

  private func common(_ one: [Int], _ other: [Int]) -> Int { Set(one).intersection(other).count }

  /// Shared teachers, groups and lists of lessons that must not overlap.
  private func hardTie(_ one: Int, _ other: Int) -> Int {
    20 * common(compiled.teachers(of: one), compiled.teachers(of: other))
      + 10 * common(facts(one).atoms, facts(other).atoms)
      + hard(.lessonsNotOverlapping, one, compiled.index)
      .count { compiled.index.lessons(of: $0.selector).contains(other) }
  }

  func tie(_ one: Int, _ other: Int) -> Int {
    one == other ? 0 : hardTie(one, other) + common(facts(one).students, facts(other).students)
  }

  func studentsInOneWeek(_ one: Int, _ other: Int) -> Int {
    one != other && facts(one).weeks.meets(facts(other).weeks) ? common(facts(one).students, facts(other).students) : 0
  }

  func areApart(_ one: Int, _ other: Int) -> Bool {
    if one == other { return compiled.index.problem.lessons[one].meetingsPerWeek > 1 }
    guard facts(one).weeks.meets(facts(other).weeks) else { return false }
    let isSoft = facts(one).studentClashIsSoft || facts(other).studentClashIsSoft
    return hardTie(one, other) > 0 || !isSoft && studentsInOneWeek(one, other) > 0
  }
}
