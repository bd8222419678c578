/// Who stands in a meeting's way.
extension SearchState {
  /// Hands over each placed meeting of a conflicting lesson that overlaps the time, `meeting` left out, until `body` is
  /// false; whether it was true of all.
  @inline(__always) func allBlockers(of meeting: Int, at time: Int, _ body: (Int) -> Bool) -> Bool {
    let clash = clash(meeting, time)
    if clash.isNone { return true }
    let lone = onlyOne(clash, at: time)
    if lone >= 0 { return body(lone) }
    let span = compiled.times[time]
    for lesson in compiled.conflicts.neighbors.each(compiled.lesson(of: meeting)) {
      for other in compiled.meetings(of: Int(lesson)) where other != meeting && timeOf[other] >= 0 {
        if compiled.times[Int(timeOf[other])].overlaps(span), !body(other) { return false }
      }
    }
    return true
  }

  func blockers(of meeting: Int, at time: Int) -> [Int] {
    var found: [Int] = []
    _ = allBlockers(of: meeting, at: time) { blocker in
      found.append(blocker)
      return true
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

  /// The same as `blockers(of:at:)`, into a list: false where there are more than it holds.
  func gatherBlockers(of meeting: Int, at time: Int, into list: inout ShortList) -> Bool {
    list.clear()
    return allBlockers(of: meeting, at: time) { blocker in
      if list.isFull { return false }
      list.append(blocker)
      return true
    }
  }

  /// Random free rooms for all that the meeting needs at that time; false where there are too few.
  func chooseRooms(_ meeting: Int, _ time: Int, into list: inout ShortList, _ random: inout RandomSource) -> Bool {
    list.clear()
    let options = compiled.rooms(of: meeting)
    guard !options.isEmpty else { return false }
    let need = max(1, Int(compiled.roomsNeeded[meeting]))
    if need > 1, !compiled.roomParts[compiled.lesson(of: meeting)].isEmpty {
      let free = options.filter { occupant(Int($0), time, for: meeting) == -1 }
      guard let chosen = compiled.pickRooms(meeting, from: random.shuffled(free)) else { return false }
      for room in chosen { list.append(Int(room)) }
      return true
    }
    let start = random.below(options.count)
    for step in 0..<options.count {
      let position = start &+ step
      let room = Int(options[position < options.count ? position : position &- options.count])
      guard occupant(room, time, for: meeting) == -1 else { continue }
      list.append(room)
      if list.count == need { return true }
    }
    return false
  }
}
