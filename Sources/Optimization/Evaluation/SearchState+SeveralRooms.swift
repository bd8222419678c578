/// Meetings that hold several rooms at once. Counted by walking through short lists: nothing here allocates.
extension SearchState {
  /// How many rooms the meeting holds, and each of them; `main` is its first.
  @inline(__always) func roomCount(_ meeting: Int) -> Int {
    1 &+ Int(compiled.extraBegin[meeting &+ 1] &- compiled.extraBegin[meeting])
  }

  @inline(__always) func room(_ number: Int, of meeting: Int, main: Int) -> Int {
    number == 0 ? main : Int(extraRooms[Int(compiled.extraBegin[meeting]) &+ number &- 1])
  }

  func holds(_ room: Int, _ meeting: Int, main: Int) -> Bool {
    for number in 0..<roomCount(meeting) where self.room(number, of: meeting, main: main) == room { return true }
    return false
  }

  /// Whether two meetings with these first rooms have a room in common.
  @inline(__always) func sharesRoom(_ one: Int, _ oneMain: Int, _ other: Int, _ otherMain: Int) -> Bool {
    if oneMain == otherMain { return true }
    guard needsSeveralRooms(one) || needsSeveralRooms(other) else { return false }
    for number in 0..<roomCount(one) where holds(room(number, of: one, main: oneMain), other, main: otherMain) {
      return true
    }
    return false
  }

  /// What rooms cost where the meeting is placed (`from` −1) or removed (`to` −1).
  @inline(never) func severalRoomsDelta(_ meeting: Int, _ from: Int, _ to: Int) -> Int64 {
    let main = from >= 0 ? from : to
    let lesson = compiled.lesson(of: meeting)
    var cost: Int64 = 0
    if scoring.placement.hasRoomCosts {
      let row = Int(compiled.hot[meeting].roomRow)
      for number in 0..<roomCount(meeting) {
        cost &+= scoring.placement.room[row, room(number, of: meeting, main: main)]
      }
    }
    let set = scoring.roomSets.set(of: lesson)
    if set >= 0 { cost &+= scoring.roomSets.cost(set, meeting, main: main, self) }
    let weight = scoring.lessons.room[lesson]
    if weight != 0 { cost &+= weight &* Int64(moreRooms(meeting, lesson, main)) }
    return from >= 0 ? 0 &- cost : cost
  }

  /// How many more rooms the lesson uses with the meeting than without it, above those that every meeting needs.
  private func moreRooms(_ meeting: Int, _ lesson: Int, _ main: Int) -> Int {
    let need = roomCount(meeting)
    var others = 0
    for sibling in compiled.meetings(of: lesson) where sibling != meeting && timeOf[sibling] >= 0 {
      for number in 0..<roomCount(sibling) {
        let room = room(number, of: sibling, main: Int(roomOf[sibling]))
        if !isHeld(room, before: sibling, lesson, besides: meeting) { others &+= 1 }
      }
    }
    var all = others
    for number in 0..<need
    where !isHeld(room(number, of: meeting, main: main), before: .max, lesson, besides: meeting) { all &+= 1 }
    return max(0, all &- need) &- max(0, others &- need)
  }

  /// Whether a meeting of the lesson that comes before `end` has the room; `meeting` left out.
  private func isHeld(_ room: Int, before end: Int, _ lesson: Int, besides meeting: Int) -> Bool {
    for sibling in compiled.meetings(of: lesson) where sibling < end && sibling != meeting && timeOf[sibling] >= 0 {
      if holds(room, sibling, main: Int(roomOf[sibling])) { return true }
    }
    return false
  }
}
