import Timetabling

/// One run of the generator, from problem to timetables.
final class Run {
  let plan: GenerationPlan
  let exactSolver: (any ExactSolver)?
  /// Stops the run at its goal, too.
  let observer: Observer
  private let wasCancelled: () -> Bool
  private let goal = Goal()
  var pace: Pace
  var notes: [RunNote] = []
  /// What the agents of all repair stages knew in the end.
  var learned: [QTable] = []
  /// Known once the first variant is annealed.
  var forecast: GainForecast?
  /// What the choice of stages goes by, learned on from variant to variant.
  var stageTable: QTable
  /// Which stages went on after annealing, slice by slice.
  var slices: [ClosingStage] = []
  private var phaseSeconds: [String: Double] = [:]
  private var lastReport = -1.0
  private var lastFraction = 0.0

  init(plan: GenerationPlan, exactSolver: (any ExactSolver)?, observer: Observer) {
    self.plan = plan
    self.exactSolver = exactSolver
    self.observer = plan.endsWhenComplete ? observer.stopping(at: goal) : observer
    wasCancelled = observer.isCancelled
    stageTable = StageAgent.table(for: plan.stages.choice)
    pace = Pace(
      ticks: plan.ticks, seconds: max(0.1, plan.seconds), start: monotonicSeconds(), script: plan.schedule)
  }

  func generate() throws -> Generation {
    let compiled = timed(.preparing) { CompiledProblem(ProblemIndex(plan.problem)) }
    notes += compiled.notes
    let bounds = timed(.preparing) { criterionBounds(compiled) }
    let clusters = timed(.clustering) { Clustering(compiled) }
    let desks = try plan.variants.map { try StrategyDesk($0, compiled) }
    defer { for desk in desks { desk.strategy.finish() } }
    var seed = timed(.seeding) { makeSeed(compiled, Scoring(compiled, desks[0].weights, plan.base, bounds)) }

    var variants: [GeneratedVariant] = []
    var finished: [Snapshot] = []
    for (number, desk) in desks.enumerated() {
      let share = share(of: number)
      let maker = VariantMaker(
        run: self, desk: desk, number: number, compiled: compiled, bounds: bounds, clusters: clusters, share: share)
      let (variant, snapshot) = try maker.make(from: seed, apartFrom: finished)
      variants.append(variant)
      observer.variant(variant)
      finished.append(snapshot)
      if Snapshot.isBetter(snapshot, seed) || number == 0 { seed = snapshot }
    }
    report(.verifying, variant: nil, fraction: 1, best: finished.last ?? seed, force: true)
    return Generation(
      variants: variants, clusters: clusters.summaries, modularity: clusters.modularity, phaseSeconds: phaseSeconds,
      ticks: pace.proposals / 1000, proposals: pace.proposals, schedule: pace.schedule, evaluated: pace.evaluated,
      gainOfTwiceTheTime: forecast?.gain(times: 2), wasCancelled: wasCancelled(), notes: notes)
  }

  /// The first variant takes half, the others branch from it and share the rest.
  private func share(of number: Int) -> ClosedRange<Double> {
    let count = plan.variants.count
    let begin = 0.02
    if count == 1 { return begin...0.99 }
    if number == 0 { return begin...0.5 }
    let part = 0.49 / Double(count - 1)
    return (0.5 + part * Double(number - 1))...(0.5 + part * Double(number))
  }

  private func criterionBounds(_ compiled: CompiledProblem) -> [(best: Int, worst: Int)] {
    let bounds = CriterionBounds(compiled.index, base: plan.base)
    return Criterion.allCases.map { bounds.bounds(of: $0) }
  }

  func timed<Result>(_ phase: Phase, _ work: () throws -> Result) rethrows -> Result {
    let start = monotonicSeconds()
    defer { phaseSeconds[phase.rawValue, default: 0] += monotonicSeconds() - start }
    return try work()
  }

  /// At most every 100 ms; the fraction never falls.
  func report(_ phase: Phase, variant: String?, fraction: Double, best: Snapshot, force: Bool = false) {
    if best.isComplete { goal.reach() }
    let now = monotonicSeconds()
    guard force || now - lastReport >= 0.1 else { return }
    lastReport = now
    lastFraction = max(lastFraction, min(1, fraction))
    let (low, high) = lastFraction >= 1 ? (0, 0) : pace.eta(fraction: lastFraction)
    observer.progress(
      GenerationProgress(
        phase: phase, variant: variant, fraction: lastFraction, etaLow: low, etaHigh: high,
        hardViolations: best.hardViolations, unplaced: best.unplaced, cost: best.softCost,
        proposalsPerSecond: pace.rate, gainOfTwiceTheTime: forecast?.gain(times: 2)))
  }

  /// Base timetable and greedy construction; where that stalls recursive swapping, which keeps hard rules all the way,
  /// or, without such rules, the exact solver.
  private func makeSeed(_ compiled: CompiledProblem, _ scoring: Scoring) -> Snapshot {
    let state = SearchState(scoring)
    if let base = plan.base { state.load(compiled.snapshot(of: base)) }
    var greedy = GreedySeed(state, random: RandomSource(seed: plan.seed, stream: 1, number: 0))
    let limit = compiled.meetingCount * 12 + 1000
    let isComplete = greedy.run(limit: limit, isCancelled: observer.isCancelled)
    greedy.mend(limit: limit, isCancelled: observer.isCancelled)
    let start = state.snapshot()
    report(.seeding, variant: nil, fraction: 0.01, best: start, force: true)
    if observer.isCancelled() || isComplete && start.hardViolations == 0 { return start }
    if OwnedAnnealing.suits(start, compiled) { return start }
    if scoring.hasHardCosts, plan.base == nil {
      let swapped = swap(compiled, scoring)
      return Snapshot.isBetter(start, swapped) ? start : swapped
    }
    if !isComplete {
      let exact = ExactSeed(
        compiled: compiled, solver: plan.stages.usesExactSolver ? exactSolver : nil, seed: plan.seed,
        seconds: plan.seconds * 0.15)
      notes.append(exact.improve(state, random: RandomSource(seed: plan.seed, stream: 2, number: 0), observer))
    }
    return state.snapshot()
  }

  /// At most six tenths of what the first variant has.
  private func swap(_ compiled: CompiledProblem, _ scoring: Scoring) -> Snapshot {
    var swap = RecursiveSwap(
      RecursiveSwap.bareState(compiled), random: RandomSource(seed: plan.seed, stream: 3, number: 0))
    let share = share(of: 0).upperBound * 0.6
    let most = plan.ticks.map { max(100_000, Int(Double($0) * 1000 * share)) } ?? .max
    let state = SearchState(scoring)
    while !swap.run(steps: 64, isCancelled: observer.isCancelled), !observer.isCancelled(), swap.looked < most,
      !pace.isOver(share), swap.isGoing
    {
      report(.seeding, variant: nil, fraction: 0.01, best: swap.best)
    }
    state.load(swap.best)
    let seed = state.snapshot()
    report(.seeding, variant: nil, fraction: 0.01, best: seed, force: true)
    return seed
  }
}
