/// Memetic stage: a population of elites, crossover by community and by days, repair, and a short annealing for each
/// child. Fitness is the objective in the strategy's weights.
struct GeneticStage {
  let maker: VariantMaker
  let scoring: Scoring
  let stretch: ClosedRange<Double>

  private static let populationSize = 6

  /// The population at the end, best first; never worse than `elites`.
  func run(from elites: [Snapshot]) -> [Snapshot] {
    let run = maker.run
    var population = Population(elites, size: Self.populationSize)
    guard population.members.count > 1, maker.compiled.meetingCount > 1 else { return elites }
    let breeders = (0..<2).map { Breeder(self, number: $0, start: population.members[0]) }
    // Children need enough proposals to become better than their parents: about 3,000 for each meeting.
    let perChild = maker.compiled.meetingCount * 3_000
    let probe = Stretch(stretch.lowerBound, stretch.upperBound, pace: run.pace)
    var done = 0
    let total = run.pace.proposals(until: stretch.upperBound, from: stretch.lowerBound)
    while done < total, !run.observer.isCancelled(), !run.pace.isOver(stretch.upperBound) {
      let parents = breeders.map { $0.choose(from: population) }
      let proposals = max(1024, min(perChild, (total - done) / breeders.count))
      let start = monotonicSeconds()
      let before = Work(of: breeders.map(\.chain))
      let isCancelled = run.observer.isCancelled
      inParallel(
        zip(breeders, parents).map { breeder, parents in
          { breeder.raise(parents, proposals: proposals, isCancelled: isCancelled) }
        }, threads: run.plan.threads)
      run.pace.count(Work(of: breeders.map(\.chain)) - before, seconds: monotonicSeconds() - start)
      done += proposals * breeders.count
      for breeder in breeders { population.admit(breeder.child) }
      let fraction = probe.begin + (probe.end - probe.begin) * min(1, Double(done) / Double(total))
      run.report(.genetic, variant: maker.desk.name, fraction: fraction, best: population.members[0])
    }
    return population.members
  }
}

/// The best placements, none of them twice.
struct Population {
  private(set) var members: [Snapshot]
  private let size: Int

  init(_ candidates: [Snapshot], size: Int) {
    self.size = size
    members = []
    for candidate in candidates { admit(candidate) }
  }

  mutating func admit(_ child: Snapshot) {
    if members.contains(where: { $0.rank == child.rank && $0.distance(to: child) == 0 }) { return }
    members.append(child)
    members.sort(by: Snapshot.isBetter)
    if members.count > size { members.removeLast() }
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

  init(_ stage: GeneticStage, number: Int, start: Snapshot) {
    let seed = stage.maker.run.plan.seed
    let stream = UInt64(stage.maker.number * 2 + number)
    random = RandomSource(seed: seed, stream: 20, number: stream)
    let step = Probe(stage.scoring, start, random: RandomSource(seed: seed, stream: 21, number: stream)).step()
    let energy = Energy.feasible(step: step, hasHardCosts: stage.scoring.hasHardCosts)
    chain = Chain(
      stage.scoring, allowsClashes: false, start: start, energy: energy,
      random: RandomSource(seed: seed, stream: 22, number: stream))
    crossover = Crossover(
      compiled: stage.scoring.compiled, clusters: stage.maker.run.plan.stages.usesClusters ? stage.maker.clusters : nil)
    coldest = energy.coldest
    warm = step.typical * 0.25
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
