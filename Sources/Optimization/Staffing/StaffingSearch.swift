import Timetabling

/// Revises who is chosen from pools until every meeting has a place, or its time is over.
///
/// Each round places all meetings under one staffing. What is left out makes its teachers, and those who stand in its
/// way, dearer; then the lesson whose change of teacher saves most is given to somebody else, and the rest is placed
/// anew from where it was. No staffing is tried twice before all others near it were; then all begins again with more
/// effort. So a small problem's staffings are all tried. One thread; the same seed and work give the same answer.
struct StaffingSearch {
  /// What was found: the problem under the best staffing, and where its meetings were placed.
  struct Outcome {
    let compiled: CompiledProblem
    let placement: Snapshot
  }

  let index: ProblemIndex
  let pools: [StaffingPools.Pool]
  let seed: UInt64
  private var random: RandomSource
  private var current: Staffing
  private var seen: Set<Staffing> = []
  /// Of each teacher: how much was left out for want of the teacher's time.
  private var price: [Int]
  /// Starts that a round may look at.
  private var effort: Int
  private var rounds: UInt64 = 0
  /// Starts looked at so far, the measure of work.
  private(set) var looked = 0
  private(set) var best: Outcome

  /// `compiled` is under the staffing to begin with.
  init(_ compiled: CompiledProblem, seed: UInt64) {
    index = compiled.index
    pools = StaffingPools(compiled.index).open
    self.seed = seed
    random = RandomSource(seed: seed, stream: 50, number: 0)
    current = compiled.staffing
    price = [Int](repeating: 0, count: compiled.problem.teachers.count)
    let starts = (0..<compiled.meetingCount).reduce(0) { $0 + compiled.times(of: $1).count }
    effort = max(400, starts * 3)
    best = Outcome(compiled: compiled, placement: RecursiveSwap.bareState(compiled).snapshot())
  }

  /// Whether there is anything to choose.
  static func isNeeded(_ index: ProblemIndex) -> Bool { !StaffingPools(index).open.isEmpty }

  /// True when everything has a place and no hard rule is broken; false when `isOver` said so.
  mutating func run(isOver: (_ best: Snapshot, _ looked: Int) -> Bool) -> Bool {
    var start: Snapshot? = best.placement
    var compiled = best.compiled
    current = compiled.staffing
    while true {
      seen.insert(current)
      let placed = place(under: compiled, from: start, isOver: isOver)
      consider(Outcome(compiled: compiled, placement: placed))
      if best.placement.isComplete { return true }
      if isOver(best.placement, looked) { return false }
      raisePrices(placed, compiled)
      // What was dear long ago tells little about the staffings that are looked at now.
      if rounds % 8 == 0 { for teacher in price.indices { price[teacher] = price[teacher] * 3 / 4 } }
      // Far from the best, the next change starts there again.
      let isFar = placed.rank.0 > best.placement.rank.0 + 2
      let before = isFar ? best.compiled.staffing : current
      start = isFar ? best.placement : placed
      guard let (next, pool) = change(before, of: isFar ? best.placement : placed, isFar ? best.compiled : compiled)
      else {
        seen = []
        effort = min(effort * 4, .max / 8)
        start = nil
        continue
      }
      current = next
      compiled = CompiledProblem(index, staffing: next)
      start = start.map { Self.without(pool, $0, compiled) }
    }
  }

  mutating func consider(_ found: Outcome) {
    if Snapshot.isBetter(found.placement, best.placement) { best = found }
  }

  // MARK: One staffing

  /// The best placement of all meetings within the effort, from `start` or from nothing.
  private mutating func place(
    under compiled: CompiledProblem, from start: Snapshot?, isOver: (Snapshot, Int) -> Bool
  ) -> Snapshot {
    rounds += 1
    var swap = makeSwap(compiled, start)
    let end = effort
    var isStopped = false
    while swap.isGoing, swap.looked < end, !isStopped {
      let before = swap.looked
      if swap.run(steps: 64, isCancelled: { false }) { break }
      looked += swap.looked - before
      isStopped = isOver(best.placement, looked)
    }
    // What it placed breaks rules that only whole weeks can tell: then nothing is won.
    let whole = swap.state.snapshot()
    return Snapshot.isBetter(swap.best, whole) ? swap.best : whole
  }

