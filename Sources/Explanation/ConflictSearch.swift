import Optimization

/// Asks the exact solver which sets of rules leave times for which meetings, and narrows what is impossible down.
///
/// Monotone: what is impossible stays so under more rules or more meetings (`TimeModelMaker`); known answers are used
/// again. A question
/// falls into parts that share no rule, each of which is asked by itself, the smallest first.
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
  private let end: ContinuousClock.Instant
  private let isCancelled: @Sendable () -> Bool
  private(set) var checks = 0
  /// Whether an answer is unknown because the limit of the whole search came first.
  private(set) var wasCutShort = false
  private var possible: [Question] = []
  private var impossible: [Question] = []
  private var possibleParts: Set<Question> = []
  /// When a verified timetable holds each meeting, as a literal of `times`; −1 for what it leaves out, and empty where
  /// there is none.
  private let witness: [Int32]
  /// What it holds, under all rules.
  private let held: Members
  /// Meetings that may leave their places in the witness for others to find one.
  var movable = Members()
  /// Rules that leave single meetings fewer times, whatever the others do.
  private lazy var narrowing = Members(rules.indices.lazy.filter { self.isNarrowing($0) })

  /// Rules by position in `rules`, meetings that must be held by position in `times.meetings`.
  struct Question: Hashable {
    var rules: Members
    var meetings: Members

    func isWithin(_ other: Question) -> Bool {
      rules.isSubset(of: other.rules) && meetings.isSubset(of: other.meetings)
    }
  }

  init(
    _ maker: RuleRowMaker, witness: [Int32], solver: any ExactSolver, limits: ExplanationLimits,
    end: ContinuousClock.Instant, isCancelled: @escaping @Sendable () -> Bool
  ) {
    self.maker = maker
    self.witness = witness
    held = Members(witness.indices.lazy.filter { witness[$0] >= 0 })
    rules = maker.book.rules
    times = maker.times
    self.solver = solver
    self.limits = limits
    self.end = end
    self.isCancelled = isCancelled
  }

  var everything: Question {
    Question(rules: Members(rules.indices), meetings: Members(times.meetings.indices))
  }

  /// Parts that are too large to be answered as a rule are not asked, unless `anySize`.
  func ask(_ question: Question, anySize: Bool = false) throws -> Answer {
    if question.meetings.isSubset(of: held) || possible.contains(where: question.isWithin) { return .possible }
    if impossible.contains(where: { $0.isWithin(question) }) { return .impossible }
    guard checks < limits.mostChecks, mayGoOn() else {
      wasCutShort = true
      return .unknown
    }
    checks += 1
    let answer = try answer(modelMaker(of: question), question, anySize)
    if answer == .possible { possible.append(question) }
    return answer
  }

  /// Of what is known to be impossible by itself within a question, that with the fewest rules.
  func core(of question: Question) -> Question {
    impossible.filter { $0.isWithin(question) }.min { $0.rules.count < $1.rules.count } ?? question
  }

  private func answer(_ maker: TimeModelMaker, _ question: Question, _ anySize: Bool) throws -> Answer {
    let model = maker.model
    var answer = Answer.possible
    for part in model.parts() {
      let own = self.question(of: part, maker, question)
      if own.meetings.isSubset(of: held) || possibleParts.contains(own) { continue }
      switch try solve(part, of: model, anySize).result {
      case .solution: possibleParts.insert(own)
      case .infeasible:
        impossible.append(own)
        return .impossible
      case .unknown, .cancelled: answer = .unknown
      }
    }
    return answer
  }

  /// The rules and meetings of a part. Rows of room kinds depend on rules that have no rows of their own.
  private func question(of part: ModelPart, _ maker: TimeModelMaker, _ question: Question) -> Question {
    var own = Question(
      rules: Members(), meetings: Members(part.choices.lazy.filter { question.meetings.contains($0) }))
    for row in part.rows where maker.rules[row] >= 0 { own.rules.insert(maker.rules[row]) }
    if own.rules.contains(where: { self.maker.dependsOnRooms(rules[$0]) }) {
      let narrowing = Set(self.maker.roomRules)
      own.rules = own.rules.union(question.rules.filter { narrowing.contains(rules[$0]) })
    }
    return own
  }

  /// Whether there is time left, and nobody has cancelled.
  private func mayGoOn() -> Bool {
    let mayGoOn = ContinuousClock.now < end && !isCancelled()
    if !mayGoOn { wasCutShort = true }
    return mayGoOn
  }

  // MARK: Models

  func modelMaker(of question: Question, mayBeLeftOut: Bool = false) -> TimeModelMaker {
    var model = TimeModelMaker(times, held: question.meetings, mayBeLeftOut: mayBeLeftOut)
    let situation = situation(of: question)
    for rule in question.rules { model.add(maker.rows(of: rules[rule], in: situation), rule) }
    return model
  }

  func rows(of rule: Int, in question: Question) -> RuleRows {
    maker.rows(of: rules[rule], in: situation(of: question))
  }

  private func situation(of question: Question) -> RuleRowMaker.Situation {
    let held = Set(question.rules.map { rules[$0] })
    return maker.situation(held.contains)
  }

  /// Meetings of which a rule speaks.
  func meetings(of rule: Int, in question: Question) -> Members { meetings(of: rule, in: situation(of: question)) }

  private func meetings(of rule: Int, in situation: RuleRowMaker.Situation) -> Members {
    var own = Members()
    for row in maker.rows(of: rules[rule], in: situation).rows {
      for literal in row.literals where literal >= 0 && times.owner[Int(literal)] >= 0 {
        own.insert(Int(times.owner[Int(literal)]))
      }
    }
    return own
  }

  /// The cheapest solution: a literal for each meeting, any one for those of which neither row nor cost speaks.
  func solve(_ model: ChoiceModel) throws -> ExactResult {
    var chosen = Array(model.choiceBegin.dropLast())
    var (sum, isBest) = (Int64(0), true)
    guard checks < limits.mostChecks else {
      wasCutShort = true
      return .unknown
    }
    for part in model.parts() {
      let (result, own) = try solve(part, of: model)
      guard case .solution(let literals, let cost, let isOptimal) = result else { return result }
      for (choice, literal) in zip(part.choices, model.literals(literals, of: part, in: own)) {
        chosen[choice] = literal
      }
      sum += cost
      isBest = isBest && isOptimal
    }
    checks += 1
    return .solution(chosen: chosen, cost: sum, isOptimal: isBest)
  }

  /// What the part's own model has for an answer.
  private func solve(
    _ part: ModelPart, of whole: ChoiceModel, _ anySize: Bool = false
  ) throws -> (result: ExactResult, model: ChoiceModel) {
    let model = whole.model(of: part)
    if part.choices.count == 1 {
      guard let literal = whole.cheapest(alone: part) else { return (.infeasible, model) }
      let cost = whole.costs.isEmpty ? 0 : whole.costs[Int(literal)]
      return (.solution(chosen: [literal - whole.choiceBegin[part.choices[0]]], cost: cost, isOptimal: true), model)
    }
    guard mayGoOn() else { return (.unknown, model) }
    let isSmall = anySize || model.literalCount <= limits.mostLiterals
    if model.costs.isEmpty || !isSmall, let result = try complete(part, model) { return (result, model) }
    return (isSmall ? try callSolver(model) : .unknown, model)
  }

  /// A solution that leaves what the witness holds where it is, but for what is movable; nil where none was found.
  /// Few choices are open then, so that it takes milliseconds where the whole part takes a good part of a second.
  private func complete(_ part: ModelPart, _ model: ChoiceModel) throws -> ExactResult? {
    var settled = [Int32](repeating: -1, count: part.choices.count)
    for (position, choice) in part.choices.enumerated()
    where choice < witness.count && witness[choice] >= 0 && !movable.contains(choice) {
      settled[position] = model.choiceBegin[position] + witness[choice] - times.meetings[choice].firstLiteral
    }
    guard settled.contains(where: { $0 >= 0 }), let rest = model.settling(settled),
      case .solution(let chosen, let cost, _) = try callSolver(rest.model)
    else { return nil }
    return .solution(chosen: model.completing(settled, rest, chosen), cost: rest.cost + cost, isOptimal: false)
  }

  private func callSolver(_ model: ChoiceModel) throws -> ExactResult {
    let left = (end - ContinuousClock.now) / .seconds(1)
    return try solver.solve(
      model,
      limit: ExactLimit(
        seconds: min(limits.checkSeconds, max(0.001, left)), deterministicTime: limits.checkEffort, seed: 1),
      isCancelled: isCancelled)
  }

  // MARK: Minimal sets

  /// What is impossible within `question`, found by way of few kinds of rules at a time, whose models are small and
  /// fall into many parts, and by way of all at last, where `asksAll`; nil where nothing was proven.
  func impossible(within question: Question, asksAll: Bool) throws -> Question? {
    for some in Rule.Kind.stages.map({ self.question(of: $0, within: question) }) + suspects(within: question) {
      if try ask(some) == .impossible { return core(of: some) }
    }
    for some in Rule.Kind.lateStages.map({ self.question(of: $0, within: question) }) {
      if try ask(some) == .impossible { return core(of: some) }
    }
    return try asksAll && ask(question) == .impossible ? core(of: question) : nil
  }

  private func question(of kinds: Set<Rule.Kind>, within question: Question) -> Question {
    Question(
      rules: question.rules.keeping {
        kinds.contains(rules[$0].kind) || narrowing.contains($0)
      }, meetings: question.meetings)
  }

  private func isNarrowing(_ rule: Int) -> Bool {
    switch rules[rule].kind {
    case .pins, .teacherTimes, .groupTimes, .roomTimes: true
    // Allowed times are, and no kind that counts or compares.
    case .constraints: maker.rows(of: rules[rule], in: maker.situation { _ in true }).rows.allSatisfy { $0.bound == 0 }
    default: false
    }
  }

  /// Each cohort and each kind of rooms by itself, with what leaves its own meetings fewer times. Together they would
  /// tie most meetings of an institution into one part, which may be too large to answer.
  private func suspects(within question: Question) -> [Question] {
    let situation = situation(of: question)
    var narrowed = [Members](repeating: Members(), count: times.meetings.count)
    for rule in question.rules where narrowing.contains(rule) {
      for meeting in meetings(of: rule, in: situation) { narrowed[meeting].insert(rule) }
    }
    let known = Set(maker.roomRules)
    let roomRules = question.rules.filter { known.contains(rules[$0]) }
    let found = question.rules.filter { Rule.Kind.shared.contains(rules[$0].kind) }.map { rule in
      let own = meetings(of: rule, in: situation)
      let near = own.reduce(Members([rule])) { $0.union(narrowed[$1]) }
      return Question(rules: maker.dependsOnRooms(rules[rule]) ? near.union(roomRules) : near, meetings: own)
    }
    return found.enumerated().sorted { ($0.element.meetings.count, $0.offset) < ($1.element.meetings.count, $1.offset) }
      .map(\.element)
  }

  /// A set of rules within `question` that is impossible by itself, and whether each rule is proven needed.
  ///
  /// `question` must be proven impossible. First whole kinds are dropped, the least telling first; then QuickXplain
  /// (U. Junker, AAAI 2004) narrows the rest, preferring telling rules; then each rule is dropped once more. An
  /// unknown answer counts as "possible": the result stays a proof, but may be larger than need be.
  func minimalRules(_ question: Question) throws -> (rules: [Int], isMinimal: Bool) {
    let meetings = everything.meetings
    var kept = question.rules
    for kind in Rule.Kind.allCases.reversed() {
      let fewer = Question(rules: kept.keeping { rules[$0].kind != kind }, meetings: meetings)
      if fewer.rules.count < kept.count, try ask(fewer) == .impossible { kept = core(of: fewer).rules }
    }
    let found = try narrow(kept.sorted()) {
      try self.ask(Question(rules: Members($0), meetings: meetings)) == .impossible
    }
    return try confirm(found) { try self.ask(Question(rules: Members($0), meetings: meetings)) }
  }

  /// Meetings that cannot all be held under the rules, chosen lesson by lesson, and whether each lesson is needed.
  func minimalLessons(_ question: Question) throws -> (lessons: [Int], isMinimal: Bool) {
    let concerned = Members(question.rules.lazy.flatMap { self.meetings(of: $0, in: question) })
    let lessons = Set(concerned.map { times.meetings[$0].lesson })
    func meetings(_ lessons: Set<Int>) -> Members {
      question.meetings.keeping { lessons.contains(times.meetings[$0].lesson) }
    }
    let found = try narrow(lessons.sorted()) {
      try self.ask(Question(rules: question.rules, meetings: meetings($0))) == .impossible
    }
    return try confirm(found) { try self.ask(Question(rules: question.rules, meetings: meetings($0))) }
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
