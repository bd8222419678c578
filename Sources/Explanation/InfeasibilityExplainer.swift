import Optimization
import Timetabling

/// Explains why a problem has no complete timetable: by counting, then with the exact solver over times and numbers of
/// rooms, then by the smallest sets of rules that exclude one another, then by what would be enough to change.
///
/// Deterministic for the same problem and limits, as long as neither a check nor the whole runs into its wall clock. Blocks its thread, and
/// CP-SAT may end the process on a fault of its own: use it where that is no loss.
public struct InfeasibilityExplainer {
  private let index: ProblemIndex
  private let solver: (any ExactSolver)?
  private let limits: ExplanationLimits
  private let effort: RelaxationEffort

  /// `problem` must have passed `ProblemCheck`. Without a solver only counting speaks.
  public init(
    _ problem: Problem, solver: (any ExactSolver)?, limits: ExplanationLimits = ExplanationLimits(),
    effort: RelaxationEffort = RelaxationEffort()
  ) {
    index = ProblemIndex(problem)
    self.solver = solver
    self.limits = limits
    self.effort = effort
  }

  /// After a cancellation, or when the time has run out, it tells what was proven until then.
  public func explain(
    onProgress: (ExplanationProgress) -> Void = { _ in }, isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws -> InfeasibilityExplanation {
    let start = ContinuousClock.now
    let book = RuleBook(index)
    var explanation = InfeasibilityExplanation(
      verdict: .undecided, findings: Precheck.findings(in: index), conflicts: [], areRepairsEnough: nil,
      omissions: book.omissions, checks: 0, wasCutShort: false)
    if !explanation.findings.isEmpty { explanation.verdict = .impossible }
    guard let solver else { return explanation }

    let search = ConflictSearch(
      RuleRowMaker(index, book, MeetingTimes(index)), solver: solver, limits: limits, start: start,
      isCancelled: isCancelled)
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
    return explanation
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
    var dropped: Set<Int> = []
    for conflict in found {
      let others = Set(found.flatMap(\.rules)).subtracting(conflict.rules)
      let (lessons, areMinimal) = try search.minimalLessons(
        ConflictSearch.Question(rules: Members(conflict.rules), meetings: search.everything.meetings))
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
  case lookingAtEverything
  case lookingForConflicts(found: Int)
  case lookingForRepairs
}
