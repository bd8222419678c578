/// Who stands in a meeting's way.
extension SearchState {
  /// Placed meetings of conflicting lessons that overlap the time, `meeting` left out.
  func blockers(of meeting: Int, at time: Int) -> [Int] {
    guard !clash(meeting, time).isNone else { return [] }
    let range = compiled.times[time].atoms
    let neighbors = compiled.conflicts.neighbors
    var found: [Int] = []
    for position in neighbors.range(compiled.lesson(of: meeting)) {
      for other in compiled.meetings(of: Int(neighbors[position])) where other != meeting && timeOf[other] >= 0 {
        let own = compiled.times[Int(timeOf[other])].atoms
        if own.lowerBound < range.upperBound, range.lowerBound < own.upperBound { found.append(other) }
      }
    }
    return found
  }

  /// Meetings that hold the room at that time in the meeting's weeks, each once; nil where it is closed.
  func holders(of room: Int, at time: Int, for meeting: Int) -> [Int]? {
    let weeks = compiled.weekClasses.ofLesson
    var found: [Int] = []
    for position in weeks.range(compiled.lesson(of: meeting)) {
      let row = compiled.cell(room: room, week: Int(weeks[position]), atom: 0)
      for atom in compiled.times[time].atoms {
        let holder = Int(slots[row + atom])
        if holder == -2 { return nil }
        if holder >= 0, holder != meeting, !found.contains(holder) { found.append(holder) }
      }
    }
    return found
  }

  /// Random free rooms for all that the meeting needs at that time; nil where there are too few.
  func freeRooms(_ meeting: Int, _ time: Int, _ random: inout RandomSource) -> [Int32]? {
    let options = compiled.rooms(of: meeting)
    guard !options.isEmpty else { return nil }
    let need = max(1, Int(compiled.roomsNeeded[meeting]))
    let start = random.below(options.count)
    var found: [Int32] = []
    for step in 0..<options.count {
      let room = options[(start + step) % options.count]
      if occupant(Int(room), time, for: meeting) == -1 {
        found.append(room)
        if found.count == need { return found }
      }
    }
    return nil
  }
}
