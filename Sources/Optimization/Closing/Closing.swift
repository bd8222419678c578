/// What a variant has left after annealing, spent in slices: before each an agent picks the stage that gets it.
struct Closing {
  let maker: VariantMaker
  let scoring: Scoring
  let shares: StageShares
  /// What moves cost around the best that annealing has found, and what follows from it.
  let step: Step
  let energy: Energy

  init(_ maker: VariantMaker, scoring: Scoring, shares: StageShares, best: Snapshot) {
    let random = RandomSource(seed: maker.run.plan.seed, stream: 30, number: UInt64(maker.number))
    self.maker = maker
    self.scoring = scoring
    self.shares = shares
    step = Probe(scoring, best, random: random).step()
    energy = .feasible(step: step, hasHardCosts: scoring.hasHardCosts)
  }

  /// The best of `found`, or better. With broken rules or missing places all slices are the repair stage's.
  func run(from found: [Snapshot]) -> Snapshot {
    let run = maker.run
    var elites = Elites(found)
    var stages: [ClosingStage: any SlicedStage] = [:]
    var agent = StageAgent(self)
    var budget = SliceBudget(maker.resumed?.rest(of: shares.closing) ?? shares.closing, &run.pace)
    while budget.isWorthASlice, !run.observer.isCancelled(), let kind = agent.choose(for: elites, budget) {
      let before = elites.best
      let size = run.timed(kind.phase) {
        let stage = stages[kind] ?? makeStage(kind, before, budget)
        stages[kind] = stage
        let size = min(stage.slice ?? budget.slice, budget.longest, budget.left(until: agent.end(of: kind)))
        stage.work(size, gone: budget.gone, &elites)
        return size
      }
      run.slices.append(kind)
      budget.spend(size, &run.pace)
      agent.learn(from: before, to: elites, size)
      run.report(kind.phase, variant: maker.desk.name, fraction: budget.fraction, best: elites.best)
      maker.tell(elites.best, scoring)
    }
    run.stageTable = agent.table
    guard let repair = stages[.repair] as? RepairStage else { return elites.best }
    return run.timed(.repairing) { repair.finish() }
  }

  private func makeStage(_ kind: ClosingStage, _ best: Snapshot, _ budget: SliceBudget) -> any SlicedStage {
    switch kind {
    case .repair: RepairStage(self, start: best, budget)
    case .crossing: GeneticStage(self, start: best)
    case .reheating: Reheating(self, start: best)
    }
  }

  /// A chain of the stage with this stream; `number` tells its chains apart.
  func makeChain(_ start: Snapshot, stream: UInt64, number: Int) -> Chain {
    Chain(scoring, allowsClashes: false, start: start, energy: energy, random: random(stream, number))
  }

  func random(_ stream: UInt64, _ number: Int) -> RandomSource {
    RandomSource(seed: maker.run.plan.seed, stream: stream, number: UInt64(maker.number * 2 + number))
  }

  /// Proposals that a chain needs for one, or it ends worse than it began: about 3,000 for each meeting.
  var shortAnnealing: Int { maker.compiled.meetingCount * 3_000 }
}
