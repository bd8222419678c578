/// Simulated annealing of one placement by all threads at once, for problems too large to be annealed twice.
///
/// In rounds: the days of the week are dealt out anew, each thread works on a copy of its own and moves only what is on
/// its days, to places on its days. Rooms and people are booked by the slot, so whatever the threads do can be put
/// together without a clash. What days have in common (a course's rooms, a person's week) each thread sees as it was
/// at the start of the round; the exact cost is counted when the rounds' moves are put together.
struct OwnedAnnealing {
  private let stage: AnnealingStage
  private var maker: VariantMaker { stage.maker }
  private var scoring: Scoring { stage.scoring }
  private var compiled: CompiledProblem { stage.scoring.compiled }

  /// Fewer meetings are annealed faster by chains that compete: see `AnnealingStage`.
  static let fewestMeetings = 1_500

  /// From here on a few broken rules are mended along the way; smaller problems have chains of moves for them.
  private static let mendsAlongTheWay = 3_000

  /// Whether `start` can be worked on so: missing places have no owner, and broken rules of tight weeks take moves of
  /// several days at once.
  static func suits(_ start: Snapshot, _ compiled: CompiledProblem) -> Bool {
    guard compiled.meetingCount >= fewestMeetings, start.unplaced == 0 else { return false }
    return start.hardViolations == 0
      || compiled.meetingCount >= mendsAlongTheWay && start.hardViolations * 100 <= compiled.meetingCount
  }

  init(_ stage: AnnealingStage) { self.stage = stage }

  /// The best placement, and the start where it counts, best first.
  func run(from start: Snapshot) -> [Snapshot] {
    let run = maker.run
    var random = RandomSource(seed: run.plan.seed, stream: 13, number: UInt64(maker.number))
    let chains = makeChains(start, count: max(1, min(run.plan.threads, compiled.dayCount)))
    let stretch = Stretch(stage.stretch.lowerBound, stage.stretch.upperBound, pace: run.pace)
    for round in (maker.resumed?.rounds(of: stretch) ?? 0)..<stretch.rounds {
      if run.observer.isCancelled() { break }
      let base = chains[0].walker.state.snapshot()
      if maker.leavesStart(round, of: stretch) { for chain in chains { chain.walker.forget() } }
      deal(days: chains, base, &random)
      maker.cool(chains, round: round, of: stretch)
      join(chains, base)
      stage.report([chains[0]], fraction: stretch.fraction(round: round + 1))
    }
    return maker.choose(from: [chains[0].walker.best], start)
  }

  private func makeChains(_ start: Snapshot, count: Int) -> [Chain] {
    let (seed, number) = (maker.run.plan.seed, UInt64(maker.number))
    let step = maker.step(around: start, scoring)
    let energy = Energy.nearlyDone(step: step)
    return (0..<count).map { owner in
      let stream = number &* 1024 &+ UInt64(owner)
      let chain = Chain(
        scoring, allowsClashes: false, start: start, energy: energy,
        random: RandomSource(seed: seed, stream: 14, number: stream))
      chain.walker.keepsBest = count == 1
      return chain
    }
  }

  /// Every owner gets days of about as many meetings.
  private func deal(days chains: [Chain], _ base: Snapshot, _ random: inout RandomSource) {
    var load = [Int](repeating: 0, count: compiled.dayCount)
    for time in base.times where time >= 0 { load[Int(compiled.times[Int(time)].day)] += 1 }
    var owned = chains.map { _ in (days: UInt64(0), load: 0) }
    for day in random.shuffled(Array(0..<compiled.dayCount)) {
      let owner = owned.indices.min { owned[$0].load < owned[$1].load } ?? 0
      owned[owner].days |= 1 << UInt64(day)
      owned[owner].load += load[day]
    }
    for (chain, share) in zip(chains, owned) { chain.walker.stay(on: share.days) }
  }

  /// Brings what each owner moved into the copies of the others.
  ///
  /// Moves that keep every hard rule one by one may break one together (a teacher's days in the week): then those of
  /// the later owners are taken back.
  private func join(_ chains: [Chain], _ base: Snapshot) {
    let moves = chains.map { Moves(of: $0.walker, since: base) }
    for (number, chain) in chains.enumerated() {
      for (owner, moved) in moves.enumerated() where owner != number { moved.make(in: chain.walker.state) }
    }
    if chains[0].walker.state.hardViolations > base.hardViolations {
      for chain in chains { for moved in moves.dropFirst() { moved.undo(in: chain.walker.state) } }
    }
    for chain in chains {
      assert(chain.walker.state.cost == chains[0].walker.state.cost)
      chain.walker.keep()
    }
  }
}

/// What one owner moved in a round.
private struct Moves {
  private let meetings: [Int]
  private let before: Snapshot
  private let after: Snapshot

  init(of walker: Walker, since base: Snapshot) {
    before = base
    let after = walker.state.snapshot()
    self.after = after
    meetings = walker.territory.array.filter { meeting in
      base.times[meeting] != after.times[meeting] || base.rooms[meeting] != after.rooms[meeting]
        || walker.state.needsSeveralRooms(meeting)
    }
  }

  func make(in state: SearchState) { state.load(after, only: meetings) }

  func undo(in state: SearchState) { state.load(before, only: meetings) }
}
