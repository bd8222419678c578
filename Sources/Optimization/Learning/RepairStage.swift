/// Last stage: two walkers at low temperature whose operators an agent picks batch by batch; what has no place yet
/// is pushed in by ejection chains.
struct RepairStage {
  let maker: VariantMaker
  let scoring: Scoring
  let stretch: ClosedRange<Double>

  static let batch = 512

  func run(from start: Snapshot) -> Snapshot {
    let run = maker.run
    let fixers = (0..<2).map { Fixer(self, number: $0, start: start) }
    let stretch = Stretch(self.stretch.lowerBound, self.stretch.upperBound, pace: run.pace)
    var best = start
    for round in 0..<stretch.rounds {
      if run.observer.isCancelled() { break }
      let proposals = stretch.proposals(round: round, pace: run.pace) / fixers.count
      let warmth = 1 - Double(round) / Double(stretch.rounds)
      let begin = monotonicSeconds()
      let isCancelled = run.observer.isCancelled
      inParallel(
        fixers.map { fixer in { fixer.work(proposals, warmth: warmth, isCancelled: isCancelled) } },
        threads: run.plan.threads)
      run.pace.count(UInt64(proposals * fixers.count), seconds: monotonicSeconds() - begin)
      best = ([best] + fixers.map(\.chain.walker.best)).min(by: Snapshot.isBetter) ?? best
      run.report(.repairing, variant: maker.desk.name, fraction: stretch.fraction(round: round + 1), best: best)
    }
    return best
  }
}

/// One walker with its agent.
final class Fixer: @unchecked Sendable {
  let chain: Chain
  private var agent = RepairAgent()
  private var random: RandomSource
  private let energy: Energy

  init(_ stage: RepairStage, number: Int, start: Snapshot) {
    let seed = stage.maker.run.plan.seed
    let stream = UInt64(stage.maker.number * 2 + number)
    let step = Probe(stage.scoring, start, random: RandomSource(seed: seed, stream: 30, number: stream)).step()
    energy = Energy.feasible(step: step, hasHardCosts: stage.scoring.hasHardCosts)
    random = RandomSource(seed: seed, stream: 31, number: stream)
    chain = Chain(
      stage.scoring, allowsClashes: false, start: start, energy: energy,
      random: RandomSource(seed: seed, stream: 32, number: stream))
  }

  func work(_ proposals: Int, warmth: Double, isCancelled: () -> Bool) {
    chain.walker.temperature = energy.coldest * (0.3 + 4 * warmth)
    var done = 0
    while done < proposals {
      if done & 1023 == 0, isCancelled() { break }
      let size = min(RepairStage.batch, proposals - done)
      agent.batch(&chain.walker, size: size, warmth: warmth, random: &random)
      done += size
    }
    chain.walker.rest()
  }
}
