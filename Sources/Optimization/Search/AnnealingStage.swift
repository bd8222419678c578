/// Simulated annealing by two chains that do not exchange: each cools once, all the way, and the better result wins. A
/// chain that went on from the other's best lost what it had explored while hot (ops/decisions/0005-annealing.md).
///
/// Where Kempe chains are measured without being made both refuse every clash; elsewhere, and where hard rules are
/// broken, the second allows clashes at a price.
struct AnnealingStage {
  let maker: VariantMaker
  let scoring: Scoring
  let stretch: ClosedRange<Double>

  /// The best placements found, best first.
  func run(from start: Snapshot) -> [Snapshot] {
    if OwnedAnnealing.suits(start, maker.compiled) { return OwnedAnnealing(self).run(from: start) }
    let run = maker.run
    let chains = makeChains(start)
    var elites: [Snapshot] = []
    let stretch = Stretch(self.stretch.lowerBound, self.stretch.upperBound, pace: run.pace)
    for round in 0..<stretch.rounds {
      if run.observer.isCancelled() { break }
      if maker.leavesStart(round, of: stretch) { for chain in chains { chain.walker.forget() } }
      maker.cool(chains, round: round, of: stretch)
      let best = chains.map(\.walker.best).min(by: Snapshot.isBetter) ?? start
      run.report(.annealing, variant: maker.desk.name, fraction: stretch.fraction(round: round + 1), best: best)
      if (round + 1) % max(1, stretch.rounds / 4) == 0, maker.number == 0 || round >= stretch.rounds / 2 {
        elites += chains.map(\.walker.best)
      }
    }
    elites += chains.map(\.walker.best)
    return Array(maker.choose(from: elites, start).prefix(8))
  }

  private func makeChains(_ start: Snapshot) -> [Chain] {
    let seed = maker.run.plan.seed
    let number = UInt64(maker.number)
    let step = Probe(scoring, start, random: RandomSource(seed: seed, stream: 10, number: number)).step()
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

extension VariantMaker {
  /// A later variant begins at an earlier one's timetable: once it has moved away while hot, only what comes then counts,
  /// or it would be the same timetable again.
  func leavesStart(_ round: Int, of stretch: Stretch) -> Bool { number > 0 && round == stretch.rounds / 3 }

  /// Best first. The start is among them for the first variant, and where nothing else is as whole.
  func choose(from elites: [Snapshot], _ start: Snapshot) -> [Snapshot] {
    let found = elites.sorted(by: Snapshot.isBetter)
    guard number > 0, let best = found.first,
      best.unplaced + best.hardViolations <= start.unplaced + start.hardViolations
    else { return (found + [start]).sorted(by: Snapshot.isBetter) }
    return found
  }

  /// Cools each chain along its own way from hottest to coldest, by the round's share.
  func cool(_ chains: [Chain], round: Int, of stretch: Stretch) {
    let proposals = run.pace.proposals(in: stretch, round: round)
    let shares = Self.shares(of: chains)
    let start = monotonicSeconds()
    let before = Work(of: chains)
    let isCancelled = run.observer.isCancelled
    let hottest = chains.map { heat($0.walker.energy) }
    inParallel(
      zip(zip(chains, shares), hottest).map { work, hottest in
        {
          let (chain, share) = work
          let warmth = chain.walker.energy.coldest / hottest
          let begin = hottest * power(warmth, Double(round) / Double(stretch.rounds))
          let end = hottest * power(warmth, Double(round + 1) / Double(stretch.rounds))
          chain.cool(proposals: Int(Double(proposals) * share), from: begin, to: end, isCancelled: isCancelled)
        }
      }, threads: run.plan.threads)
    run.pace.count(Work(of: chains) - before, seconds: monotonicSeconds() - start)
  }

  /// Chains that allow clashes evaluate nearly every proposal, which takes half as long again to twice as long: with fewer
  /// of them both kinds are done at about the same time.
  private static func shares(of chains: [Chain]) -> [Double] {
    let speeds = chains.map { $0.walker.state.allowsClashes ? 0.6 : 1 }
    return speeds.map { $0 / speeds.reduce(0, +) }
  }

  /// Later variants branch from a good timetable: they start lukewarm.
  private func heat(_ energy: Energy) -> Double { number == 0 ? energy.hottest : energy.hottest * 0.3 }
}
