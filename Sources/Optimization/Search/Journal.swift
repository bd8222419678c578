/// Remembers where meetings were before a compound move, so that it can be taken back. Allocates nothing once made.
struct Journal {
  private struct Line: BitwiseCopyable {
    var meeting: Int32
    var time: Int32
    var room: Int32
  }

  private let lines: Flat<Line>
  /// Further rooms of the meetings of the lines, `width` for each.
  private let extras: Flat<Int32>
  private let width: Int
  /// Of each meeting: the number of the move that touched it last.
  private let mark: Flat<UInt32>
  private var move: UInt32 = 0
  private(set) var count = 0
  private(set) var cost: Int64 = 0
  private(set) var unplaced = 0

  /// The most meetings that one move touches: a chain's, or those of one lesson and whoever was in their rooms.
  init(_ compiled: CompiledProblem) {
    let most = (0..<compiled.lessonCount).reduce(0) { max($0, compiled.meetings(of: $1).count) }
    width = compiled.mostRoomsNeeded - 1
    let capacity = 2 * max(most, DaySwap.mostMembers)
    lines = Flat(capacity, Line(meeting: -1, time: -1, room: -1))
    extras = Flat(capacity * width, -1)
    mark = Flat(compiled.meetingCount, 0)
  }

  func free() {
    lines.free()
    extras.free()
    mark.free()
  }

  mutating func open(_ state: SearchState) {
    count = 0
    move &+= 1
    cost = state.cost
    unplaced = state.unplaced
  }

  /// Must be called before the meeting is touched; later calls for the same meeting change nothing.
  mutating func record(_ meeting: Int, _ state: SearchState) {
    if mark[meeting] == move { return }
    mark[meeting] = move
    lines[count] = Line(
      meeting: Int32(truncatingIfNeeded: meeting), time: state.timeOf[meeting], room: state.roomOf[meeting])
    let begin = Int(state.compiled.extraBegin[meeting])
    for number in 0..<Int(state.compiled.extraBegin[meeting &+ 1]) &- begin {
      extras[count &* width &+ number] = state.extraRooms[begin &+ number]
    }
    count &+= 1
  }

  /// In the order of their first touch.
  func meeting(_ line: Int) -> Int {
    precondition(line < count)
    return Int(lines[line].meeting)
  }

  /// Puts everybody back.
  func undo(_ state: SearchState) {
    for number in 0..<count { state.remove(Int(lines[number].meeting)) }
    for number in 0..<count {
      let line = lines[number]
      guard line.time >= 0 else { continue }
      let meeting = Int(line.meeting)
      let begin = Int(state.compiled.extraBegin[meeting])
      for extra in 0..<Int(state.compiled.extraBegin[meeting &+ 1]) &- begin {
        state.extraRooms[begin &+ extra] = extras[number &* width &+ extra]
      }
      state.put(meeting, Int(line.time), Int(line.room))
    }
    assert(state.cost == cost && state.unplaced == unplaced)
  }

  /// Writes the old places into a snapshot.
  func restore(in snapshot: inout Snapshot, _ compiled: CompiledProblem) {
    for number in 0..<count {
      let line = lines[number]
      let meeting = Int(line.meeting)
      snapshot.times[meeting] = line.time
      snapshot.rooms[meeting] = line.room
      let begin = Int(compiled.extraBegin[meeting])
      for extra in 0..<Int(compiled.extraBegin[meeting &+ 1]) &- begin {
        snapshot.extras[begin &+ extra] = extras[number &* width &+ extra]
      }
    }
  }
}
