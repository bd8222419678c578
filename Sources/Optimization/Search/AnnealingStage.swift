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
    let step = Probe(scoring, start, random: RandomSource(seed: seed, stream: 10, number: number)).typicalStep()
    let hasHardCosts = scoring.hasHardCosts || start.unplaced > 0
    return [
      Chain(
        scoring, allowsClashes: false, start: start, energy: .feasible(step: step, hasHardCosts: hasHardCosts),
        random: RandomSource(seed: seed, stream: 11, number: number)),
      Chain(
        scoring, allowsClashes: true, start: start, energy: .penalized(step: step),
        random: RandomSource(seed: seed, stream: 12, number: number)),
    ]
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

/// Looks around a placement for how much a typical worsening move costs.
struct Probe {
  private let scoring: Scoring
  private let start: Snapshot
  private var random: RandomSource

  init(_ scoring: Scoring, _ start: Snapshot, random: RandomSource) {
    self.scoring = scoring
    self.start = start
    self.random = random
  }

  /// The lowest quarter of the worsening soft changes among random feasible moves ends here; 1 where nothing soft can
  /// get worse. A mean would be ruled by the rare moves that no good timetable makes, such as into far too small rooms.
  func typicalStep() -> Double {
    let state = SearchState(scoring)
    state.load(start)
    let compiled = scoring.compiled
    guard compiled.meetingCount > 0 else { return 1 }
    var random = random
    var steps: [Int64] = []
    for _ in 0..<40_000 where steps.count < 2_000 {
      let meeting = random.below(compiled.meetingCount)
      let times = compiled.timeOptions.range(Int(compiled.timeRow[meeting]))
      let rooms = compiled.roomOptions.range(Int(compiled.roomRow[meeting]))
      guard state.timeOf[meeting] >= 0, !state.needsSeveralRooms(meeting), !times.isEmpty, !rooms.isEmpty else { continue }
      let time = Int(compiled.timeOptions[times.lowerBound + random.below(times.count)])
      let room = Int(compiled.roomOptions[rooms.lowerBound + random.below(rooms.count)])
      guard state.conflict(meeting, time) == 0, state.occupant(room, time, for: meeting) == -1 else { continue }
      let soft = Scoring.softCost(state.delta(meeting, time, room))
      if soft > 0 { steps.append(soft) }
    }
    steps.sort()
    return steps.isEmpty ? 1 : Double(steps[steps.count / 4])
  }
}
