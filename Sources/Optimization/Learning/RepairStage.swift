/// Last stage: two walkers at low temperature whose operators an agent picks batch by batch; what has no place yet
/// is pushed in by ejection chains.
struct RepairStage {
  let maker: VariantMaker
  let scoring: Scoring
  let stretch: ClosedRange<Double>

  static let batch = 512

  func run(from start: Snapshot) -> Snapshot {
    let run = maker.run
    let start = placeExactly(start)
    var best = start
    let fixers = (0..<2).map { Fixer(self, number: $0, start: best) }
    let stretch = Stretch(self.stretch.lowerBound, self.stretch.upperBound, pace: run.pace)
    for round in 0..<stretch.rounds {
      if run.observer.isCancelled() { break }
      let proposals = run.pace.proposals(in: stretch, round: round) / fixers.count
      let warmth = 1 - Double(round) / Double(stretch.rounds)
      if round == stretch.rounds / 3, best.hardViolations > 0 {
        for fixer in fixers { fixer.preferMissingPlaces(best) }
      }
      let begin = monotonicSeconds()
      let before = Work(of: fixers.map(\.chain))
      let isCancelled = run.observer.isCancelled
      inParallel(
        fixers.map { fixer in { fixer.work(proposals, warmth: warmth, isCancelled: isCancelled) } },
        threads: run.plan.threads)
      run.pace.count(Work(of: fixers.map(\.chain)) - before, seconds: monotonicSeconds() - begin)
      best = pick(best, fixers)
      run.report(.repairing, variant: maker.desk.name, fraction: stretch.fraction(round: round + 1), best: best)
    }
    run.learned += fixers.map(\.agent.table)
    let mended = best.hardViolations > 0 ? mend(best, fixers) : best
    return leavesOutFewer(start, mended) ? start : mended
  }

  /// Whether taking out the few who break a rule leaves out less than mending has: a rule that cannot be kept at all
  /// costs mending dozens of meetings, which go in its stead.
  private func leavesOutFewer(_ broken: Snapshot, _ mended: Snapshot) -> Bool {
    guard broken.unplaced + broken.hardViolations < mended.unplaced else { return false }
    let state = SearchState(scoring)
    state.load(broken)
    _ = Trimming(state: state).run()
    return state.hardViolations == 0 && state.unplaced < mended.unplaced
  }

  /// What has no place after all annealing is a small puzzle: the exact solver gets a few seconds at it.
  private func placeExactly(_ start: Snapshot) -> Snapshot {
    let run = maker.run
    guard start.unplaced > 0, run.plan.stages.usesExactSolver, let solver = run.exactSolver else { return start }
    let (seed, number) = (run.plan.seed, UInt64(maker.number))
    var random = RandomSource(seed: seed, stream: 33, number: number)
    let limit = ExactLimit(
      seconds: max(1, run.plan.seconds * 0.05), deterministicTime: 2, seed: Int32(truncatingIfNeeded: seed & 0xFFFF))
    func note(_ what: String, _ why: String) { run.notes.append(RunNote(stage: .repairing, what: what, why: why)) }
    do {
      let repair = ExactRepair(scoring, solver)
      guard
        let found = try repair.improve(start, limit: limit, random: &random, isCancelled: run.observer.isCancelled)
      else { return start }
      note("\(solver.name) found places for \(start.unplaced - found.unplaced) more meetings.", "Moves had found none.")
      return found
    } catch {
      note("\(solver.name) failed at finding places for \(start.unplaced) meetings.", "\(error)")
      return start
    }
  }

  /// Rules are broken at the end of the time: a little more of it, all for leaving out few meetings instead of the many
  /// that plain removal would take.
  private func mend(_ start: Snapshot, _ fixers: [Fixer]) -> Snapshot {
    let run = maker.run
    var best = start
    for fixer in fixers { fixer.preferMissingPlaces(best) }
    for _ in 0..<24 where best.hardViolations > 0 && !run.observer.isCancelled() {
      if run.pace.isOver(stretch.upperBound + 0.1) { break }
      let proposals = maker.compiled.meetingCount * 60
      let isCancelled = run.observer.isCancelled
      let begin = monotonicSeconds()
      let before = Work(of: fixers.map(\.chain))
      inParallel(
        fixers.map { fixer in { fixer.mend(proposals, isCancelled: isCancelled) } }, threads: run.plan.threads)
      run.pace.count(Work(of: fixers.map(\.chain)) - before, seconds: monotonicSeconds() - begin)
      best = pick(best, fixers)
    }
    return best
  }

  /// The best of all, by the measure the fixers go by.
  private func pick(_ best: Snapshot, _ fixers: [Fixer]) -> Snapshot {
    let violation = fixers.map(\.chain.walker.violationRank).max() ?? 2
    return ([best] + fixers.map(\.chain.walker.best)).min {
      $0.rank(violation: violation) < $1.rank(violation: violation)
    }
      ?? best
  }
}

/// One walker with its agent.
final class Fixer: @unchecked Sendable {
  let chain: Chain
  private(set) var agent: RepairAgent
  private var random: RandomSource
  private let energy: Energy

  init(_ stage: RepairStage, number: Int, start: Snapshot) {
    let seed = stage.maker.run.plan.seed
    let stream = UInt64(stage.maker.number * 2 + number)
    let step = Probe(stage.scoring, start, random: RandomSource(seed: seed, stream: 30, number: stream)).step()
    energy = Energy.feasible(step: step, hasHardCosts: stage.scoring.hasHardCosts)
    random = RandomSource(seed: seed, stream: 31, number: stream)
    agent = RepairAgent(stage.maker.run.plan.stages.repair)
    chain = Chain(
      stage.scoring, allowsClashes: false, start: start, energy: energy,
      random: RandomSource(seed: seed, stream: 32, number: stream))
  }

  /// Rules that are still broken will not be mended by moving alone: from here on it pays to leave meetings out.
  func preferMissingPlaces(_ best: Snapshot) {
    chain.walker.restart(from: best)
    chain.walker.insistOnRules(price: energy.hardWeight / 2)
  }

  func mend(_ proposals: Int, isCancelled: () -> Bool) {
    chain.walker.insistOnRules(price: energy.hardWeight / 8)
    chain.walker.mix = .mending
    chain.cool(
      proposals: proposals, from: Double(energy.hardWeight) * 0.1, to: energy.coldest, isCancelled: isCancelled)
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
