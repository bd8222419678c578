import Timetabling

/// Recursive swapping step by step, and what it thinks of partial timetables: for the property tests.
package struct SeedingTrial {
  private var swap: RecursiveSwap
  private let state: SearchState

  /// Begins with the meetings of `timetable` placed.
  package init(_ problem: Problem, from timetable: Timetable? = nil, seed: UInt64 = 1) {
    let compiled = CompiledProblem(ProblemIndex(problem))
    state = RecursiveSwap.bareState(compiled)
    if let timetable { state.load(compiled.snapshot(of: timetable)) }
    swap = RecursiveSwap(state, random: RandomSource(seed: seed))
  }

  /// True when all meetings have a place.
  package mutating func run(steps: Int) -> Bool { swap.run(steps: steps, isCancelled: { false }) }

  package var isGoing: Bool { swap.isGoing }
  package var unplaced: Int { state.unplaced }
  /// As the engine counts them with nothing more to come.
  package var hardViolations: Int { state.hardViolations }
  package var timetable: Timetable { Publishing(state: state).timetable(explainsUnplaced: false) }
  /// What people's rules are broken by beyond what missing meetings can mend, counted anew.
  package var brokenForGood: Int { PartialWeeks(state).broken }
  /// The same as it was kept up to date.
  package var trackedBrokenForGood: Int { swap.weeks.broken }
}
