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
  /// Nil where nobody wants to know.
  var checkpoints: CheckpointDesk?
  private var phaseSeconds: [String: Double] = [:]
  private var lastReport = -1.0
  private(set) var lastFraction = 0.0

  init(plan: GenerationPlan, exactSolver: (any ExactSolver)?, observer: Observer) {
    self.plan = plan
    self.exactSolver = exactSolver
    self.observer = plan.endsWhenComplete ? observer.stopping(at: goal) : observer
    wasCancelled = observer.isCancelled
    stageTable = StageAgent.table(for: plan.stages.choice)
    pace = Pace(
      ticks: plan.ticks, seconds: max(0.1, plan.seconds), start: monotonicSeconds(), script: plan.schedule)
  }

  /// The earlier attempt that this run takes up; what it has spent counts.
  private func resume() -> Resumption? {
    guard let checkpoint = plan.checkpoint else { return nil }
    guard let resumption = Resumption(checkpoint, of: plan) else {
      notes.append(
        RunNote(
          stage: .preparing, what: "A checkpoint of an earlier attempt was not used.",
          why: "It is not of the same variants and weights."))
      return nil
    }
    notes.append(resumption.note)
    lastFraction = checkpoint.fraction
    pace.resume(after: checkpoint.seconds, proposals: checkpoint.proposals)
    return resumption
  }

  var gainOfTwiceTheTime: Double? { forecast?.gain(times: 2) ?? plan.checkpoint?.gainOfTwiceTheTime }

  func generate() throws -> Generation {
    let index = timed(.preparing) { ProblemIndex(plan.problem) }
    // Before anything is searched or said: what an earlier attempt has spent is neither spent nor said again.
    let resumption = resume()
    let (compiled, placement) = timed(.seeding) { staff(index, keeping: resumption?.lastTimetable) }
    notes += compiled.staffing.notes(index)
    let bounds = timed(.preparing) { criterionBounds(compiled) }
    let clusters = timed(.clustering) { Clustering(compiled) }
    let desks = try plan.variants.map { try StrategyDesk($0, compiled) }
    defer { for desk in desks { desk.strategy.finish() } }
    var seed: Snapshot?

    var variants: [GeneratedVariant] = []
    var finished: [Snapshot] = []
    for (number, desk) in desks.enumerated() {
      var maker = VariantMaker(
        run: self, desk: desk, number: number, compiled: compiled, bounds: bounds, clusters: clusters,
        share: share(of: number))
      let made: (variant: GeneratedVariant, snapshot: Snapshot)
      if let resumption, let variant = resumption.finished(number) {
        let scoring = Scoring(compiled, variant.weights, plan.base, bounds)
        made = (variant, resumption.placement(of: variant, scoring))
      } else {
        let start = timed(.seeding) { makeStart(maker, resumption, best: seed, known: placement) }
        if let working = resumption?.working(number), let fraction = resumption?.checkpoint.fraction,
          working.step != nil
        {
          maker.resumed = ResumePoint(fraction: fraction, step: working.step)
        }
        made = try maker.make(from: start, apartFrom: finished)
        checkpoints?.finish(made.variant, number: number)
      }
      variants.append(made.variant)
      observer.variant(made.variant)
      finished.append(made.snapshot)
      if seed.map({ Snapshot.isBetter(made.snapshot, $0) }) ?? true || number == 0 { seed = made.snapshot }
    }
    // A run that was stopped has not come to its end, and whoever goes on from here begins at this fraction.
    let fraction = wasCancelled() ? lastFraction : 1
    if let best = finished.last { report(.verifying, variant: nil, fraction: fraction, best: best, force: true) }
    return Generation(
      variants: variants, clusters: clusters.summaries, modularity: clusters.modularity, phaseSeconds: phaseSeconds,
      ticks: pace.proposals / 1000, proposals: pace.proposals, schedule: resumption == nil ? pace.schedule : [],
      evaluated: pace.evaluated, gainOfTwiceTheTime: gainOfTwiceTheTime, wasCancelled: wasCancelled(), notes: notes)
  }

  /// What a variant is made from: what an earlier attempt left, the best so far, or, for the first one, a seed.
  private func makeStart(
    _ maker: VariantMaker, _ resumption: Resumption?, best: Snapshot?, known: Snapshot?
  ) -> Snapshot {
    let working = resumption?.working(maker.number)
    if maker.number > 0, working == nil, let best { return best }
    let scoring = Scoring(maker.compiled, maker.desk.weights, plan.base, maker.bounds)
    let left = working.flatMap { resumption?.placement(of: $0.variant, scoring) }
    // Where annealing has not begun the seed may lack something.
    if maker.number > 0 || working?.step != nil, let start = left ?? best { return start }
    return makeSeed(maker, scoring, from: left, known: known)
  }

  /// The first variant takes half, the others branch from it and share the rest.
  func share(of number: Int) -> ClosedRange<Double> {
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
    // A checkpoint says how far the run is, whether or not somebody was told.
    lastFraction = max(lastFraction, min(1, fraction))
    let now = monotonicSeconds()
    guard force || now - lastReport >= 0.1 else { return }
    lastReport = now
    let (low, high) = lastFraction >= 1 ? (0, 0) : pace.eta(fraction: lastFraction)
    observer.progress(
      GenerationProgress(
        phase: phase, variant: variant, fraction: lastFraction, etaLow: low, etaHigh: high,
        hardViolations: best.hardViolations, unplaced: best.unplaced,
        cost: Objective.cost(soft: best.softCost, missing: best.unplaced, broken: best.hardViolations),
        proposalsPerSecond: pace.measuredRate ?? 0, gainOfTwiceTheTime: gainOfTwiceTheTime))
  }

  /// Base timetable and greedy construction; where that stalls recursive swapping, which keeps hard rules all the way,
  /// or, without such rules, the exact solver.
  ///
  /// `left`: what an earlier attempt has placed. `known`: where the meetings were when their teachers were chosen.
  private func makeSeed(
    _ maker: VariantMaker, _ scoring: Scoring, from left: Snapshot?, known: Snapshot?
  ) -> Snapshot {
    let compiled = maker.compiled
    let state = SearchState(scoring)
    if let known, known.isComplete, left?.isComplete != true {
      // The greedy start left some out under other teachers: what took a search to find is not thrown away.
      state.load(known)
      let start = state.snapshot()
      report(.seeding, variant: nil, fraction: 0.01, best: start, force: true)
      return start
    }
    if let base = plan.base { state.load(compiled.snapshot(of: base)) }
    if let left { state.load(left) }
    var greedy = GreedySeed(state, random: RandomSource(seed: plan.seed, stream: 1, number: 0))
    let limit = compiled.meetingCount * 12 + 1000
    let isComplete = greedy.run(limit: limit, isCancelled: observer.isCancelled)
    greedy.mend(limit: limit, isCancelled: observer.isCancelled)
    let start = state.snapshot()
    report(.seeding, variant: nil, fraction: 0.01, best: start, force: true)
    if observer.isCancelled() || isComplete && start.hardViolations == 0 { return start }
    if OwnedAnnealing.suits(start, compiled) { return start }
    if scoring.hasHardCosts, plan.base == nil {
      let swapped = swap(maker, scoring)
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
  private func swap(_ maker: VariantMaker, _ scoring: Scoring) -> Snapshot {
    var swap = RecursiveSwap(
      RecursiveSwap.bareState(maker.compiled), random: RandomSource(seed: plan.seed, stream: 3, number: 0))
    let share = share(of: 0).upperBound * 0.6
    let most = plan.ticks.map { max(100_000, Int(Double($0) * 1000 * share)) } ?? .max
    let state = SearchState(scoring)
    while !swap.run(steps: 64, isCancelled: observer.isCancelled), !observer.isCancelled(), swap.looked < most,
      !pace.isOver(share), swap.isGoing
    {
      report(.seeding, variant: nil, fraction: 0.01, best: swap.best)
      maker.tell(swap.best, scoring)
    }
    state.load(swap.best)
    let seed = state.snapshot()
    report(.seeding, variant: nil, fraction: 0.01, best: seed, force: true)
    return seed
  }
}
