import Optimization
import Timetabling

/// Says whether a problem has a complete timetable, and why not: by counting, by a timetable that is found and verified,
/// then with the exact solver over times and numbers of rooms, then by the smallest sets of rules that exclude one
/// another, then by what would be enough to change.
///
/// Deterministic for the same problem, limits and timetables found, as long as neither a check nor the whole runs into
/// its wall clock. Blocks its thread, and CP-SAT may end the process on a fault of its own: use it where that is no loss.
public struct InfeasibilityExplainer {
  private let index: ProblemIndex
  private let solver: (any ExactSolver)?
  private let search: TimetableSearch?
  private let limits: ExplanationLimits
  private let effort: RelaxationEffort

  /// `problem` must have passed `ProblemCheck`. Without a solver only counting speaks, and a timetable that is found.
  public init(
    _ problem: Problem, solver: (any ExactSolver)?, search: TimetableSearch? = nil,
    limits: ExplanationLimits = ExplanationLimits(), effort: RelaxationEffort = RelaxationEffort()
  ) {
    index = ProblemIndex(problem)
    self.solver = solver
    self.search = search
    self.limits = limits
    self.effort = effort
  }

  /// After a cancellation, or when the time has run out, it tells what was proven until then.
  public func explain(
    onProgress: (ExplanationProgress) -> Void = { _ in }, isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws -> InfeasibilityExplanation {
    let end = ContinuousClock.now + .seconds(limits.seconds)
    let isOver: @Sendable () -> Bool = { ContinuousClock.now >= end || isCancelled() }
    var explanation = InfeasibilityExplanation(findings: Precheck.findings(in: index))
    let book = RuleBook(index)
    explanation.omissions = book.omissions

    var witness: Witness?
    // Where counting has spoken a timetable is of use to the solver alone: what it holds need not be asked.
    if explanation.verdict != .impossible || solver != nil {
      witness = try findWitness(ticks: limits.firstTicks, into: &explanation, onProgress, isOver)
    }
    if explanation.verdict == .possible { return explanation }
    if let solver {
      let times = MeetingTimes(index, pools: book.pools)
      let conflicts = ConflictSearch(
        RuleRowMaker(index, book, times), witness: witness?.literals(in: times) ?? [], solver: solver, limits: limits,
        end: end, isCancelled: isCancelled)
      try addConflicts(of: conflicts, book, to: &explanation, onProgress)
    }
    if explanation.verdict != .impossible {
      _ = try findWitness(ticks: limits.lastTicks, into: &explanation, onProgress, isOver)
    }
    return explanation
  }

  /// Asks for a timetable and verifies it. A complete one decides where counting has not.
  private func findWitness(
    ticks: UInt64, into explanation: inout InfeasibilityExplanation, _ onProgress: (ExplanationProgress) -> Void,
    _ isOver: @escaping @Sendable () -> Bool
  ) throws -> Witness? {
    guard let search, !isOver() else { return nil }
    onProgress(.lookingForTimetable)
    guard let timetable = try search(ticks, isOver) else { return nil }
    let witness: Witness
    do {
      witness = try Witness(timetable, of: index.problem)
    } catch {
      explanation.refusal = error.violation.message
      return nil
    }
    if witness.isComplete, explanation.verdict == .impossible {
      explanation.refusal = "It is complete, but counting proves that no timetable is."
      return nil
    }
    if explanation.timetable.map({ timetable.unplaced.count < $0.unplaced.count }) ?? true {
      explanation.timetable = timetable
    }
    if witness.isComplete {
      explanation.verdict = .possible
      explanation.wasCutShort = false
    }
    return witness
  }

  private func addConflicts(
    of search: ConflictSearch, _ book: RuleBook, to explanation: inout InfeasibilityExplanation,
    _ onProgress: (ExplanationProgress) -> Void
  ) throws {
    onProgress(.lookingAtEverything)
    var answer = try search.ask(search.everything)
    if answer == .unknown {
      try addConflicts(of: search, book, to: &explanation, asksAll: false, onProgress)
      if explanation.conflicts.isEmpty { answer = try search.ask(search.everything, anySize: true) }
    }
    switch answer {
    case .possible: if explanation.findings.isEmpty { explanation.verdict = .timesExist }
    case .impossible: try addConflicts(of: search, book, to: &explanation, asksAll: true, onProgress)
    case .unknown: break
    }
    explanation.checks = search.checks
    explanation.wasCutShort = search.wasCutShort
  }

  private func addConflicts(
    of search: ConflictSearch, _ book: RuleBook, to explanation: inout InfeasibilityExplanation,
    asksAll: Bool, _ onProgress: (ExplanationProgress) -> Void
  ) throws {
    var found: [(rules: [Int], isMinimal: Bool)] = []
    var rest = search.everything
    onProgress(.lookingForConflicts(found: 0))
    while found.count < limits.mostConflicts, let core = try search.impossible(within: rest, asksAll: asksAll) {
      let conflict = try search.minimalRules(core)
      guard !conflict.rules.isEmpty else { break }
      found.append(conflict)
      rest.rules = rest.rules.subtracting(conflict.rules)
      onProgress(.lookingForConflicts(found: found.count))
    }
    if found.isEmpty { return }
    explanation.verdict = .impossible
    onProgress(.lookingForRepairs)
    let words = RuleWords(index, book)
    let relaxer = Relaxer(search: search, words: words, effort: effort)
    let concerned = try found.map { conflict in
      try search.minimalLessons(
        ConflictSearch.Question(rules: Members(conflict.rules), meetings: search.everything.meetings))
    }
    search.movable = Members(concerned.lazy.flatMap(\.lessons).flatMap { search.times.ofLesson[$0] })
    var dropped: Set<Int> = []
    for (conflict, (lessons, areMinimal)) in zip(found, concerned) {
      let others = Set(found.flatMap(\.rules)).subtracting(conflict.rules)
      var question = search.everything
      question.rules = question.rules.subtracting(others)
      let relaxations = try relaxer.relaxations(of: conflict.rules, in: question)
      if let rule = relaxations.first?.position { dropped.insert(rule) }
      explanation.conflicts.append(
        RuleConflict(
          rules: conflict.rules.map { words.name(search.rules[$0]) },
          lessons: lessons.map { index.problem.lessons[$0].id }, isMinimal: conflict.isMinimal,
          areLessonsMinimal: areMinimal, relaxations: relaxations.map(\.relaxation)))
    }
    guard dropped.count == found.count, found.count > 1 else { return }
    var repaired = search.everything
    repaired.rules = repaired.rules.subtracting(dropped)
    switch try search.ask(repaired) {
    case .possible: explanation.areRepairsEnough = true
    case .impossible: explanation.areRepairsEnough = false
    case .unknown: break
    }
  }
}

/// What an explanation is busy with.
public enum ExplanationProgress: Hashable, Sendable {
  case lookingForTimetable
  case lookingAtEverything
  case lookingForConflicts(found: Int)
  case lookingForRepairs
}
