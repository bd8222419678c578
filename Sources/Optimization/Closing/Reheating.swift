/// Anneals the best placement once more, shortly, by two chains that do not exchange. They start as hot as moves around
/// the best are dear, which is far cooler than annealing began where its start was bad.
final class Reheating: SlicedStage {
  private let closing: Closing
  private let chains: [Chain]

  init(_ closing: Closing, start: Snapshot) {
    self.closing = closing
    chains = (0..<2).map { closing.makeChain(start, stream: 41, number: $0) }
    let scoring = closing.scoring
    for chain in chains {
      chain.walker.mix = scoring.isKempeAdditive ? .chained : scoring.hasHardCosts ? .tight : .standard
    }
  }

  var slice: Int? { closing.shortAnnealing * chains.count }

  func work(_ proposals: Int, gone: Double, _ elites: inout Elites) {
    let run = closing.maker.run
    let (share, hot, cold) = (proposals / chains.count, closing.step.typical, closing.energy.coldest)
    let isCancelled = run.observer.isCancelled
    for chain in chains { chain.walker.restart(from: elites.best) }
    run.work(
      chains, chains.map { chain in { chain.cool(proposals: share, from: hot, to: cold, isCancelled: isCancelled) } })
    if let best = chains.map(\.walker.best).min(by: Snapshot.isBetter), Snapshot.isBetter(best, elites.best) {
      elites.improve(best)
    }
  }
}
