/// Two walkers at low temperature whose operators an agent picks batch by batch; what has no place yet is pushed in by
/// ejection chains.
final class RepairStage: SlicedStage {
  private let closing: Closing
  /// The share of all slices' time that was over when the stage got its first.
  private let begin: Double
  private let start: Snapshot
  private var best: Snapshot
  private let fixers: [Fixer]
  private var prefersMissingPlaces = false
  private var run: Run { closing.maker.run }

  static let batch = 512

  init(_ closing: Closing, start: Snapshot, _ budget: SliceBudget) {
    self.closing = closing
    begin = budget.gone
    let start = Self.placeExactly(start, closing)
    fixers = (0..<2).map { Fixer(closing, number: $0, start: start) }
    self.start = start
    best = start
  }

  var slice: Int? { nil }

  func work(_ proposals: Int, gone: Double, _ elites: inout Elites) {
    follow(elites.best)
    let warmth = (1 - gone) / (1 - begin)
    if warmth <= 2 / 3, best.hardViolations > 0, !prefersMissingPlaces {
      prefersMissingPlaces = true
      for fixer in fixers { fixer.preferMissingPlaces(best) }
    }
    let share = proposals / fixers.count
    let isCancelled = run.observer.isCancelled
    run.work(
      fixers.map(\.chain), fixers.map { fixer in { fixer.work(share, warmth: warmth, isCancelled: isCancelled) } })
    best = pick()
    elites.improve(best)
  }

  /// The best in the end, with the rules kept that a little more time can mend.
  func finish() -> Snapshot {
    run.learned += fixers.map(\.agent.table)
    if best.hardViolations > 0 { mend() }
    return leavesOutFewer(start, best) ? start : best
  }

  /// Whether taking out the few who break a rule leaves out less than mending has: a rule that cannot be kept at all
  /// costs mending dozens of meetings, which go in its stead.
  private func leavesOutFewer(_ broken: Snapshot, _ mended: Snapshot) -> Bool {
    guard broken.unplaced + broken.hardViolations < mended.unplaced else { return false }
    let state = SearchState(closing.scoring)
    state.load(broken)
    _ = Trimming(state: state).run()
    return state.hardViolations == 0 && state.unplaced < mended.unplaced
  }

  /// Walks on from what another stage has found meanwhile.
  private func follow(_ other: Snapshot) {
    guard Snapshot.isBetter(other, best) else { return }
    best = other
    for fixer in fixers { fixer.chain.walker.restart(from: other) }
  }

  /// What has no place after all annealing is a small puzzle: the exact solver gets a few seconds at it.
  private static func placeExactly(_ start: Snapshot, _ closing: Closing) -> Snapshot {
    let run = closing.maker.run
    guard start.unplaced > 0, run.plan.stages.usesExactSolver, let solver = run.exactSolver else { return start }
    let (seed, number) = (run.plan.seed, UInt64(closing.maker.number))
    var random = RandomSource(seed: seed, stream: 33, number: number)
    let limit = ExactLimit(
      seconds: max(1, run.plan.seconds * 0.05), deterministicTime: 2, seed: Int32(truncatingIfNeeded: seed & 0xFFFF))
    func note(_ what: String, _ why: String) { run.notes.append(RunNote(stage: .repairing, what: what, why: why)) }
    do {
      let repair = ExactRepair(closing.scoring, solver)
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
  private func mend() {
    for fixer in fixers { fixer.preferMissingPlaces(best) }
    let isCancelled = run.observer.isCancelled
    for _ in 0..<24 where best.hardViolations > 0 && !isCancelled() {
      if run.pace.isOver(closing.shares.closing.upperBound + 0.1) { break }
      let proposals = closing.maker.compiled.meetingCount * 60
      run.work(fixers.map(\.chain), fixers.map { fixer in { fixer.mend(proposals, isCancelled: isCancelled) } })
      best = pick()
    }
  }

  /// The best of all, by the measure the fixers go by.
  private func pick() -> Snapshot {
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

  init(_ closing: Closing, number: Int, start: Snapshot) {
    energy = closing.energy
    random = closing.random(31, number)
    agent = RepairAgent(closing.maker.run.plan.stages.repair)
    chain = closing.makeChain(start, stream: 32, number: number)
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
