/// Makes a child of two placements: one parent's week, with a block of lessons or a block of days of the other.
struct Crossover {
  let compiled: CompiledProblem
  /// Nil: blocks are random halves of the lessons.
  let clusters: Clustering?

  /// Fills `state` with the child and returns it. What stands in the inherited block's way is evicted and placed anew by
  /// the greedy constructor.
  func breed(_ one: Snapshot, _ other: Snapshot, into state: SearchState, random: inout RandomSource) {
    state.load(one)
    let inherited = random.below(2) == 0 ? clusterBlock(one, other, &random) : dayBlock(other, &random)
    for meeting in inherited { state.remove(meeting) }
    for meeting in inherited {
      let (time, room) = (Int(other.times[meeting]), Int(other.rooms[meeting]))
      for blocker in state.blockers(of: meeting, at: time) { state.remove(blocker) }
      let extras = Int(compiled.extraBegin[meeting])..<Int(compiled.extraBegin[meeting + 1])
      let rooms = [Int32(room)] + extras.map { other.extras[$0] }
      for room in rooms {
        for holder in state.holders(of: Int(room), at: time, for: meeting) ?? [] { state.remove(holder) }
      }
      _ = state.place(meeting, time, rooms)
    }
    var repair = GreedySeed(state, random: RandomSource(seed: random.next()))
    _ = repair.run(limit: compiled.meetingCount, isCancelled: { false })
  }

  /// Meetings of about a third of the communities that differ, placed as in the other parent.
  private func clusterBlock(_ one: Snapshot, _ other: Snapshot, _ random: inout RandomSource) -> [Int] {
    let count = clusters?.summaries.count ?? 0
    // One community alone is no block: a random half of its lessons then.
    let chosen = (0..<max(1, count)).map { _ in random.below(3) == 0 }
    return (0..<compiled.meetingCount).filter { meeting in
      guard other.times[meeting] >= 0 else { return false }
      guard let clusters, count >= 3 else { return random.below(2) == 0 }
      return chosen[clusters.community[compiled.lesson(of: meeting)]]
    }
  }

  private func dayBlock(_ other: Snapshot, _ random: inout RandomSource) -> [Int] {
    let days = (0..<compiled.dayCount).map { _ in random.below(3) == 0 }
    return (0..<compiled.meetingCount).filter { meeting in
      let time = other.times[meeting]
      return time >= 0 && days[Int(compiled.times[Int(time)].day)]
    }
  }
}
