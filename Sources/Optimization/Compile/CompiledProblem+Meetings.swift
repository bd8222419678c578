/// What a meeting may be.
extension CompiledProblem {
  @inline(__always) func lesson(of meeting: Int) -> Int { Int(hot[meeting].lesson) }

  /// 0-based number of a meeting within its lesson.
  func number(of meeting: Int) -> Int { meeting - meetingBegin[lesson(of: meeting)] }

  /// Where the meeting may start.
  @inline(__always) func times(of meeting: Int) -> Flat<Int32>.Stretch {
    let hot = hot[meeting]
    return timeOptions.items.stretch(Int(hot.timeBegin), Int(hot.timeBegin &+ hot.timeCount))
  }

  /// The rooms that the meeting may have.
  @inline(__always) func rooms(of meeting: Int) -> Flat<Int32>.Stretch {
    let hot = hot[meeting]
    return roomOptions.items.stretch(Int(hot.roomBegin), Int(hot.roomBegin &+ hot.roomCount))
  }

  /// The most rooms that a meeting holds at once; at least one.
  var mostRoomsNeeded: Int {
    (0..<meetingCount).reduce(1) { max($0, Int(roomsNeeded[$1])) }
  }

  /// Of these rooms, the first ones if possible, as many as the meeting needs, with one of each of its parts; nil where
  /// they don't offer that.
  func pickRooms(_ meeting: Int, from rooms: some Collection<Int32>) -> [Int32]? {
    let need = max(1, Int(roomsNeeded[meeting]))
    var chosen: [Int32] = []
    for part in roomParts[lesson(of: meeting)] where !chosen.contains(where: part.contains) {
      guard let room = rooms.first(where: part.contains) else { return nil }
      chosen.append(room)
    }
    for room in rooms where chosen.count < need && !chosen.contains(room) { chosen.append(room) }
    return chosen.count == need ? chosen : nil
  }

  /// Whether the rooms hold one of each of the meeting's parts.
  func haveAllParts(_ rooms: [Int], of meeting: Int) -> Bool {
    roomParts[lesson(of: meeting)].allSatisfy { part in rooms.contains { part.contains(Int32($0)) } }
  }

  @inline(__always) func isAllowed(time: Int, for meeting: Int) -> Bool {
    isTimeAllowed[Int(hot[meeting].timeRow) &* timeCount &+ time] != 0
  }

  @inline(__always) func isAllowed(room: Int, for meeting: Int) -> Bool {
    isRoomAllowed[Int(hot[meeting].roomRow) &* (roomCount &+ 1) &+ room] != 0
  }

  /// Where at least one meeting of the lesson may be.
  func times(ofLesson lesson: Int) -> Set<Int> {
    Set(meetings(of: lesson).map { hot[$0].timeRow }).reduce(into: []) { times, row in
      for time in timeOptions.each(Int(row)) { times.insert(Int(time)) }
    }
  }
}