  private func makeSwap(_ compiled: CompiledProblem, _ start: Snapshot?) -> RecursiveSwap {
    let source = RandomSource(seed: seed, stream: 51, number: rounds)
    if let start {
      let state = RecursiveSwap.bareState(compiled)
      state.load(start)
      let swap = RecursiveSwap(state, random: source)
      if state.hardViolations == 0, swap.weeks.broken == 0 { return swap }
    }
    return RecursiveSwap(RecursiveSwap.bareState(compiled), random: source)
  }

  /// The placement without the lesson's meetings, and without what its new teachers cannot do then.
  private static func without(
    _ pool: StaffingPools.Pool, _ placement: Snapshot, _ compiled: CompiledProblem
  ) -> Snapshot {
    var rest = placement
    for meeting in 0..<compiled.meetingCount where rest.times[meeting] >= 0 {
      let isStaying =
        compiled.lesson(of: meeting) != pool.lesson
        && compiled.isAllowed(time: Int(rest.times[meeting]), for: meeting)
      if isStaying { continue }
      rest.times[meeting] = -1
      rest.rooms[meeting] = -1
    }
    return rest
  }

  // MARK: The next staffing

  private mutating func raisePrices(_ placed: Snapshot, _ compiled: CompiledProblem) {
    let state = RecursiveSwap.bareState(compiled)
    state.load(placed)
    for meeting in 0..<compiled.meetingCount {
      let isOut = state.timeOf[meeting] < 0
      if !isOut, state.hardViolations == 0 || Scoring.hardCount(state.delta(meeting, -1, -1)) >= 0 { continue }
      for teacher in compiled.teachers[compiled.lesson(of: meeting)] { price[teacher] += 4 }
      guard isOut else { continue }
      var inTheWay: Set<Int> = []
      for time in compiled.times(of: meeting) {
        for other in state.blockers(of: meeting, at: Int(time)) {
          inTheWay.formUnion(compiled.teachers[compiled.lesson(of: other)])
        }
      }
      for teacher in inTheWay { price[teacher] += 1 }
    }
  }

  /// A staffing near by that was not tried yet: one lesson with one other teacher, or, where all of those were tried,
  /// several at random. Nil where none of these is new.
  private mutating func change(
    _ staffing: Staffing, of placed: Snapshot, _ compiled: CompiledProblem
  ) -> (Staffing, StaffingPools.Pool)? {
    var chosen: (gain: Int, staffing: Staffing, pool: StaffingPools.Pool)?
    for pool in pools {
      let own = staffing.chosen(pool)
      let isOut = compiled.meetings(of: pool.lesson).contains { placed.times[$0] < 0 }
      for leaving in own {
        for coming in pool.candidates where !own.contains(coming) {
          let gain = (price[leaving] - price[coming] + (isOut ? 2 : 0)) * 8 + random.below(24)
          if let chosen, gain <= chosen.gain { continue }
          var next = staffing
          next.choose(own.map { $0 == leaving ? coming : $0 }, from: pool)
          if !seen.contains(next) { chosen = (gain, next, pool) }
        }
      }
    }
    if let chosen { return (chosen.staffing, chosen.pool) }
    for _ in 0..<Self.leaps {
      var next = staffing
      var last = pools[0]
      for _ in 0..<(2 + random.below(pools.count)) {
        last = pools[random.below(pools.count)]
        next.choose(Array(random.shuffled(last.candidates).prefix(last.count)), from: last)
      }
      if !seen.contains(next) { return (next, last) }
    }
    return nil
  }

  private static let leaps = 200
}
