/// The hard constraints that one entry may break, and how far they are broken without it.
struct RuleProbe: Sendable {
  struct Rule: Sendable {
    let constraint: Constraint
    /// Those of whom an entry can change the count.
    let subjects: [Int]
    let violations: Int
  }

  private let detector: ConflictDetector
  private let near: [Rule]
  private let placed: PlacedMeetings

  init(_ subject: ConflictDetector.PlacedEntry, among standing: StandingEntries, without own: [Int]) {
    let detector = standing.detector
    let near =
      subject.isMakeup ? [] : detector.counted.compactMap { Self.near($0.constraint, $0.subjects, subject, detector) }
    let placed =
      near.isEmpty ? standing.placed : own.reduce(standing.placed) { $0.removing(standing.entries[$1].entry) }
    let evaluator = PlainEvaluator(detector.index)
    self.detector = detector
    self.near = near.map { constraint, subjects in
      Rule(
        constraint: constraint, subjects: subjects,
        violations: evaluator.violations(of: constraint, subjects, in: placed))
    }
    self.placed = placed
  }

  /// Nil where the entry can't make a difference.
  private static func near(
    _ constraint: Constraint, _ everybody: [Int], _ subject: ConflictDetector.PlacedEntry, _ detector: ConflictDetector
  ) -> (Constraint, [Int])? {
    switch constraint.kind.subject {
    case .teachers:
      let own = everybody.filter(subject.teachers.contains)
      return own.isEmpty ? nil : (constraint, own)
    case .groups:
      let own = everybody.filter(detector.index.lessons[subject.lesson].attending.contains)
      return own.isEmpty ? nil : (constraint, own)
    case .lessons:
      if constraint.kind == .lessonsEndDay { return (constraint, everybody) }
      guard everybody.contains(subject.lesson) else { return nil }
      return (constraint, constraint.kind.countsLessonsOneByOne ? [subject.lesson] : everybody)
    }
  }

  func rules(for subject: ConflictDetector.PlacedEntry) -> TimeRules {
    TimeRules(near, detector, near.isEmpty ? placed : placed.adding(subject.entry), subject)
  }
}

/// Which hard constraints one entry breaks at one time.
struct TimeRules: Sendable {
  private let detector: ConflictDetector
  private let rules: [RuleProbe.Rule]
  /// What each rule says in any room; rules that look at rooms are asked for each.
  private var brokenInAnyRoom: [Conflict?]
  /// The entry among them.
  private var placed: PlacedMeetings

  init(
    _ rules: [RuleProbe.Rule], _ detector: ConflictDetector, _ placed: PlacedMeetings,
    _ subject: ConflictDetector.PlacedEntry
  ) {
    self.detector = detector
    self.rules = rules
    self.placed = placed
    brokenInAnyRoom = []
    brokenInAnyRoom = rules.map { $0.constraint.kind.looksAtRooms ? nil : broken($0, by: subject) }
  }

  mutating func broken(by subject: ConflictDetector.PlacedEntry) -> [Conflict] {
    if rules.contains(where: \.constraint.kind.looksAtRooms) { placed.bringLast(into: subject.rooms) }
    return zip(rules, brokenInAnyRoom).compactMap { rule, known in
      rule.constraint.kind.looksAtRooms ? broken(rule, by: subject) : known
    }
  }

  private func broken(_ rule: RuleProbe.Rule, by subject: ConflictDetector.PlacedEntry) -> Conflict? {
    let violations = PlainEvaluator(detector.index).violations(of: rule.constraint, rule.subjects, in: placed)
    guard violations > rule.violations else { return nil }
    return detector.broken(rule.constraint, violations - rule.violations, lessons: [subject.entry.lesson])
  }
}
