/// Finds every reason why a timetable, or one entry in it, cannot stand.
///
/// One engine for manual edits, imports, generated variants and the review screen. Entries may be anything: what
/// they name and the problem does not know is reported, never trapped on.
public struct ConflictDetector: Sendable {
  let index: ProblemIndex
  var problem: Problem { index.problem }
  var wording: Wording { Wording(problem: index.problem) }

  public init(_ problem: Problem) { self.init(ProblemIndex(problem)) }
  public init(_ index: ProblemIndex) { self.index = index }

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
  /// violations.
  public func conflicts(of entry: Entry, among timetable: Timetable) -> [Conflict] {
    var conflicts = unknownReferences(entry)
    guard let subject = resolve(entry) else { return conflicts }
    let others = timetable.entries.filter { !isReplaced($0, by: entry) }
    let placed = others.compactMap(resolve)
    conflicts += ownConflicts(subject)
    conflicts += poolChoices(placed.filter { $0.lesson == subject.lesson } + [subject])
    for other in placed { conflicts += clash(subject, other) }
    conflicts += loads(placed + [subject], touching: subject)
    conflicts += brokenConstraints(
      in: Timetable(entries: others + [entry]), beyond: Timetable(entries: others), subject: entry.lesson)
    return conflicts.map { $0.with(first: entry.lesson) }
  }

  /// Conflicts, hard constraints counting once for each violation.
  func hardViolations(of timetable: Timetable) -> Int {
    let evaluator = PlainEvaluator(index)
    return conflicts(of: timetable).count { $0.kind != .constraintBroken }
      + countedConstraints.reduce(0) { $0 + evaluator.violations(of: $1, in: timetable) }
  }

  private func isReplaced(_ standing: Entry, by entry: Entry) -> Bool {
    if standing.kind == .makeup || entry.kind == .makeup { return standing == entry }
    return standing.lesson == entry.lesson && standing.meeting == entry.meeting
  }

  /// Hard constraints but those that only keep an ever-present rule hard.
  private var countedConstraints: [Constraint] {
    problem.constraints.filter {
      $0.enforcement == .hard && $0.kind != .roomCapacity && $0.kind != .studentClash
    }
  }

  private func brokenConstraints(
    in timetable: Timetable, beyond before: Timetable? = nil, subject: LessonID? = nil
  ) -> [Conflict] {
    let evaluator = PlainEvaluator(index)
    let placed = PlacedMeetings(timetable, index)
    let placedBefore = before.map { PlacedMeetings($0, index) }
    return countedConstraints.compactMap { constraint in
      let violations = evaluator.violations(of: constraint, in: placed)
      guard violations > 0 else { return nil }
      let standing = placedBefore.map { evaluator.violations(of: constraint, in: $0) } ?? 0
      guard violations > standing else { return nil }
      let note = constraint.note.isEmpty ? "" : " (\(constraint.note))"
      return Conflict(
        kind: .constraintBroken, lessons: subject.map { [$0] } ?? constraint.selector.lessons,
        subject: constraint.id.rawValue,
        message: "Constraint \(constraint.id)\(note) of kind \(constraint.kind.rawValue) is broken "
          + "\(Wording.count(violations - standing, "time")).")
    }
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
  }

  func resolve(_ entry: Entry) -> PlacedEntry? {
    guard let lesson = index.lessonIndex[entry.lesson] else { return nil }
    return PlacedEntry(
      entry: entry, lesson: lesson, rooms: Set(entry.rooms.compactMap { index.roomIndex[$0] }).sorted(),
      teachers: Set(entry.teachers.compactMap { index.teacherIndex[$0] }).sorted())
  }

  func name(_ lesson: Int) -> String { problem.lessons[lesson].name }
}

extension Conflict {
  fileprivate func with(first lesson: LessonID) -> Conflict {
    guard lessons.contains(lesson), lessons.first != lesson else { return self }
    var copy = self
    copy.lessons = [lesson] + lessons.filter { $0 != lesson }
    return copy
  }
}
