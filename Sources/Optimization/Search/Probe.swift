/// How much moves cost around a placement.
struct Step: Sendable {
  /// The lowest quarter of the worsening soft changes ends here. A mean would be ruled by the rare moves that no good
  /// timetable makes, such as into far too small rooms.
  var typical: Double
  /// Nine of ten worsening soft changes are smaller.
  var large: Double
}

/// Looks around a placement for what random moves cost.
struct Probe {
  private let scoring: Scoring
  private let start: Snapshot
  private let random: RandomSource

  init(_ scoring: Scoring, _ start: Snapshot, random: RandomSource) {
    self.scoring = scoring
    self.start = start
    self.random = random
  }

  /// 1 and 1 where nothing soft can get worse.
  func step() -> Step {
    var steps = sample(onlyFeasible: true)
    // In full weeks hardly any single move is feasible: what moves would cost tells as much.
    if steps.count < 200 { steps += sample(onlyFeasible: false) }
    guard !steps.isEmpty else { return Step(typical: 1, large: 1) }
    steps.sort()
    return Step(typical: Double(steps[steps.count / 4]), large: Double(steps[steps.count * 9 / 10]))
  }

  private func sample(onlyFeasible: Bool) -> [Int64] {
    let state = SearchState(scoring)
    state.load(start)
    let compiled = scoring.compiled
    guard compiled.meetingCount > 0 else { return [] }
    var random = random
    var steps: [Int64] = []
    for _ in 0..<40_000 where steps.count < 2_000 {
      let meeting = random.below(compiled.meetingCount)
      let times = compiled.times(of: meeting)
      let rooms = compiled.rooms(of: meeting)
      guard state.timeOf[meeting] >= 0, !state.needsSeveralRooms(meeting), !times.isEmpty, !rooms.isEmpty else {
        continue
      }
      let time = Int(times[random.below(times.count)])
      let room = Int(rooms[random.below(rooms.count)])
      if onlyFeasible, !state.clash(meeting, time).isNone || state.occupant(room, time, for: meeting) != -1 { continue }
      let soft = Scoring.softCost(state.delta(meeting, time, room))
      if soft > 0 { steps.append(soft) }
    }
    return steps
  }
}
