/// Whether an entry's rooms are what its lesson needs, and open.
extension ConflictDetector {
  func roomConflicts(_ placed: PlacedEntry) -> [Conflict] {
    wrongRoomCount(placed) + placed.rooms.flatMap { misfits(placed, room: $0) + closed(placed, room: $0) }
  }

  func wrongRoomCount(_ placed: PlacedEntry) -> [Conflict] {
    let (need, rooms) = (problem.lessons[placed.lesson].roomNeed.count, placed.entry.rooms)
    let isOneTwice = Set(rooms).count < rooms.count
    guard rooms.count != need || isOneTwice else { return [] }
    return [
      conflict(
        .roomCount, placed, subject: placed.entry.lesson.rawValue,
        "\(name(placed.lesson)) needs \(Wording.count(need, "room")); it has "
          + "\(isOneTwice ? "one of them twice" : "\(rooms.count)").")
    ]
  }

  /// Why the room does not suit the lesson, at any time.
  func misfits(_ placed: PlacedEntry, room position: Int) -> [Conflict] {
    let (room, facts) = (problem.rooms[position], index.lessons[placed.lesson])
    let need = problem.lessons[placed.lesson].roomNeed
    var conflicts: [Conflict] = []
    func report(_ kind: Conflict.Kind, _ message: String) {
      conflicts.append(conflict(kind, placed, subject: room.id.rawValue, message))
    }
    if !facts.capacityIsSoft, room.capacity < facts.seatsPerRoom {
      report(
        .roomCapacity,
        "\(name(placed.lesson)) needs \(Wording.count(facts.seatsPerRoom, "seat")); room \(room.name) has "
          + "\(room.capacity).")
    }
    if !need.types.isEmpty, !need.types.contains(room.type) {
      report(
        .roomType,
        "\(name(placed.lesson)) needs a room of type \(Wording.list(need.types)); room \(room.name) is a \(room.type).")
    }
    let missing = need.features.filter { !room.features.contains($0) }
    if !missing.isEmpty {
      report(.roomFeatures, "Room \(room.name) lacks \(Wording.list(missing)), which \(name(placed.lesson)) needs.")
    }
    if !need.rooms.isEmpty, !need.rooms.contains(room.id) {
      report(
        .roomNotAllowed,
        "\(name(placed.lesson)) may be held in \(Wording.list(need.rooms.map(\.rawValue))) only, not in \(room.name).")
    }
    return conflicts
  }

  func closed(_ placed: PlacedEntry, room: Int) -> [Conflict] {
    guard index.isBlocked(room: room, at: placed.entry.time, weeks: placed.entry.weeks) else { return [] }
    let value = problem.rooms[room]
    return [
      conflict(
        .roomUnavailable, placed, subject: value.id.rawValue,
        "Room \(value.name) is closed \(wording.time(placed.entry.time)).")
    ]
  }
}
