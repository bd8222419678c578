/// A placement of all meetings, apart from any state: what chains exchange and elites are.
struct Snapshot: Sendable {
  var times: [Int32]
  var rooms: [Int32]
  var extras: [Int32]
  /// Meetings without a place, and hard violations of the others.
  var unplaced: Int
  var hardViolations: Int
  var softCost: Int64

  /// What is left to repair comes first, then the cost. A violation counts as two missing places: to keep the rule at
  /// least one meeting would have to go.
  var rank: (Int, Int64) { rank(violation: 2) }

  func rank(violation: Int) -> (Int, Int64) { (unplaced + violation * hardViolations, softCost) }

  /// Everything has a place, and no hard rule is broken.
  var isComplete: Bool { unplaced == 0 && hardViolations == 0 }

  static func isBetter(_ one: Snapshot, _ other: Snapshot) -> Bool { one.rank < other.rank }

  /// Meetings that are elsewhere in `other`.
  func distance(to other: Snapshot) -> Int {
    times.indices.count { times[$0] != other.times[$0] || rooms[$0] != other.rooms[$0] }
  }
}

extension SearchState {
  func snapshot() -> Snapshot {
    Snapshot(
      times: timeOf.array, rooms: roomOf.array, extras: extraRooms.array, unplaced: unplaced,
      hardViolations: hardViolations, softCost: softCost)
  }

  func store(in snapshot: inout Snapshot) {
    for meeting in 0..<compiled.meetingCount {
      snapshot.times[meeting] = timeOf[meeting]
      snapshot.rooms[meeting] = roomOf[meeting]
    }
    for extra in 0..<extraRooms.count { snapshot.extras[extra] = extraRooms[extra] }
    snapshot.unplaced = unplaced
    snapshot.hardViolations = hardViolations
    snapshot.softCost = softCost
  }

  /// Brings every meeting to where the snapshot has it.
  ///
  /// Meetings whose place a state of this kind refuses (a clash in the feasible space) stay without one.
  func load(_ snapshot: Snapshot) { load(snapshot, only: 0..<compiled.meetingCount) }

  /// The same for these meetings alone; the others stay.
  func load(_ snapshot: Snapshot, only meetings: some Collection<Int>) {
    for meeting in meetings
    where timeOf[meeting] != snapshot.times[meeting] || roomOf[meeting] != snapshot.rooms[meeting]
      || needsSeveralRooms(meeting)
    { remove(meeting) }
    for meeting in meetings where timeOf[meeting] < 0 && snapshot.times[meeting] >= 0 {
      let (time, room) = (Int(snapshot.times[meeting]), Int(snapshot.rooms[meeting]))
      let range = Int(compiled.extraBegin[meeting])..<Int(compiled.extraBegin[meeting + 1])
      _ = place(meeting, time, [Int32(room)] + range.map { snapshot.extras[$0] })
    }
  }

  /// What the placements cost when they are entered one by one into an empty state.
  var recountedCost: Int64 {
    let fresh = SearchState(scoring, allowsClashes: allowsClashes)
    fresh.load(snapshot())
    return fresh.cost
  }

  /// Places an unplaced meeting if its rooms are free and, in the feasible space, nobody clashes.
  func place(_ meeting: Int, _ time: Int, _ rooms: [Int32]) -> Bool {
    guard rooms.allSatisfy({ occupant(Int($0), time, for: meeting) == -1 }) else { return false }
    if !allowsClashes, !clash(meeting, time).isNone { return false }
    if rooms.count > 1 {
      apply(meeting, time, rooms: rooms)
    } else {
      put(meeting, time, Int(rooms[0]))
    }
    return true
  }

  /// The same of rooms in a list.
  func place(_ meeting: Int, _ time: Int, _ rooms: ShortList) -> Bool {
    for position in 0..<rooms.count where occupant(rooms[position], time, for: meeting) != -1 { return false }
    if !allowsClashes, !clash(meeting, time).isNone { return false }
    for position in 1..<max(1, rooms.count) {
      extraRooms[Int(compiled.extraBegin[meeting]) &+ position &- 1] = Int32(truncatingIfNeeded: rooms[position])
    }
    put(meeting, time, rooms[0])
    return true
  }

  /// The same of one room.
  func place(_ meeting: Int, _ time: Int, _ room: Int) -> Bool {
    guard occupant(room, time, for: meeting) == -1, allowsClashes || clash(meeting, time).isNone else { return false }
    put(meeting, time, room)
    return true
  }
}
