import Timetabling

/// The engine's state as re-planning sees it: meetings to put somewhere, and who stands in the way.
///
/// Everything that re-planning knows of the engine's insides is in this file and in `RulePartners`.
struct ReplanBoard {
  let state: SearchState
  let compiled: CompiledProblem
  private let partners: RulePartners
  /// Where the base has each meeting, legal or not; nil where it does not have it.
  private let origins: [Origin?]

  struct Spot: Equatable {
    var time: Int
    /// One, unless the meeting needs several or none (then the number that stands for "no room").
    var rooms: [Int32]
  }

  private struct Origin {
    var time: TimeSpan
    var rooms: Set<Int32>
  }

  init(_ scoring: Scoring, base: Timetable) {
    state = SearchState(scoring)
    compiled = scoring.compiled
    partners = RulePartners(scoring)
    let index = scoring.compiled.index
    var origins = [Origin?](repeating: nil, count: scoring.compiled.meetingCount)
    for entry in base.entries where entry.kind != .makeup {
      guard let lesson = index.lessonIndex[entry.lesson] else { continue }
      let meetings = scoring.compiled.meetings(of: lesson)
      guard (0..<meetings.count).contains(entry.meeting), origins[meetings.lowerBound + entry.meeting] == nil else {
        continue
      }
      // A room that is gone is one that no place has.
      origins[meetings.lowerBound + entry.meeting] = Origin(
        time: entry.time, rooms: Set(entry.rooms.map { index.roomIndex[$0].map(Int32.init) ?? -1 }))
    }
    self.origins = origins
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
  /// As many as it needs, the first ones if possible; nil where these rooms don't do.
  func pickRooms(_ meeting: Int, from rooms: [Int32]) -> [Int32]? { compiled.pickRooms(meeting, from: rooms) }
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

  func timetable() -> Timetable { Publishing(state: state).timetable() }
}

// MARK: Hard rules between meetings

extension ReplanBoard {
  /// Meetings that a hard rule ties to the meeting, by whatever kind of rule.
  func partners(of meeting: Int) -> [Int] {
    let own = partners.of(meeting)
    let booked = sharingBookings(with: meeting).filter { !own.contains($0) }
    return own + booked
  }

  /// Meetings in the way at the time: of the same people, or by a hard rule about both.
  func obstacles(of meeting: Int, at time: Int) -> [Int] {
    let blockers = isFree(meeting, at: time) ? [] : blockers(of: meeting, at: time)
    return blockers + partners.excluded(by: meeting, at: time, state).filter { !blockers.contains($0) }
  }

  /// Meetings that would have to come into the room, too.
  func strangers(to room: Int, for meeting: Int) -> [Int] { partners.strangers(to: room, for: meeting, state) }

  /// Those that the meeting's rooms hold on its day, where bookings are limited.
  private func sharingBookings(with meeting: Int) -> [Int] {
    guard state.scoring.limits.hasRooms, let spot = spot(of: meeting) else { return [] }
    let limited = spot.rooms.filter { state.scoring.limits.ofRoom[Int($0)] >= 0 }
    guard !limited.isEmpty else { return [] }
    let day = compiled.times[spot.time].day
    return (0..<meetingCount).filter { other in
      other != meeting && isPlaced(other) && compiled.times[Int(state.timeOf[other])].day == day
        && state.rooms(of: other).contains(where: limited.contains)
    }
  }
}

// MARK: The base

extension ReplanBoard {
  /// How far the spot is from where the base has the meeting.
  func change(_ meeting: Int, to spot: Spot) -> PlanChange {
    guard let origin = origins[meeting] else { return .none }
    if compiled.times.spans[spot.time] != origin.time { return PlanChange(times: 1) }
    let rooms = Set(spot.rooms.filter { Int($0) < compiled.roomCount })
    return rooms == origin.rooms ? .none : PlanChange(rooms: 1)
  }

  /// The rooms that the base gives the meeting.
  func usualRooms(of meeting: Int) -> Set<Int32> { origins[meeting]?.rooms ?? [] }

  /// Of everything on the board.
  var change: PlanChange {
    (0..<meetingCount).reduce(into: .none) { sum, meeting in
      if let spot = spot(of: meeting) { sum += change(meeting, to: spot) }
    }
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
}
