/// Memetic stage: crossover of two elites by community and by days, repair, and a short annealing for each child.
/// Fitness is the objective in the strategy's weights.
final class GeneticStage: SlicedStage {
  private let closing: Closing
  private let breeders: [Breeder]

  init(_ closing: Closing, start: Snapshot) {
    self.closing = closing
    breeders = (0..<2).map { Breeder(closing, number: $0, start: start) }
  }

  var slice: Int? { closing.shortAnnealing * breeders.count }

  func work(_ proposals: Int, gone: Double, _ elites: inout Elites) {
    let run = closing.maker.run
    let share = proposals / breeders.count
    let isCancelled = run.observer.isCancelled
    let parents = breeders.map { $0.choose(from: elites.population) }
    run.work(
      breeders.map(\.chain),
      zip(breeders, parents).map { breeder, parents in
        { breeder.raise(parents, proposals: share, isCancelled: isCancelled) }
      })
    for breeder in breeders { elites.admit(breeder.child) }
  }
}

/// One thread's child-raising: a chain whose state is filled anew for each child.
final class Breeder: @unchecked Sendable {
  let chain: Chain
  private let crossover: Crossover
  private var random: RandomSource
  private let coldest: Double
  private let warm: Double
  private(set) var child: Snapshot

  init(_ closing: Closing, number: Int, start: Snapshot) {
    random = closing.random(20, number)
    chain = closing.makeChain(start, stream: 22, number: number)
    let maker = closing.maker
    crossover = Crossover(
      compiled: maker.compiled, clusters: maker.run.plan.stages.usesClusters ? maker.clusters : nil)
    coldest = closing.energy.coldest
    warm = closing.step.typical * 0.25
    child = start
  }

  /// Two different members, better ones more often.
  func choose(from population: Population) -> (Snapshot, Snapshot) {
    let count = population.members.count
    let one = min(random.below(count), random.below(count))
    let other = (one + 1 + random.below(count - 1)) % count
    return (population.members[one], population.members[other])
  }

  func raise(_ parents: (Snapshot, Snapshot), proposals: Int, isCancelled: () -> Bool) {
    crossover.breed(parents.0, parents.1, into: chain.walker.state, random: &random)
    chain.walker.forget()
    chain.cool(proposals: proposals, from: warm, to: coldest, isCancelled: isCancelled)
    child = chain.walker.best
  }
}
