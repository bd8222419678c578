import Timetabling

extension Run {
  /// Of the first variant's time.
  private static let staffingShare = 0.35

  /// The problem under a choice of teachers from its pools, and where its meetings were placed while that was found; nil
  /// where nothing had to be revised.
  ///
  /// `left`: what an earlier attempt has placed. A run that goes on keeps who was chosen for it: under other teachers it
  /// would clash.
  func staff(_ index: ProblemIndex, keeping left: Timetable?) -> (compiled: CompiledProblem, placement: Snapshot?) {
    let compiled = CompiledProblem(index, staffing: Staffing(index, keeping: plan.base ?? left))
    guard StaffingSearch.isNeeded(index), left.map({ !$0.unplaced.isEmpty }) ?? true, !isEasy(compiled) else {
      return (compiled, nil)
    }
    var search = StaffingSearch(compiled, seed: plan.seed)
    let share = share(of: 0).upperBound * Self.staffingShare
    if !run(&search, until: share * 0.4), !observer.isCancelled() {
      var isHopeless = false
      if plan.stages.usesExactSolver, let exactSolver {
        let seconds = max(1, plan.seconds * 0.15)
        let limit = ExactLimit(
          seconds: seconds, deterministicTime: min(30, seconds), seed: Int32(truncatingIfNeeded: plan.seed & 0xFFFF))
        let answer = search.ask(exactSolver, limit, isCancelled: observer.isCancelled)
        notes.append(answer.note)
        isHopeless = answer.isHopeless
      }
      if !isHopeless { _ = run(&search, until: share) }
    }
    return (search.best.compiled, search.best.placement)
  }

  /// Whether the greedy start places everything with the teachers chosen first.
  private func isEasy(_ compiled: CompiledProblem) -> Bool {
    let state = RecursiveSwap.bareState(compiled)
    if let base = plan.base { state.load(compiled.snapshot(of: base)) }
    var greedy = GreedySeed(state, random: RandomSource(seed: plan.seed, stream: 53, number: 0))
    let isComplete = greedy.run(limit: compiled.meetingCount * 12 + 1000, isCancelled: observer.isCancelled)
    return isComplete && state.hardViolations == 0 || observer.isCancelled()
  }

  private func run(_ search: inout StaffingSearch, until share: Double) -> Bool {
    let most = plan.ticks.map { max(1_000_000, Int(Double($0) * 1000 * share)) } ?? .max
    var (looks, lastLook) = (0, search.looked)
    return search.run { best, looked in
      report(.seeding, variant: nil, fraction: 0.01, best: best)
      if observer.isCancelled() || looked >= most { return true }
      // Each look at the clock is kept for repeating the run: small problems would fill books.
      looks += 1
      guard looks % 32 == 0 || looked - lastLook >= 100_000 else { return false }
      lastLook = looked
      return pace.isOver(share)
    }
  }
}
