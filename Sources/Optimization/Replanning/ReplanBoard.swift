import Timetabling

/// The engine's state as re-planning sees it: meetings to put somewhere, and who stands in the way.
///
/// Everything that re-planning knows of the engine's insides is in this file.
struct ReplanBoard {
  let state: SearchState
  let compiled: CompiledProblem

  struct Spot: Equatable {
    var time: Int
    /// One, unless the meeting needs several or none (then the number that stands for "no room").
    var rooms: [Int32]
  }

  init(_ scoring: Scoring) {
    state = SearchState(scoring)
    compiled = scoring.compiled
  }

  var meetingCount: Int { compiled.meetingCount }
  /// Packed: hard violations of what is placed, and the soft cost.
  var cost: Int64 { state.cost }
  var hardViolations: Int { state.hardViolations }

  func lesson(of meeting: Int) -> Int { compiled.lesson(of: meeting) }
  func isPlaced(_ meeting: Int) -> Bool { state.timeOf[meeting] >= 0 }

  func spot(of meeting: Int) -> Spot? {
    guard isPlaced(meeting) else { return nil }
    let rooms = state.needsSeveralRooms(meeting) ? state.rooms(of: meeting) : [state.roomOf[meeting]]
    return Spot(time: Int(state.timeOf[meeting]), rooms: rooms)
  }

  func times(of meeting: Int) -> [Int] { compiled.times(of: meeting).map(Int.init) }
  func rooms(of meeting: Int) -> [Int] { compiled.rooms(of: meeting).map(Int.init) }
  func roomsNeeded(_ meeting: Int) -> Int { Int(compiled.roomsNeeded[meeting]) }
  func needsSeveralRooms(_ meeting: Int) -> Bool { state.needsSeveralRooms(meeting) }

  func remove(_ meeting: Int) { state.remove(meeting) }

  /// Brings every meeting to its spot; all of them must be free of one another.
  func load(_ spots: [Spot?]) {
    for meeting in 0..<meetingCount where spot(of: meeting) != spots[meeting] { remove(meeting) }
    for (meeting, spot) in spots.enumerated() where !isPlaced(meeting) {
      if let spot, !place(meeting, spot) { preconditionFailure("A set of spots was not free of clashes.") }
    }
  }

  var spots: [Spot?] { (0..<meetingCount).map { spot(of: $0) } }

  /// False, and nothing changes, where somebody is in the way.
  func place(_ meeting: Int, _ spot: Spot) -> Bool { state.place(meeting, spot.time, spot.rooms) }

  func isFree(_ meeting: Int, at time: Int) -> Bool { state.clash(meeting, time).isNone }
  func isOpen(_ room: Int, at time: Int, for meeting: Int) -> Bool { state.occupant(room, time, for: meeting) == -1 }
  func blockers(of meeting: Int, at time: Int) -> [Int] { state.blockers(of: meeting, at: time) }
  /// Nil where the room is closed.
  func holders(of room: Int, at time: Int, for meeting: Int) -> [Int]? {
    state.holders(of: room, at: time, for: meeting)
  }

  /// The change of the cost if the unplaced meeting went to a free spot with one room or none.
  func delta(_ meeting: Int, _ time: Int, _ room: Int) -> Int64 { state.delta(meeting, time, room) }
  /// The change of hard violations if the meeting had no place.
  func relief(_ meeting: Int) -> Int { -Int(Scoring.hardCount(state.delta(meeting, -1, -1))) }
  func hardViolations(after delta: Int64) -> Int { Int(Scoring.hardCount(state.cost + delta)) }

  /// Meetings of lessons that share people with the meeting's, itself left out.
  func relatives(of meeting: Int) -> [Int] {
    let neighbors = compiled.conflicts.neighbors
    return neighbors.range(lesson(of: meeting)).flatMap { compiled.meetings(of: Int(neighbors[$0])) }
      .filter { $0 != meeting }
  }

  func overlap(_ one: Int, _ other: Int) -> Bool {
    compiled.times[one].atoms.overlaps(compiled.times[other].atoms)
  }

  /// The places of the timetable that the problem allows to each meeting for itself.
  func spots(of timetable: Timetable) -> [Spot?] {
    let snapshot = compiled.snapshot(of: timetable)
    return (0..<meetingCount).map { meeting in
      guard snapshot.times[meeting] >= 0 else { return nil }
      let extras = Int(compiled.extraBegin[meeting])..<Int(compiled.extraBegin[meeting + 1])
      return Spot(
        time: Int(snapshot.times[meeting]), rooms: [snapshot.rooms[meeting]] + extras.map { snapshot.extras[$0] })
    }
  }

  func timetable() -> Timetable { Publishing(state: state).timetable() }
}
