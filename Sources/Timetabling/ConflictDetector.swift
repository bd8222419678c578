/// Finds every reason why a timetable, or one entry in it, cannot stand.
///
/// One engine for manual edits, imports, generated variants and the review screen. Entries may be anything: what
/// they name and the problem does not know is reported, never trapped on.
public struct ConflictDetector: Sendable {
  let index: ProblemIndex
  let wording: Wording
  /// Hard constraints but those that only keep an ever-present rule hard, with those they are counted for.
  let counted: [(constraint: Constraint, subjects: [Int])]
  var problem: Problem { index.problem }

  public init(_ problem: Problem) { self.init(ProblemIndex(problem)) }

  public init(_ index: ProblemIndex) {
    self.index = index
    wording = Wording(problem: index.problem)
    counted = index.problem.constraints.filter {
      $0.enforcement == .hard && $0.kind != .roomCapacity && $0.kind != .studentClash
    }
    .map { ($0, index.subjects(of: $0)) }
  }

  /// Everything wrong in the whole timetable, each thing once. What is not placed is no conflict.
  public func conflicts(of timetable: Timetable) -> [Conflict] {
    let placed = timetable.entries.compactMap(resolve)
    return timetable.entries.flatMap(unknownReferences)
      + duplicates(placed)
      + placed.flatMap(ownConflicts)
      + poolChoices(placed)
      + clashes(placed)
      + loads(placed)
      + brokenConstraints(in: timetable)
  }

  /// What is wrong with one entry if it stood in the timetable, in place of the timetable's own entry for the same
  /// meeting. Its lesson comes first in every conflict. A hard constraint is reported where the entry adds to its
  /// violations. To try many places for one meeting, ask one `EntryProbe` again and again.
  public func conflicts(of entry: Entry, among timetable: Timetable) -> [Conflict] {
    guard let probe = StandingEntries(timetable, self).probe(of: entry) else { return unknownReferences(entry) }
    return probe.conflicts(at: entry.time, in: entry.rooms)
  }

  /// Conflicts, hard constraints counting once for each violation.
  public func hardViolations(of timetable: Timetable) -> Int {
    let evaluator = PlainEvaluator(index)
    let placed = PlacedMeetings(timetable, index)
    return conflicts(of: timetable).count { $0.kind != .constraintBroken }
      + counted.reduce(0) { $0 + evaluator.violations(of: $1.constraint, $1.subjects, in: placed) }
  }

  private func brokenConstraints(in timetable: Timetable) -> [Conflict] {
    let evaluator = PlainEvaluator(index)
    let placed = PlacedMeetings(timetable, index)
    return counted.compactMap { constraint, subjects in
      let violations = evaluator.violations(of: constraint, subjects, in: placed)
      return violations > 0 ? broken(constraint, violations, lessons: constraint.selector.lessons) : nil
    }
  }

  func broken(_ constraint: Constraint, _ violations: Int, lessons: [LessonID]) -> Conflict {
    let note = constraint.note.isEmpty ? "" : " (\(constraint.note))"
    return Conflict(
      kind: .constraintBroken, lessons: lessons, subject: constraint.id.rawValue,
      message: "Constraint \(constraint.id)\(note) of kind \(constraint.kind.rawValue) is broken "
        + "\(Wording.count(violations, "time")).")
  }
}

extension ConflictDetector {
  /// An entry whose lesson is known, with what else of it is.
  struct PlacedEntry {
    let entry: Entry
    let lesson: Int
    let rooms: [Int]
    let teachers: [Int]

    var isMakeup: Bool { entry.kind == .makeup }

    func overlaps(_ other: PlacedEntry) -> Bool {
      entry.time.overlaps(other.entry.time) && entry.weeks.meets(other.entry.weeks)
    }

    func placed(at time: TimeSpan, in rooms: [RoomID], _ index: ProblemIndex) -> PlacedEntry {
      var moved = entry
      moved.time = time
      moved.rooms = rooms
      return PlacedEntry(entry: moved, lesson: lesson, rooms: index.positions(of: rooms), teachers: teachers)
    }
  }

  func resolve(_ entry: Entry) -> PlacedEntry? {
    guard let lesson = index.lessonIndex[entry.lesson] else { return nil }
    return PlacedEntry(
      entry: entry, lesson: lesson, rooms: index.positions(of: entry.rooms),
      teachers: Set(entry.teachers.compactMap { index.teacherIndex[$0] }).sorted())
  }

  func name(_ lesson: Int) -> String { problem.lessons[lesson].name }
}
