/// Simulated annealing in two spaces at once: one chain refuses every clash, the other allows clashes at a price.
///
/// They compete: three times the one that is behind goes on from the best of the other (as the two procedures of
/// Song et al. 2021 do).
struct AnnealingStage {
  let maker: VariantMaker
  let scoring: Scoring
  let stretch: ClosedRange<Double>

  /// The best placements found, best first.
  func run(from start: Snapshot) -> [Snapshot] {
    let run = maker.run
    let chains = makeChains(start)
    var elites = [start]
    let stretch = Stretch(self.stretch.lowerBound, self.stretch.upperBound, pace: run.pace)
    for round in 0..<stretch.rounds {
      if run.observer.isCancelled() { break }
      cool(chains, round: round, of: stretch)
      let best = chains.map(\.walker.best).min(by: Snapshot.isBetter) ?? start
      run.report(.annealing, variant: maker.desk.name, fraction: stretch.fraction(round: round + 1), best: best)
      if (round + 1) % max(1, stretch.rounds / 4) == 0 {
        elites += chains.map(\.walker.best)
        if round + 1 < stretch.rounds { exchange(chains) }
      }
    }
    elites += chains.map(\.walker.best)
    return Array(elites.sorted(by: Snapshot.isBetter).prefix(8))
  }

  private func makeChains(_ start: Snapshot) -> [Chain] {
    let seed = maker.run.plan.seed
    let number = UInt64(maker.number)
    let step = Probe(scoring, start, random: RandomSource(seed: seed, stream: 10, number: number)).step()
    let hasHardCosts = scoring.hasHardCosts || start.unplaced > 0
    let chains = [
      Chain(
        scoring, allowsClashes: false, start: start, energy: .feasible(step: step, hasHardCosts: hasHardCosts),
        random: RandomSource(seed: seed, stream: 11, number: number)),
      Chain(
        scoring, allowsClashes: true, start: start, energy: .penalized(step: step, hasHardCosts: hasHardCosts),
        random: RandomSource(seed: seed, stream: 12, number: number)),
    ]
    if hasHardCosts { for chain in chains { chain.walker.mix = .tight } }
    return chains
  }

  private func cool(_ chains: [Chain], round: Int, of stretch: Stretch) {
    let run = maker.run
    let proposals = stretch.proposals(round: round, pace: run.pace) / chains.count
    let start = monotonicSeconds()
    let before = chains.reduce(0) { $0 + $1.walker.proposals }
    let isCancelled = run.observer.isCancelled
    let hottest = chains.map { heat($0.walker.energy) }
    inParallel(
      zip(chains, hottest).map { chain, hottest in
        {
          let warmth = chain.walker.energy.coldest / hottest
          let begin = hottest * power(warmth, Double(round) / Double(stretch.rounds))
          let end = hottest * power(warmth, Double(round + 1) / Double(stretch.rounds))
          chain.cool(proposals: proposals, from: begin, to: end, isCancelled: isCancelled)
        }
      }, threads: run.plan.threads)
    let after = chains.reduce(0) { $0 + $1.walker.proposals }
    run.pace.count(after - before, seconds: monotonicSeconds() - start)
  }

  /// Later variants branch from a good timetable: they start lukewarm.
  private func heat(_ energy: Energy) -> Double { maker.number == 0 ? energy.hottest : energy.hottest * 0.3 }

  private func exchange(_ chains: [Chain]) {
    let inOrder = chains.sorted { Snapshot.isBetter($0.walker.best, $1.walker.best) }
    guard let winner = inOrder.first, let loser = inOrder.last else { return }
    loser.walker.restart(from: winner.walker.best)
  }
}
