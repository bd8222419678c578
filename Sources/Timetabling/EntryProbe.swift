/// Judges places for one meeting against a standing timetable, quickly: a why-not map asks it for every slot.
///
/// What does not depend on the place is computed once. An answer costs what shares the entry's day, people and rooms.
public struct EntryProbe: Sendable {
  private let detector: ConflictDetector
  private let evaluator: PlainEvaluator
  private let others: [ConflictDetector.PlacedEntry]
  private let placed: PlacedMeetings
  private let counted: [(constraint: Constraint, subjects: [Int])]
  private let byDay: [Int: [Int]]
  private let byTeacher: [Int: [Int]]
  private let byRoom: [Int: [Int]]

  init(_ detector: ConflictDetector, others entries: [Entry]) {
    self.detector = detector
    evaluator = PlainEvaluator(detector.index)
    others = entries.compactMap(detector.resolve)
    counted = detector.countedConstraints.map { ($0, detector.index.subjects(of: $0)) }
    placed = PlacedMeetings(Timetable(entries: entries), detector.index)
    byDay = Dictionary(grouping: others.indices, by: { [others] in others[$0].entry.time.day })
    byTeacher = Self.positions(others, by: \.teachers)
    byRoom = Self.positions(others, by: \.rooms)
  }

  private static func positions(
    _ entries: [ConflictDetector.PlacedEntry], by keys: (ConflictDetector.PlacedEntry) -> [Int]
  ) -> [Int: [Int]] {
    entries.enumerated().reduce(into: [:]) { positions, entry in
      for key in keys(entry.element) { positions[key, default: []].append(entry.offset) }
    }
  }

  /// As `ConflictDetector.conflicts(of:among:)` says.
  public func conflicts(of entry: Entry) -> [Conflict] {
    var conflicts = detector.unknownReferences(entry)
    guard let subject = detector.resolve(entry) else { return conflicts }
    conflicts += detector.ownConflicts(subject)
    conflicts += detector.poolChoices(others.filter { $0.lesson == subject.lesson } + [subject])
    for position in byDay[entry.time.day] ?? [] { conflicts += detector.clash(subject, others[position]) }
    let near = subject.teachers.flatMap { byTeacher[$0] ?? [] } + subject.rooms.flatMap { byRoom[$0] ?? [] }
    conflicts += detector.loads(Set(near).sorted().map { others[$0] } + [subject], touching: subject)
    if !subject.isMakeup { conflicts += brokenConstraints(by: subject) }
    return conflicts.map { $0.with(first: entry.lesson) }
  }

  /// Hard constraints of which the entry adds violations, looked for only where it can.
  private func brokenConstraints(by subject: ConflictDetector.PlacedEntry) -> [Conflict] {
    let facts = detector.index.lessons[subject.lesson]
    let near = counted.compactMap { constraint, everybody -> (constraint: Constraint, subjects: [Int])? in
      switch constraint.kind.subject {
      case .teachers:
        let own = everybody.filter(subject.teachers.contains)
        return own.isEmpty ? nil : (constraint, own)
      case .groups:
        let own = everybody.filter(facts.attending.contains)
        return own.isEmpty ? nil : (constraint, own)
      case .lessons:
        return constraint.kind == .lessonsEndDay || everybody.contains(subject.lesson) ? (constraint, everybody) : nil
      }
    }
    guard !near.isEmpty else { return [] }
    let after = placed.adding(subject.entry)
    return near.compactMap { constraint, subjects in
      let violations = evaluator.violations(of: constraint, subjects, in: after)
      guard violations > 0 else { return nil }
      let added = violations - evaluator.violations(of: constraint, subjects, in: placed)
      return added > 0 ? detector.broken(constraint, added, lessons: [subject.entry.lesson]) : nil
    }
  }
}

extension Conflict {
  fileprivate func with(first lesson: LessonID) -> Conflict {
    guard lessons.contains(lesson), lessons.first != lesson else { return self }
    var copy = self
    copy.lessons = [lesson] + lessons.filter { $0 != lesson }
    return copy
  }
}
