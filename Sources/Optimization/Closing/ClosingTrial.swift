import Timetabling

/// The stages after annealing alone, from two greedy timetables: what the tests look at.
package struct ClosingTrial {
  /// The stage of each slice.
  package let slices: [String]
  /// Missing places and broken rules, then the cost: of the better start, and in the end.
  package let before: [Int64]
  package let after: [Int64]
  package let timetable: Timetable
  package let proposals: UInt64
  /// What the stages had to spend.
  package let budget: UInt64

  /// - Parameter favorite: the stage that the table holds to be best everywhere, in the order of its actions
  package init(
    _ problem: Problem, ticks: UInt64, choice: StageSelection.Choice, favorite: Int? = nil, seed: UInt64 = 1,
    threads: Int = 2
  ) throws {
    let plan = GenerationPlan(
      problem: problem, variants: [VariantPlan(name: "trial", strategy: FixedWeights())], seed: seed, ticks: ticks,
      threads: threads, stages: StageSelection(choice: choice))
    let run = Run(plan: plan, exactSolver: nil, observer: Observer({ _ in }, { _ in }, { false }))
    if let favorite { run.stageTable = Self.table(for: favorite) }
    let compiled = CompiledProblem(ProblemIndex(problem))
    let bounds = CriterionBounds(compiled.index, base: nil)
    let desk = try StrategyDesk(plan.variants[0], compiled)
    let maker = VariantMaker(
      run: run, desk: desk, number: 0, compiled: compiled, bounds: Criterion.allCases.map { bounds.bounds(of: $0) },
      clusters: Clustering(compiled), share: 0...1)
    let scoring = Scoring(compiled, desk.weights, nil, maker.bounds)
    let shares = StageShares(of: maker.share, plan: plan, scoring: scoring)
    let starts = (0..<2).map { Self.greedy(scoring, RandomSource(seed: seed, stream: 1, number: $0)) }
      .sorted(by: Snapshot.isBetter)
    let best = Closing(maker, scoring: scoring, shares: shares, best: starts[0]).run(from: starts)
    let state = SearchState(scoring)
    state.load(best)
    slices = run.slices.map { "\($0)" }
    before = Self.rank(starts[0])
    after = Self.rank(best)
    timetable = Publishing(state: state).timetable(explainsUnplaced: false)
    proposals = run.pace.proposals
    budget = UInt64(Double(ticks) * 1000 * (shares.closing.upperBound - shares.closing.lowerBound))
  }

  private static func rank(_ snapshot: Snapshot) -> [Int64] { [Int64(snapshot.rank.0), snapshot.rank.1] }

  private static func table(for favorite: Int) -> QTable {
    let actions = ClosingStage.allCases.count
    let values = (0..<(StageAgent.stateCount * actions)).map { $0 % actions == favorite ? Int32(1_000_000) : 0 }
    return QTable(actions: actions, values: values)
  }

  private static func greedy(_ scoring: Scoring, _ random: RandomSource) -> Snapshot {
    let state = SearchState(scoring)
    var greedy = GreedySeed(state, random: random)
    _ = greedy.run(limit: scoring.compiled.meetingCount * 12, isCancelled: { false })
    return state.snapshot()
  }
}
