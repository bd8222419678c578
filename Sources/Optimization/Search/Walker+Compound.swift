/// Moves of several meetings: made, measured, and taken back if they do not pay.
extension Walker {
  mutating func compound(_ kind: Int, _ meeting: Int) {
    if kind < mix.chain {
      kempeChain(meeting)
    } else if kind < mix.stability {
      gatherRooms(meeting)
    } else if kind < mix.days {
      swapDays(meeting)
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
    guard !options.isEmpty, !compiled.rooms(of: meeting).isEmpty else { return }
    let time = Int(options[random.below(options.count)])
    if !state.allowsClashes, !state.clash(meeting, time).isNone {
      if random.below(16) == 0 { eject(meeting) }
      return
    }
    guard state.chooseRooms(meeting, time, into: &rooms, &random) else { return }
    journal.open(state)
    journal.record(meeting, state)
    if state.place(meeting, time, rooms) { conclude() }
  }

  /// Two days of somebody's week change places.
  private mutating func swapDays(_ meeting: Int) {
    guard daySwap.gather(from: meeting, territory, state, &random) else { return }
    journal.open(state)
    daySwap.make(in: state, &journal)
    conclude()
  }

  mutating func moveSeveralRooms(_ meeting: Int) {
    let compiled = state.compiled
    let options = compiled.times(of: meeting)
    let time =
      random.below(4) == 0
      ? Int(state.timeOf[meeting]) : Int(options[random.below(options.count)])
    guard territory.has(day: compiled.times[time].day), state.allowsClashes || state.clash(meeting, time).isNone,
      state.chooseRooms(meeting, time, into: &rooms, &random)
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
    let room = Int(random.below(2) == 0 ? state.roomOf[meeting] : options[random.below(options.count)])
    journal.open(state)
    for member in all where state.timeOf[member] >= 0 && Int(state.roomOf[member]) != room {
      let time = Int(state.timeOf[member])
      let old = Int(state.roomOf[member])
      let holder = state.occupant(room, time, for: member)
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
      guard state.place(member, time, room), holder < 0 || state.place(holder, time, old) else {
        return journal.undo(state)
      }
    }
    if journal.count > 0 { conclude() }
  }

  private func allows(_ room: Int, _ meeting: Int) -> Bool { state.compiled.isAllowed(room: room, for: meeting) }

  /// Ejection: the meeting takes a place and those in its way look for the cheapest free one.
  mutating func eject(_ meeting: Int) {
    let compiled = state.compiled
    let options = compiled.times(of: meeting)
    guard !options.isEmpty, !compiled.rooms(of: meeting).isEmpty else { return }
    let time = Int(options[random.below(options.count)])
    guard state.gatherBlockers(of: meeting, at: time, into: &victims) else { return }
    journal.open(state)
    journal.record(meeting, state)
    state.remove(meeting)
    for position in 0..<victims.count {
      journal.record(victims[position], state)
      state.remove(victims[position])
    }
    guard takeRoom(meeting, time) else { return journal.undo(state) }
    for line in 1..<journal.count where state.timeOf[journal.meeting(line)] < 0 {
      settleAnywhere(journal.meeting(line))
    }
    conclude()
  }

  /// Places the meeting at `time` in a free room, or in one whose holder then goes.
  private mutating func takeRoom(_ meeting: Int, _ time: Int) -> Bool {
    if state.chooseRooms(meeting, time, into: &rooms, &random) { return state.place(meeting, time, rooms) }
    guard state.compiled.roomsNeeded[meeting] <= 1 else { return false }
    let compiled = state.compiled
    let options = compiled.rooms(of: meeting)
    let room = Int(options[random.below(options.count)])
    let holder = state.occupant(room, time, for: meeting)
    guard holder >= 0 else { return false }
    journal.record(holder, state)
    state.remove(holder)
    return state.place(meeting, time, room)
  }

  /// The cheapest of the free places, rooms at random; stays without one where there is none.
  private mutating func settleAnywhere(_ meeting: Int) {
    let compiled = state.compiled
    let options = compiled.times(of: meeting)
    var (bestTime, bestDelta) = (-1, Int64.max)
    for option in options {
      let time = Int(option)
      guard state.allowsClashes || state.clash(meeting, time).isNone,
        state.chooseRooms(meeting, time, into: &rooms, &random)
      else { continue }
      let delta = rooms.count > 1 ? 0 : state.delta(meeting, time, rooms[0])
      guard delta < bestDelta else { continue }
      (bestTime, bestDelta) = (time, delta)
      cheapest.copy(rooms)
    }
    if bestTime >= 0 { _ = state.place(meeting, bestTime, cheapest) }
  }
}
