/// Whether an entry's rooms are what its lesson needs, and open.
extension ConflictDetector {
  func roomConflicts(_ placed: PlacedEntry) -> [Conflict] {
    let need = problem.lessons[placed.lesson].roomNeed
    var conflicts: [Conflict] = []
    let rooms = placed.entry.rooms
    if rooms.count != need.count || Set(rooms).count != rooms.count {
      conflicts.append(
        conflict(
          .roomCount, placed, subject: placed.entry.lesson.rawValue,
          "\(name(placed.lesson)) needs \(Wording.count(need.count, "room")); it has "
            + "\(Set(rooms).count == rooms.count ? "\(rooms.count)" : "one of them twice")."))
    }
    return conflicts + placed.rooms.flatMap { misfits(placed, room: $0) }
  }

  private func misfits(_ placed: PlacedEntry, room position: Int) -> [Conflict] {
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
    if index.isBlocked(room: position, at: placed.entry.time, weeks: placed.entry.weeks) {
      report(.roomUnavailable, "Room \(room.name) is closed \(wording.time(placed.entry.time)).")
    }
    return conflicts
  }
}
