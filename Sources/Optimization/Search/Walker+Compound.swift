/// Moves of several meetings: made, measured, and taken back if they do not pay.
extension Walker {
  mutating func compound(_ kind: Int, _ meeting: Int) {
    if kind < mix.chain {
      kempeChain(meeting)
    } else if kind < mix.stability {
      gatherRooms(meeting)
    } else if random.below(8) == 0 {
      drop(meeting)
    } else {
      eject(meeting)
    }
  }

  /// Gives up the meeting's place, which pays where it breaks rules that are worth more than it.
  private mutating func drop(_ meeting: Int) {
    guard Scoring.hardCount(state.delta(meeting, -1, -1)) < 0 || state.allowsClashes else { return }
    journal.open(state)
    journal.record(meeting, state)
    state.remove(meeting)
    conclude()
  }

  /// A meeting without a place tries one; in the feasible space those in its way may have to go.
  mutating func insert(_ meeting: Int) {
    let compiled = state.compiled
    let options = compiled.times(of: meeting)
    let rooms = compiled.rooms(of: meeting)
    guard !options.isEmpty, !rooms.isEmpty else { return }
    let time = Int(options[random.below(options.count)])
    if !state.allowsClashes, !state.clash(meeting, time).isNone {
      if random.below(16) == 0 { eject(meeting) }
      return
    }
    guard let found = state.freeRooms(meeting, time, &random) else { return }
    journal.open(state)
    journal.record(meeting, state)
    if state.place(meeting, time, found) { conclude() }
  }

  mutating func moveSeveralRooms(_ meeting: Int) {
    let compiled = state.compiled
    let options = compiled.times(of: meeting)
    let time =
      random.below(4) == 0
      ? Int(state.timeOf[meeting]) : Int(options[random.below(options.count)])
    guard territory.has(day: compiled.times[time].day), state.allowsClashes || state.clash(meeting, time).isNone,
      let rooms = state.freeRooms(meeting, time, &random)
    else { return }
    journal.open(state)
    journal.record(meeting, state)
    state.remove(meeting)
    _ = state.place(meeting, time, rooms)
    conclude()
  }

  /// All meetings of the lesson try to come into one room; who holds it there takes theirs.
  mutating func gatherRooms(_ meeting: Int) {
    let compiled = state.compiled
    let lesson = compiled.lesson(of: meeting)
    let all = compiled.meetings(of: lesson)
    guard all.count > 1, compiled.roomsNeeded[meeting] == 1 else { return }
    let options = compiled.rooms(of: meeting)
    guard options.count > 1 else { return }
    let room =
      random.below(2) == 0
      ? state.roomOf[meeting] : options[random.below(options.count)]
    journal.open(state)
    for member in all where state.timeOf[member] >= 0 && state.roomOf[member] != room {
      let time = Int(state.timeOf[member])
      let old = state.roomOf[member]
      let holder = state.occupant(Int(room), time, for: member)
      guard holder >= -1, allows(room, member) else { return journal.undo(state) }
      journal.record(member, state)
      if holder >= 0 {
        guard Int(state.timeOf[holder]) == time, !state.needsSeveralRooms(holder), allows(old, holder) else {
          return journal.undo(state)
        }
        journal.record(holder, state)
        state.remove(holder)
      }
      state.remove(member)
      guard state.place(member, time, [room]), holder < 0 || state.place(holder, time, [old]) else {
        return journal.undo(state)
      }
    }
    if journal.count > 0 { conclude() }
  }

  private func allows(_ room: Int32, _ meeting: Int) -> Bool {
    let compiled = state.compiled
    return compiled.isAllowed(room: Int(room), for: meeting)
  }

  /// Ejection: the meeting takes a place and those in its way look for the cheapest free one.
  mutating func eject(_ meeting: Int) {
    let compiled = state.compiled
    let options = compiled.times(of: meeting)
    guard !options.isEmpty, !compiled.rooms(of: meeting).isEmpty else { return }
    let time = Int(options[random.below(options.count)])
    let victims = state.blockers(of: meeting, at: time)
    guard victims.count <= 3 else { return }
    journal.open(state)
    journal.record(meeting, state)
    state.remove(meeting)
    for victim in victims {
      journal.record(victim, state)
      state.remove(victim)
    }
    guard takeRoom(meeting, time) else { return journal.undo(state) }
    for victim in journal.meetings.dropFirst() where state.timeOf[victim] < 0 { settleAnywhere(victim) }
    conclude()
  }

  /// Places the meeting at `time` in a free room, or in one whose holder then goes.
  private mutating func takeRoom(_ meeting: Int, _ time: Int) -> Bool {
    if let rooms = state.freeRooms(meeting, time, &random) { return state.place(meeting, time, rooms) }
    guard state.compiled.roomsNeeded[meeting] <= 1 else { return false }
    let compiled = state.compiled
    let options = compiled.rooms(of: meeting)
    let room = Int(options[random.below(options.count)])
    let holder = state.occupant(room, time, for: meeting)
    guard holder >= 0 else { return false }
    journal.record(holder, state)
    state.remove(holder)
    return state.place(meeting, time, [Int32(room)])
  }

  /// The cheapest of the free places, rooms at random; stays without one where there is none.
  private mutating func settleAnywhere(_ meeting: Int) {
    let compiled = state.compiled
    let options = compiled.times(of: meeting)
    var best: (cost: Int64, time: Int, rooms: [Int32])?
    for option in options {
      let time = Int(option)
      guard state.allowsClashes || state.clash(meeting, time).isNone,
        let rooms = state.freeRooms(meeting, time, &random)
      else { continue }
      let delta = rooms.count > 1 ? 0 : state.delta(meeting, time, Int(rooms[0]))
      if best.map({ delta < $0.cost }) ?? true { best = (delta, time, rooms) }
    }
    if let best { _ = state.place(meeting, best.time, best.rooms) }
  }
}
