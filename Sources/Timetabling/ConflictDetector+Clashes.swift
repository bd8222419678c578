/// Who and what is in two places at once.
extension ConflictDetector {
  /// A meeting that is entered twice, once for each time too many.
  func duplicates(_ placed: [PlacedEntry]) -> [Conflict] {
    var seen: Set<[Int]> = []
    return placed.filter { !$0.isMakeup && !seen.insert([$0.lesson, $0.entry.meeting]).inserted }.map {
      conflict(
        .duplicateMeeting, $0, subject: $0.entry.lesson.rawValue,
        "Meeting \($0.entry.meeting + 1) of \(name($0.lesson)) is entered more than once.")
    }
  }

  /// All clashes, found among the entries that share a teacher, an atom of a group, a student, a room or a lesson.
  func clashes(_ placed: [PlacedEntry]) -> [Conflict] {
    var holders: [Holder: [Int]] = [:]
    for (position, entry) in placed.enumerated() {
      let facts = index.lessons[entry.lesson]
      let day = entry.entry.time.day
      holders[Holder(kind: 0, id: entry.lesson, day: day), default: []].append(position)
      for teacher in entry.teachers { holders[Holder(kind: 1, id: teacher, day: day), default: []].append(position) }
      for atom in facts.atoms { holders[Holder(kind: 2, id: atom, day: day), default: []].append(position) }
      for student in facts.students { holders[Holder(kind: 3, id: student, day: day), default: []].append(position) }
      for room in entry.rooms where !problem.rooms[room].isVirtual {
        holders[Holder(kind: 4, id: room, day: day), default: []].append(position)
      }
    }
    var pairs: Set<SIMD2<Int>> = []
    for entries in holders.values where entries.count > 1 {
      let inOrder = entries.sorted { placed[$0].entry.time < placed[$1].entry.time }
      for (offset, one) in inOrder.enumerated() {
        for other in inOrder[(offset + 1)...] {
          if placed[other].entry.time.start >= placed[one].entry.time.end { break }
          if placed[one].overlaps(placed[other]) { pairs.insert([min(one, other), max(one, other)]) }
        }
      }
    }
    return pairs.sorted { ($0.x, $0.y) < ($1.x, $1.y) }.flatMap { clash(placed[$0.x], placed[$0.y]) }
  }

  private struct Holder: Hashable {
    let kind: Int
    let id: Int
    let day: Int
  }

  /// Why the two cannot both stand; empty where they do not overlap or share nothing.
  private func clash(_ one: PlacedEntry, _ other: PlacedEntry) -> [Conflict] {
    one.overlaps(other) ? clashInAnyRoom(one, other) + roomClashes(one, other) : []
  }

  /// Why two that overlap cannot both stand, whatever their rooms.
  func clashInAnyRoom(_ one: PlacedEntry, _ other: PlacedEntry) -> [Conflict] {
    guard sharePeople(one, other) else { return [] }
    guard one.lesson != other.lesson else {
      let message = "Two meetings of \(name(one.lesson)) overlap \(wording.time(one.entry.time))."
      return [clash(.duplicateMeeting, one, other, one.entry.lesson.rawValue, message)]
    }
    let (both, time) = (names(one, other), wording.time(one.entry.time))
    let teachers = Set(one.teachers).intersection(other.teachers).sorted().map { teacher in
      clash(
        .teacherClash, one, other, problem.teachers[teacher].id.rawValue,
        "\(problem.teachers[teacher].name) teaches \(both) at one time, \(time).")
    }
    return teachers + attendanceClash(one, other, both: both, time: time)
  }

  /// Rooms that two that overlap would both hold; of one lesson it is told already that they overlap.
  func roomClashes(_ one: PlacedEntry, _ other: PlacedEntry) -> [Conflict] {
    guard one.lesson != other.lesson, GroupTree.share(one.rooms, other.rooms) else { return [] }
    return Set(one.rooms).intersection(other.rooms).sorted().filter { !problem.rooms[$0].isVirtual }.map { room in
      clash(
        .roomClash, one, other, problem.rooms[room].id.rawValue,
        "Room \(problem.rooms[room].name) holds \(names(one, other)) at one time, \(wording.time(one.entry.time)).")
    }
  }

  private func clash(
    _ kind: Conflict.Kind, _ one: PlacedEntry, _ other: PlacedEntry, _ subject: String, _ message: String
  ) -> Conflict {
    Conflict(kind: kind, lessons: [one.entry.lesson, other.entry.lesson], subject: subject, message: message)
  }

  private func names(_ one: PlacedEntry, _ other: PlacedEntry) -> String {
    "\(name(one.lesson)) and \(name(other.lesson))"
  }

  /// Most entries at one time have nothing to do with one another: a why-not map asks of thousands of pairs.
  private func sharePeople(_ one: PlacedEntry, _ other: PlacedEntry) -> Bool {
    let (left, right) = (index.lessons[one.lesson], index.lessons[other.lesson])
    return one.lesson == other.lesson || GroupTree.share(one.teachers, other.teachers)
      || GroupTree.share(left.atoms, right.atoms) || GroupTree.share(left.students, right.students)
  }

  private func attendanceClash(_ one: PlacedEntry, _ other: PlacedEntry, both: String, time: String) -> [Conflict] {
    let (left, right) = (index.lessons[one.lesson], index.lessons[other.lesson])
    let atoms = Set(left.atoms).intersection(right.atoms)
    if !atoms.isEmpty {
      let named = Set(left.groups).union(right.groups).intersection(atoms)
      let group = (named.isEmpty ? atoms : named).sorted()[0]
      return [
        clash(
          .groupClash, one, other, problem.groups[group].id.rawValue,
          "Class group \(problem.groups[group].name) has \(both) at one time, \(time).")
      ]
    }
    let students = Set(left.students).intersection(right.students).sorted()
    guard let first = students.first, !left.studentClashIsSoft, !right.studentClashIsSoft else { return [] }
    return [
      clash(
        .studentClash, one, other, problem.students[first].id.rawValue,
        "\(Wording.list(students.map { problem.students[$0].name }).sentence) \(students.count == 1 ? "has" : "have") "
          + "\(both) at one time, \(time).")
    ]
  }
}
