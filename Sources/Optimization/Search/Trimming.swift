/// Takes meetings out until no hard rule is broken, the fewest it can find, and puts back those that then fit.
struct Trimming {
  let state: SearchState

  /// Numbers of the meetings taken out.
  func run() -> [Int] {
    guard state.hardViolations > 0 else { return [] }
    var removed: [Int] = []
    while state.hardViolations > 0 {
      let leaving = guilty()
      if leaving.isEmpty { break }
      for meeting in leaving { state.remove(meeting) }
      removed += leaving
    }
    return removed.filter { !comesBack($0) }
  }

  /// The meeting without which the fewest rules are broken. Where each that goes leaves as many or more, the whole week of
  /// somebody who lacks lessons on a day: only a week without any is not asked for them.
  private func guilty() -> [Int] {
    guard let most = mostGuilty() else { return [] }
    return most.hard < 0 ? [most.meeting] : shortWeek() ?? [most.meeting]
  }

  /// Of those who lack lessons, the meetings of who has fewest; nil where nobody does.
  private func shortWeek() -> [Int]? {
    let (compiled, tracks) = (state.compiled, state.scoring.tracks)
    var best: [Int]?
    for track in 0..<tracks.count {
      let isShort = tracks.weekRules.range(track).contains { position in
        let rule = tracks.weekRules[position]
        return rule.kind == .missing && rule.weight >= Scoring.hard && rule.units(Int(state.weekSums[position])) > 0
      }
      guard isShort else { continue }
      let own = (0..<compiled.meetingCount).filter { meeting in
        state.timeOf[meeting] >= 0
          && tracks.ofLesson.each(compiled.lesson(of: meeting)).contains(Int32(truncatingIfNeeded: track))
      }
      if !own.isEmpty, best.map({ own.count < $0.count }) ?? true { best = own }
    }
    return best
  }

  private func mostGuilty() -> (hard: Int64, meeting: Int)? {
    var best: (hard: Int64, soft: Int64, meeting: Int)?
    for meeting in 0..<state.compiled.meetingCount where state.timeOf[meeting] >= 0 {
      let delta = state.delta(meeting, -1, -1)
      let rank = (Scoring.hardCount(delta), Scoring.softCost(delta))
      if best.map({ rank < ($0.hard, $0.soft) }) ?? true { best = (rank.0, rank.1, meeting) }
    }
    return best.map { ($0.hard, $0.meeting) }
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
