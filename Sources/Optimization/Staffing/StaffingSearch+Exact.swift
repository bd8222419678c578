import Timetabling

/// Teachers and times chosen together by the exact solver.
extension StaffingSearch {
  private static let largestModel = 400_000

  /// Asks for a choice of teachers under which all meetings have times, and keeps it where it is better than the best.
  /// Says what happened, and whether it is proven that there is none.
  mutating func ask(
    _ solver: any ExactSolver, _ limit: ExactLimit, isCancelled: @Sendable () -> Bool
  ) -> (note: RunNote, isHopeless: Bool) {
    let missing = best.placement.unplaced + best.placement.hardViolations
    let stall =
      "With the teachers chosen so far \(missing) of \(best.compiled.meetingCount) meetings were left out or broke a "
      + "hard rule."
    func note(_ what: String, isHopeless: Bool = false) -> (RunNote, Bool) {
      (RunNote(stage: .seeding, what: what, why: stall), isHopeless)
    }
    let open = CompiledProblem(index, staffing: staffingWithoutChoice)
    let idle = Set((0..<open.meetingCount).filter { open.times(of: $0).count == 0 })
    let model = TimeModel(open, without: idle, hint: RecursiveSwap.bareState(open), pools: pools)
    guard model.choices.literalCount <= Self.largestModel else {
      return note(
        "The model of teachers and times has \(model.choices.literalCount) literals, too many for \(solver.name).")
    }
    do {
      switch try solver.solve(model.choices, limit: limit, isCancelled: isCancelled) {
      case .solution(let chosen, _, _):
        let placed = take(model, chosen, isCancelled)
        return note("\(solver.name) chose teachers and times for all meetings; \(placed) then had time and room.")
      case .infeasible:
        return note(
          "\(solver.name) proved that not all meetings can have a time, whoever is chosen from the pools.",
          isHopeless: true)
      case .unknown: return note("\(solver.name) found no choice of teachers within its limit.")
      case .cancelled: return note("\(solver.name) was stopped.")
      }
    } catch {
      return note("\(solver.name) failed: \(error)")
    }
  }

  private var staffingWithoutChoice: Staffing {
    pools.reduce(into: best.compiled.staffing) { staffing, pool in staffing.choose([], from: pool) }
  }

  /// The number of meetings that found a place.
  private mutating func take(_ model: TimeModel, _ chosen: [Int32], _ isCancelled: () -> Bool) -> Int {
    let compiled = CompiledProblem(index, staffing: model.staffing(chosen))
    let state = RecursiveSwap.bareState(compiled)
    let source = RandomSource(seed: seed, stream: 52, number: 0)
    let placed = model.load(chosen, into: state, random: source, isCancelled: isCancelled)
    consider(Outcome(compiled: compiled, placement: state.snapshot()))
    return placed
  }
}
