/// Takes meetings out until no hard rule is broken, the fewest it can find, and puts back those that then fit.
struct Trimming {
  let state: SearchState

  /// Numbers of the meetings taken out.
  func run() -> [Int] {
    guard state.hardViolations > 0 else { return [] }
    var removed: [Int] = []
    while state.hardViolations > 0, let meeting = mostGuilty() {
      state.remove(meeting)
      removed.append(meeting)
    }
    return removed.filter { !comesBack($0) }
  }

  private func mostGuilty() -> Int? {
    var best: (hard: Int64, soft: Int64, meeting: Int)?
    for meeting in 0..<state.compiled.meetingCount where state.timeOf[meeting] >= 0 {
      let delta = state.delta(meeting, -1, -1)
      let rank = (Scoring.hardCount(delta), Scoring.softCost(delta))
      if best.map({ rank < ($0.hard, $0.soft) }) ?? true { best = (rank.0, rank.1, meeting) }
    }
    return best?.meeting
  }

  private func comesBack(_ meeting: Int) -> Bool {
    let compiled = state.compiled
    guard compiled.roomsNeeded[meeting] <= 1 else { return false }
    for option in compiled.times(of: meeting)
    where state.clash(meeting, Int(option)).isNone {
      for room in compiled.rooms(of: meeting)
      where state.occupant(Int(room), Int(option), for: meeting) == -1 {
        let delta = state.delta(meeting, Int(option), Int(room))
        if Scoring.hardCount(delta) <= 0 {
          state.apply(meeting, Int(option), Int(room), delta: delta)
          return true
        }
        if !state.scoring.limits.hasRooms { break }
      }
    }
    return false
  }
}
