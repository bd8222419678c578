/// Which rooms are free when, one bit for each room, so that the free ones among a thousand are found in a few words.
///
/// Follows the state it was made from only through `book` and `release`. One thread at a time.
struct FreeRooms {
  private let state: SearchState
  private let compiled: CompiledProblem
  /// Words of 64 rooms, "no room" included.
  private let width: Int
  /// (week class × atom × word)
  private var free: [UInt64]
  /// (room row × word): the rooms of each row.
  private var options: [UInt64]

  init(_ state: SearchState) {
    let compiled = state.compiled
    let width = (compiled.roomCount + 1 + 63) / 64
    self.state = state
    self.compiled = compiled
    self.width = width
    free = [UInt64](repeating: 0, count: compiled.weekCount * compiled.atomCount * width)
    options = [UInt64](repeating: 0, count: compiled.lessonOfRoomRow.count * width)
    for row in compiled.lessonOfRoomRow.indices {
      for position in compiled.roomOptions.range(row) {
        let room = Int(compiled.roomOptions[position])
        options[row * width + room >> 6] |= 1 << UInt64(room & 63)
      }
    }
    for room in 0...compiled.roomCount {
      for week in 0..<compiled.weekCount {
        for atom in 0..<compiled.atomCount where state.slots[compiled.cell(room: room, week: week, atom: atom)] == -1 {
          free[(week * compiled.atomCount + atom) * width + room >> 6] |= 1 << UInt64(room & 63)
        }
      }
    }
  }

  /// Notes that the state has placed the meeting where it is now.
  mutating func book(_ meeting: Int) { change(meeting) { $0 & ~$1 } }

  /// Notes that the state is about to take the meeting out.
  mutating func release(_ meeting: Int) { change(meeting) { $0 | $1 } }

  private mutating func change(_ meeting: Int, _ change: (_ word: UInt64, _ bit: UInt64) -> UInt64) {
    let rooms = state.needsSeveralRooms(meeting) ? state.rooms(of: meeting) : [state.roomOf[meeting]]
    let weeks = compiled.weekClasses.ofLesson
    for room in rooms.map({ Int($0) }) where compiled.isExclusive[room] != 0 {
      for position in weeks.range(compiled.lesson(of: meeting)) {
        for atom in compiled.times[Int(state.timeOf[meeting])].atoms {
          let word = (Int(weeks[position]) * compiled.atomCount + atom) * width + room >> 6
          free[word] = change(free[word], 1 << UInt64(room & 63))
        }
      }
    }
  }

  /// The meeting's rooms that are free at that time in all its weeks, from room `first` on and then from the lowest,
  /// until `body` says that it has seen enough.
  @inline(__always) func forEach(
    for meeting: Int, at time: Int, from first: Int, _ body: (_ room: Int) -> Bool
  ) {
    let start = first >> 6
    let before: UInt64 = (1 << UInt64(first & 63)) - 1
    if !visit(start, meeting, time, mask: ~before, body) { return }
    for word in (start + 1)..<max(start + 1, width) where !visit(word, meeting, time, mask: .max, body) { return }
    for word in 0..<start where !visit(word, meeting, time, mask: .max, body) { return }
    _ = visit(start, meeting, time, mask: before, body)
  }

  @inline(__always) private func visit(
    _ word: Int, _ meeting: Int, _ time: Int, mask: UInt64, _ body: (_ room: Int) -> Bool
  ) -> Bool {
    var rest = options[Int(compiled.hot[meeting].roomRow) &* width &+ word] & mask
    if rest == 0 { return true }
    let weeks = compiled.weekClasses.ofLesson
    for position in weeks.range(compiled.lesson(of: meeting)) {
      let row = Int(weeks[position]) &* compiled.atomCount
      for atom in compiled.times[time].atoms { rest &= free[(row &+ atom) &* width &+ word] }
    }
    while rest != 0 {
      if !body(word << 6 | rest.trailingZeroBitCount) { return false }
      rest &= rest &- 1
    }
    return true
  }
}
