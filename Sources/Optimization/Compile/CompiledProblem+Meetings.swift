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
