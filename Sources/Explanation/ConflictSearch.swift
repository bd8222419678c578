import Optimization

/// Asks the exact solver which sets of rules leave times for which meetings, and narrows what is impossible down.
///
/// Monotone: what is impossible stays so under more rules or more meetings; known answers are used again.
final class ConflictSearch {
  enum Answer: Equatable {
    case possible
    case impossible
    /// The solver's limit, or that of the whole search, came first.
    case unknown
  }

  let rules: [Rule]
  let times: MeetingTimes
  let maker: RuleRowMaker
  private let solver: any ExactSolver
  private let limits: ExplanationLimits
  private let isCancelled: @Sendable () -> Bool
  private(set) var checks = 0
  private var possible: [Question] = []
  private var impossible: [Question] = []

  /// Rules by position in `rules`, meetings that must be held by position in `times.meetings`.
  struct Question {
    var rules: Set<Int>
    var meetings: Set<Int>

    func isWithin(_ other: Question) -> Bool {
      rules.isSubset(of: other.rules) && meetings.isSubset(of: other.meetings)
    }
  }

  init(
    _ maker: RuleRowMaker, solver: any ExactSolver, limits: ExplanationLimits,
    isCancelled: @escaping @Sendable () -> Bool
  ) {
    self.maker = maker
    rules = maker.book.rules
    times = maker.times
    self.solver = solver
    self.limits = limits
    self.isCancelled = isCancelled
  }

  var everything: Question {
    Question(rules: Set(rules.indices), meetings: Set(times.meetings.indices))
  }

  var isExhausted: Bool { checks >= limits.mostChecks || isCancelled() }

  func ask(_ question: Question) throws -> Answer {
    if possible.contains(where: question.isWithin) { return .possible }
    if impossible.contains(where: { $0.isWithin(question) }) { return .impossible }
    guard !isExhausted else { return .unknown }
    switch try solve(modelMaker(of: question).model) {
    case .solution:
      possible.append(question)
      return .possible
    case .infeasible:
      impossible.append(question)
      return .impossible
    case .unknown, .cancelled: return .unknown
    }
  }

  func modelMaker(of question: Question, mayBeLeftOut: (Int) -> Bool = { _ in false }) -> TimeModelMaker {
    var maker = TimeModelMaker(times) { !question.meetings.contains($0) || mayBeLeftOut($0) }
    for rule in question.rules.sorted() { maker.add(rows(of: rule, in: question)) }
    return maker
  }

  func rows(of rule: Int, in question: Question) -> RuleRows {
    let held = Set(question.rules.map { rules[$0] })
    return maker.rows(of: rules[rule], while: held.contains)
  }

  func solve(_ model: ChoiceModel) throws -> ExactResult {
    guard !isExhausted else { return .unknown }
    guard model.literalCount <= limits.mostLiterals else { return .unknown }
    checks += 1
    return try solver.solve(
      model, limit: ExactLimit(seconds: limits.checkSeconds, deterministicTime: limits.checkEffort, seed: 1),
      isCancelled: isCancelled)
  }

  // MARK: Minimal sets

  /// A set of rules within `question` that is impossible by itself, and whether each rule is proven needed.
  ///
  /// `question` must be proven impossible. First whole kinds are dropped, the least telling first; then QuickXplain
  /// (U. Junker, AAAI 2004) narrows the rest, preferring telling rules; then each rule is dropped once more. An
  /// unknown answer counts as "possible": the result stays a proof, but may be larger than need be.
  func minimalRules(_ question: Question) throws -> (rules: [Int], isMinimal: Bool) {
    var kept = question.rules
    for kind in Rule.Kind.allCases.reversed() {
      let fewer = kept.filter { rules[$0].kind != kind }
      if fewer.count < kept.count, try ask(Question(rules: fewer, meetings: question.meetings)) == .impossible {
        kept = fewer
      }
    }
    let found = try narrow(kept.sorted()) {
      try self.ask(Question(rules: $0, meetings: question.meetings)) == .impossible
    }
    return try confirm(found) { try self.ask(Question(rules: $0, meetings: question.meetings)) }
  }

  /// Meetings that cannot all be held under the rules, chosen lesson by lesson, and whether each lesson is needed.
  func minimalLessons(_ question: Question) throws -> (lessons: [Int], isMinimal: Bool) {
    let lessons = Set(question.meetings.map { times.meetings[$0].lesson })
    func meetings(_ lessons: Set<Int>) -> Set<Int> {
      question.meetings.filter { lessons.contains(times.meetings[$0].lesson) }
    }
    let found = try narrow(lessons.sorted()) {
      try self.ask(Question(rules: question.rules, meetings: meetings($0))) == .impossible
    }
    let (needed, isMinimal) = try confirm(found) {
      try self.ask(Question(rules: question.rules, meetings: meetings($0)))
    }
    return (needed, isMinimal)
  }

  private func narrow(_ all: [Int], isImpossible: (Set<Int>) throws -> Bool) throws -> [Int] {
    if try isImpossible([]) { return [] }
    return try quickXplain(background: [], hasNew: false, all, isImpossible).sorted()
  }

  private func quickXplain(
    background: Set<Int>, hasNew: Bool, _ candidates: [Int], _ isImpossible: (Set<Int>) throws -> Bool
  ) throws -> [Int] {
    if hasNew, try isImpossible(background) { return [] }
    guard candidates.count > 1 else { return candidates }
    let half = candidates.count / 2
    let (telling, rest) = (Array(candidates[..<half]), Array(candidates[half...]))
    let second = try quickXplain(background: background.union(telling), hasNew: true, rest, isImpossible)
    let first = try quickXplain(
      background: background.union(second), hasNew: !second.isEmpty, telling, isImpossible)
    return first + second
  }

  /// Drops each element once more, the least telling first: needed where the rest is possible.
  private func confirm(_ found: [Int], _ ask: (Set<Int>) throws -> Answer) throws -> ([Int], Bool) {
    var kept = Set(found)
    var isMinimal = true
    for element in found.reversed() {
      switch try ask(kept.subtracting([element])) {
      case .impossible: kept.remove(element)
      case .possible: continue
      case .unknown: isMinimal = false
      }
    }
    return (kept.sorted(), isMinimal)
  }
}

/// How much work an explanation may cost.
public struct ExplanationLimits: Hashable, Sendable {
  /// CP-SAT's deterministic time of one check.
  public var checkEffort: Double
  /// Wall clock of one check, a safety net.
  public var checkSeconds: Double
  /// Checks of one explanation; small ones take milliseconds.
  public var mostChecks: Int
  /// Conflicts without a rule in common that are looked for.
  public var mostConflicts: Int
  /// Larger models are not asked.
  public var mostLiterals: Int

  public init(
    checkEffort: Double = 2, checkSeconds: Double = 20, mostChecks: Int = 400, mostConflicts: Int = 3,
    mostLiterals: Int = 400_000
  ) {
    self.checkEffort = checkEffort
    self.checkSeconds = checkSeconds
    self.mostChecks = mostChecks
    self.mostConflicts = mostConflicts
    self.mostLiterals = mostLiterals
  }
}
