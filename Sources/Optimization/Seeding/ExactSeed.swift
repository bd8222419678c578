import Timetabling

/// Asks the exact solver for a start where the greedy one stalls: times only, rooms by counting.
///
/// Each meeting chooses one of its times; of each teacher, leaf group and other clique of conflicts at most one may
/// cover an atom; of each set of meetings with the same rooms to choose from no more than these rooms (Hall).
struct ExactSeed {
  let compiled: CompiledProblem
  let solver: (any ExactSolver)?
  let seed: UInt64
  let seconds: Double

  private static let largestModel = 400_000

  /// Loads what the solver found and completes it; says what happened.
  func improve(_ state: SearchState, random: RandomSource, _ observer: Observer) -> RunNote {
    let missing = state.unplaced
    let stall = "The greedy start left \(missing) of \(compiled.meetingCount) meetings without a place."
    func note(_ what: String, _ why: String) -> RunNote { RunNote(stage: .seeding, what: what, why: why) }
    guard let solver else { return note(stall, "No exact solver is at hand; the search goes on from there.") }
    let idle = (0..<compiled.meetingCount).filter { compiled.times(of: $0).count == 0 }
    let model = TimeModel(compiled, without: Set(idle), hint: state)
    guard model.choices.literalCount <= Self.largestModel else {
      return note(stall, "The time model has \(model.choices.literalCount) literals, too many for the exact solver.")
    }
    let limit = ExactLimit(
      seconds: max(1, seconds), deterministicTime: max(1, min(30, seconds)),
      seed: Int32(truncatingIfNeeded: seed & 0xFFFF))
    do {
      switch try solver.solve(model.choices, limit: limit, isCancelled: observer.isCancelled) {
      case .solution(let chosen, _, _):
        let placed = model.load(chosen, into: state, random: random, isCancelled: observer.isCancelled)
        return note("\(solver.name) found times for all meetings; \(placed) now have time and room.", stall)
      case .infeasible:
        return note(
          "\(solver.name) proved that not all meetings can have a time.",
          "People and rooms do not leave enough time: some meetings stay unplaced whatever the search does.")
      case .unknown: return note("\(solver.name) found no complete start within its limit.", stall)
      case .cancelled: return note("\(solver.name) was stopped.", stall)
      }
    } catch {
      return note("\(solver.name) failed.", "\(error)")
    }
  }
}
