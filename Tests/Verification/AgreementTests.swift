import Testing
import Timetabling
import Verification

/// The verifier and the conflict detector were written apart; where they differ, one of them is wrong.
@Suite struct AgreementTests {
  /// Fills a timetable entry by entry, keeping what is valid, and compares both on every attempt.
  private func fill(_ seed: UInt64, compare: (Problem, Timetable, VerificationReport) -> Void) -> (Problem, Timetable) {
    var institution = RandomInstitution(seed: seed)
    let problem = institution.problem
    let all = problem.lessons.flatMap { lesson in
      (0..<lesson.meetingsPerWeek).map { Unplaced(lesson: lesson.id, meeting: $0, reasons: []) }
    }
    var kept = Timetable(entries: [], unplaced: all)
    for _ in 0..<3 {
      for missing in kept.unplaced {
        guard let lesson = problem.lessons.first(where: { $0.id == missing.lesson }) else { continue }
        let sibling = kept.entries.first { $0.lesson == lesson.id && $0.kind == .regular }
        let entry = institution.entry(for: lesson, meeting: missing.meeting, teachers: sibling?.teachers)
        let placed = Set(kept.entries.filter { $0.kind != .makeup }.map { Place($0.lesson, $0.meeting) })
          .union(entry.kind == .makeup ? [] : [Place(entry.lesson, entry.meeting)])
        let next = Timetable(
          entries: kept.entries + [entry], unplaced: all.filter { !placed.contains(Place($0.lesson, $0.meeting)) })
        let report = Verifier.verify(problem, next)
        compare(problem, next, report)
        if report.isValid { kept = next }
      }
    }
    return (problem, kept)
  }

  private struct Place: Hashable {
    let lesson: LessonID
    let meeting: Int

    init(_ lesson: LessonID, _ meeting: Int) {
      self.lesson = lesson
      self.meeting = meeting
    }
  }

  @Test(arguments: 0..<300 as Range<UInt64>) func bothFindSomethingOrNeitherDoes(seed: UInt64) {
    _ = fill(seed) { problem, timetable, report in
      let conflicts = ConflictDetector(problem).conflicts(of: timetable)
      #expect(report.isValid == conflicts.isEmpty, "seed \(seed): \(report.violations) \(conflicts)")
    }
  }

  @Test(arguments: 300..<400 as Range<UInt64>) func aHardConstraintIsBrokenForBoth(seed: UInt64) {
    _ = fill(seed) { problem, timetable, report in
      let evaluator = PlainEvaluator(problem)
      let broken = Set(report.violations.map(\.rule).filter { $0.hasPrefix("constraint.") })
      let counted = problem.constraints.filter {
        $0.enforcement == .hard && $0.kind != .roomCapacity && $0.kind != .studentClash
          && evaluator.violations(of: $0, in: timetable) > 0
      }
      #expect(broken == Set(counted.map { "constraint." + $0.kind.rawValue }), "seed \(seed)")
      #expect((evaluator.score(timetable).hardViolations == 0) == report.isValid)
    }
  }

  @Test(arguments: 400..<500 as Range<UInt64>) func boundsHoldForCompleteValidTimetables(seed: UInt64) {
    let (problem, filled) = fill(seed) { _, _, _ in }
    // What found no place is taken out of the problem, and so the rest is complete.
    let missing = Set(filled.unplaced.map(\.lesson))
    var complete = problem
    complete.lessons.removeAll { missing.contains($0.id) }
    let timetable = Timetable(entries: filled.entries.filter { !missing.contains($0.lesson) && $0.kind == .regular })
    let evaluator = PlainEvaluator(complete)
    let bounds = CriterionBounds(complete, base: filled)
    for criterion in Criterion.allCases {
      let (best, worst) = bounds.bounds(of: criterion)
      let units = evaluator.units(of: criterion, in: timetable, base: filled)
      #expect(best <= units && units <= worst, "seed \(seed): \(criterion) \(best) \(units) \(worst)")
    }
  }

  @Test(arguments: 500..<600 as Range<UInt64>) func whatStandsHasNoFinding(seed: UInt64) {
    let (problem, filled) = fill(seed) { _, _, _ in }
    let missing = Set(filled.unplaced.map(\.lesson))
    var complete = problem
    complete.lessons.removeAll { missing.contains($0.id) }
    let timetable = Timetable(entries: filled.entries.filter { !missing.contains($0.lesson) })
    guard Verifier.verify(complete, timetable).isValid else { return }
    #expect(Precheck.findings(in: complete).isEmpty, "seed \(seed)")
  }

  @Test(arguments: 600..<700 as Range<UInt64>) func oneEntryIsJudgedAsTheWhole(seed: UInt64) throws {
    let (problem, filled) = fill(seed) { _, _, _ in }
    var institution = RandomInstitution(seed: seed)
    let detector = ConflictDetector(problem)
    for standing in filled.entries where standing.kind == .regular {
      #expect(detector.conflicts(of: standing, among: filled).isEmpty, "seed \(seed)")
      let others = filled.entries.filter { $0 != standing }
      guard detector.conflicts(of: Timetable(entries: others)).isEmpty,
        let lesson = problem.lessons.first(where: { $0.id == standing.lesson })
      else { continue }
      let board = StandingEntries(Timetable(entries: others), detector)
      for _ in 0..<10 {
        var entry = institution.entry(for: lesson, meeting: standing.meeting, teachers: standing.teachers)
        entry.meeting = standing.meeting
        let whole = detector.conflicts(of: Timetable(entries: others + [entry]))
        let probe = try #require(board.probe(of: entry))
        let alone = probe.conflicts(at: entry.time, in: entry.rooms)
        #expect(alone.isEmpty == whole.isEmpty, "seed \(seed): \(entry) \(whole)")
      }
    }
  }
}
