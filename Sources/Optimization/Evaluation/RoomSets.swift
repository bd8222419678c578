/// What the rooms cost together that one meeting holds at once, for lessons that need several.
struct RoomSets: Sendable {
  /// Rooms of which one should be among the meeting's.
  private struct Choice: BitwiseCopyable, Sendable {
    var row: Int32
    var weight: Int64
  }

  /// Of each lesson its set, or −1; of each set the seats it needs.
  private let ofLesson: Flat<Int32>
  private let size: Flat<Int32>
  private let choices: Rows<Choice>
  /// (choice × room)
  private let isIn: Flat<UInt8>
  private let capacity: Flat<Int32>
  private let utilization: Int64
  private let roomCount: Int

  init(_ sets: [Int: PlacementCosts.RoomSet], _ compiled: CompiledProblem) {
    let lessons = sets.keys.sorted()
    let ordered = lessons.compactMap { sets[$0] }
    var number = [Int32](repeating: -1, count: compiled.lessonCount)
    for (set, lesson) in lessons.enumerated() { number[lesson] = Int32(set) }
    var rows: [Set<Int32>] = []
    let choices = ordered.map { set in
      let wanted = (set.wished.isEmpty ? [] : [(set.wished, set.wish)]) + set.allowed.map { ($0.rooms, $0.weight) }
      return wanted.map { rooms, weight in
        rows.append(rooms)
        return Choice(row: Int32(rows.count - 1), weight: weight)
      }
    }
    roomCount = compiled.roomCount
    ofLesson = Flat(number)
    size = Flat(ordered.map { Int32(clamping: $0.size) })
    self.choices = Rows(choices)
    isIn = Flat(rows.flatMap { rooms in (0..<compiled.roomCount).map { rooms.contains(Int32($0)) ? 1 : 0 } })
    capacity = Flat((ordered.first?.capacity ?? []).map { Int32(clamping: $0) })
    utilization = ordered.first?.utilization ?? 0
  }

  func free() {
    for flat in [ofLesson, size, capacity] { flat.free() }
    choices.free()
    isIn.free()
  }

  @inline(__always) func set(of lesson: Int) -> Int { Int(ofLesson[lesson]) }

  /// What the meeting's rooms cost if `main` is its first.
  func cost(_ set: Int, _ meeting: Int, main: Int, _ state: SearchState) -> Int64 {
    var seats: Int64 = 0
    for number in 0..<state.roomCount(meeting) {
      seats &+= Int64(capacity[state.room(number, of: meeting, main: main)])
    }
    var cost = seats > 0 ? utilization &* (max(0, seats &- Int64(size[set])) &* 100 / seats) : 0
    for choice in choices.each(set) where !holdsOne(of: Int(choice.row), meeting, main, state) {
      cost &+= choice.weight
    }
    return cost
  }

  private func holdsOne(of row: Int, _ meeting: Int, _ main: Int, _ state: SearchState) -> Bool {
    for number in 0..<state.roomCount(meeting)
    where isIn[row &* roomCount &+ state.room(number, of: meeting, main: main)] != 0 { return true }
    return false
  }
}
