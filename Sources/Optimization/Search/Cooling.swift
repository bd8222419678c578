/// What every kind of annealing of a variant shares: cooling, leaving the start, and choosing from what was found.
extension VariantMaker {
  /// What the annealing cools by. One that goes on is as warm as it was, not as moves cost around what it has found.
  func step(around start: Snapshot, _ scoring: Scoring) -> Step {
    let random = RandomSource(seed: run.plan.seed, stream: 10, number: UInt64(number))
    let step = resumed?.step ?? Probe(scoring, start, random: random).step()
    run.checkpoints?.step = step
    return step
  }

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
    let isCancelled = run.observer.isCancelled
    let hottest = chains.map { heat($0.walker.energy) }
    run.work(
      chains,
      zip(zip(chains, shares), hottest).map { work, hottest in
        {
          let (chain, share) = work
          let warmth = chain.walker.energy.coldest / hottest
          let begin = hottest * power(warmth, Double(round) / Double(stretch.rounds))
          let end = hottest * power(warmth, Double(round + 1) / Double(stretch.rounds))
          chain.cool(proposals: Int(Double(proposals) * share), from: begin, to: end, isCancelled: isCancelled)
        }
      })
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
