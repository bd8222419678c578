/// Simulated annealing by two chains that do not exchange: each cools once, all the way, and the better result wins. A
/// chain that went on from the other's best lost what it had explored while hot (ops/decisions/0005-annealing.md).
///
/// Where Kempe chains are measured without being made both refuse every clash; elsewhere, and where hard rules are
/// broken, the second allows clashes at a price.
struct AnnealingStage {
  let maker: VariantMaker
  let scoring: Scoring
  let stretch: ClosedRange<Double>
  /// The best placement that an earlier annealing found, shown for as long as there is no better one.
  let known: Snapshot?

  /// The best placements found, best first.
  func run(from start: Snapshot) -> [Snapshot] {
    if OwnedAnnealing.suits(start, maker.compiled) { return OwnedAnnealing(self).run(from: start) }
    let run = maker.run
    let chains = makeChains(start)
    var elites: [Snapshot] = []
    let stretch = Stretch(self.stretch.lowerBound, self.stretch.upperBound, pace: run.pace)
    for round in (maker.resumed?.rounds(of: stretch) ?? 0)..<stretch.rounds {
      if run.observer.isCancelled() { break }
      if maker.leavesStart(round, of: stretch) { for chain in chains { chain.walker.forget() } }
      maker.cool(chains, round: round, of: stretch)
      report(chains, fraction: stretch.fraction(round: round + 1))
      if (round + 1) % max(1, stretch.rounds / 4) == 0, maker.number == 0 || round >= stretch.rounds / 2 {
        elites += chains.map(\.walker.best)
      }
    }
    elites += chains.map(\.walker.best)
    return Array(maker.choose(from: elites, start).prefix(8))
  }

  func report(_ chains: [Chain], fraction: Double) {
    guard let best = (chains.map(\.walker.best) + [known].compactMap(\.self)).min(by: Snapshot.isBetter) else { return }
    maker.run.report(.annealing, variant: maker.desk.name, fraction: fraction, best: best)
    maker.tell(best, scoring)
  }

  private func makeChains(_ start: Snapshot) -> [Chain] {
    let seed = maker.run.plan.seed
    let number = UInt64(maker.number)
    let step = maker.step(around: start, scoring)
    let isBroken = start.unplaced + start.hardViolations > 0
    let hasHardCosts = scoring.hasHardCosts || isBroken
    // Where the start keeps all hard rules one chain never leaves them, and the other crosses them.
    let careful = hasHardCosts && !isBroken
    let refusesClashes = scoring.isKempeAdditive && !hasHardCosts
    let feasible = Energy.feasible(step: step, hasHardCosts: hasHardCosts)
    let chains = [
      Chain(
        scoring, allowsClashes: false, start: start, energy: careful ? .nearlyDone(step: step) : feasible,
        random: RandomSource(seed: seed, stream: 11, number: number)),
      Chain(
        scoring, allowsClashes: !refusesClashes, start: start,
        energy: refusesClashes ? feasible : .penalized(step: step, hasHardCosts: hasHardCosts),
        random: RandomSource(seed: seed, stream: 12, number: number)),
    ]
    if hasHardCosts { for chain in chains { chain.walker.mix = .tight } }
    if scoring.isKempeAdditive {
      for chain in chains where !chain.walker.state.allowsClashes { chain.walker.mix = .chained }
    }
    return chains
  }
}
