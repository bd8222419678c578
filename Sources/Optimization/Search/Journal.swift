/// Remembers where meetings were before a compound move, so that it can be taken back.
final class Journal {
  private struct Line {
    var meeting: Int
    var time: Int
    var rooms: [Int32]
  }

  private var lines: [Line] = []
  private(set) var cost: Int64 = 0
  private(set) var unplaced = 0
  var count: Int { lines.count }

  func open(_ state: SearchState) {
    lines.removeAll(keepingCapacity: true)
    cost = state.cost
    unplaced = state.unplaced
  }

  /// Must be called before the meeting is touched; later calls for the same meeting change nothing.
  func record(_ meeting: Int, _ state: SearchState) {
    if has(meeting) { return }
    let isPlaced = state.timeOf[meeting] >= 0
    let rooms = !isPlaced ? [] : state.needsSeveralRooms(meeting) ? state.rooms(of: meeting) : [state.roomOf[meeting]]
    lines.append(Line(meeting: meeting, time: Int(state.timeOf[meeting]), rooms: rooms))
  }

  func has(_ meeting: Int) -> Bool { lines.contains { $0.meeting == meeting } }

  /// Puts everybody back.
  func undo(_ state: SearchState) {
    for line in lines { state.remove(line.meeting) }
    for line in lines where line.time >= 0 {
      if line.rooms.count > 1 {
        state.apply(line.meeting, line.time, rooms: line.rooms)
      } else {
        let room = Int(line.rooms[0])
        state.apply(line.meeting, line.time, room, delta: state.delta(line.meeting, line.time, room))
      }
    }
    assert(state.cost == cost && state.unplaced == unplaced)
  }

  /// In the order of their first touch.
  var meetings: [Int] { lines.map(\.meeting) }

  /// Writes the old places into a snapshot.
  func restore(in snapshot: inout Snapshot, _ compiled: CompiledProblem) {
    for line in lines {
      snapshot.times[line.meeting] = Int32(line.time)
      snapshot.rooms[line.meeting] = line.time >= 0 ? line.rooms[0] : -1
      for (offset, room) in line.rooms.dropFirst().enumerated() {
        snapshot.extras[Int(compiled.extraBegin[line.meeting]) + offset] = room
      }
    }
  }
}
