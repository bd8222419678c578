import Timetabling

/// Makes one variant: weights from its strategy, annealing, the stages after it, and the timetable at the end.
struct VariantMaker {
  let run: Run
  let desk: StrategyDesk
  let number: Int
  let compiled: CompiledProblem
  let bounds: [(best: Int, worst: Int)]
  let clusters: Clustering
  let share: ClosedRange<Double>
  /// Where an earlier attempt stood, if this is the variant that it was at.
  var resumed: ResumePoint?

  func make(from seed: Snapshot, apartFrom others: [Snapshot]) throws -> (GeneratedVariant, Snapshot) {
    if let resumed { run.checkpoints?.step = resumed.step }
    var scoring = Scoring(compiled, desk.weights, run.plan.base, bounds)
    var best = rescored(seed, scoring)
    let shares = StageShares(of: share, plan: run.plan, scoring: scoring)

    var elites = run.timed(.annealing) { anneal(from: best, scoring, shares.annealing) }
    best = elites[0]
    tell(best, scoring)
    if try desk.reconsider(best, compiled, scoring) {
      scoring = Scoring(compiled, desk.weights, run.plan.base, bounds)
      elites = elites.map { rescored($0, scoring) }.sorted(by: Snapshot.isBetter)
    }
    best = Closing(self, scoring: scoring, shares: shares, best: elites[0]).run(from: elites)
    tell(best, scoring)
    return run.timed(.verifying) { publish(best, scoring, others) }
  }

  /// Best first. The first variant is annealed twice, the first time in a 32nd part of the time: that gives a good timetable
  /// early to whoever cancels, and both together tell what more time would bring.
  private func anneal(
    from start: Snapshot, _ scoring: Scoring, _ stretch: ClosedRange<Double>
  ) -> [Snapshot] {
    func stage(_ stretch: ClosedRange<Double>, known: Snapshot?) -> (best: [Snapshot], proposals: UInt64) {
      let before = run.pace.proposals
      let best = AnnealingStage(maker: self, scoring: scoring, stretch: stretch, known: known).run(from: start)
      return (best, run.pace.proposals - before)
    }
    if let resumed, resumed.fraction >= stretch.upperBound { return [start] }
    guard number == 0, resumed == nil else { return stage(stretch, known: nil).best }
    let middle = stretch.lowerBound + (stretch.upperBound - stretch.lowerBound) / 32
    let short = stage(stretch.lowerBound...middle, known: nil)
    let whole = stage(middle...stretch.upperBound, known: short.best[0])
    // While something is unplaced or broken a cost says nothing about time, nor does that of half an annealing.
    if !run.observer.isCancelled(), [short.best[0], whole.best[0]].allSatisfy({ $0.unplaced + $0.hardViolations == 0 })
    {
      run.forecast = GainForecast(
        short: GainForecast.Effort(proposals: short.proposals, cost: short.best[0].softCost),
        whole: GainForecast.Effort(proposals: whole.proposals, cost: whole.best[0].softCost))
    }
    return (whole.best + short.best.prefix(1)).sorted(by: Snapshot.isBetter)
  }

  /// The same placement under other weights.
  private func rescored(_ snapshot: Snapshot, _ scoring: Scoring) -> Snapshot {
    let state = SearchState(scoring)
    state.load(snapshot)
    return state.snapshot()
  }

  /// With teachers from pools who cost less. Those of a base are kept, and a run that is over is not held up.
  private func restaffed(_ timetable: Timetable, _ objective: Objective) -> Timetable {
    if run.plan.base != nil || run.observer.isCancelled() { return timetable }
    var polish = StaffingPolish(compiled.index, objective)
    return polish.run(timetable)
  }

  /// A placement as it would be published, without what breaks a rule.
  func draft(_ best: Snapshot, _ scoring: Scoring) -> (variant: GeneratedVariant, snapshot: Snapshot) {
    let state = SearchState(scoring)
    state.load(best)
    var notes = desk.notes
    let removed = Trimming(state: state).run()
    if !removed.isEmpty {
      notes.append(
        RunNote(
          stage: .verifying, what: "\(removed.count) meetings were left out to keep every hard rule.",
          why: "No timetable that holds them and keeps every hard constraint was found in the time given."))
    }
    let variant = GeneratedVariant(
      name: desk.name, timetable: Publishing(state: state).timetable(), strategy: desk.identity, weights: desk.weights,
      cost: Objective.cost(soft: state.softCost, missing: state.unplaced, broken: state.hardViolations), notes: notes)
    return (variant, state.snapshot())
  }

  private func publish(_ best: Snapshot, _ scoring: Scoring, _ others: [Snapshot]) -> (GeneratedVariant, Snapshot) {
    var (variant, snapshot) = draft(best, scoring)
    let nearest = others.map { snapshot.distance(to: $0) }.min()
    if let nearest, nearest * 10 < compiled.meetingCount {
      variant.notes.append(
        RunNote(
          stage: .verifying, what: "This variant differs from another in \(nearest) meetings only.",
          why: "Under its weights no better timetable further away was found."))
    }
    let objective = Objective(compiled.index, weights: desk.weights, base: run.plan.base, bounds: bounds)
    let placed = variant.timetable
    variant.timetable = restaffed(placed, objective)
    let soft = objective.softCost(of: variant.timetable)
    assert(
      variant.timetable != placed || soft == snapshot.softCost,
      "the engine says \(snapshot.softCost), the plain evaluator \(soft)")
    variant.cost = Objective.cost(soft: soft, missing: snapshot.unplaced, broken: snapshot.hardViolations)
    return (variant, snapshot)
  }
}
