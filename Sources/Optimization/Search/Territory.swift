/// The days a walker may change, and the meetings that are on them.
///
/// Rooms and people are booked by the slot, so walkers with different days cannot get in each other's way.
/// Members are gathered when the days are claimed: no move of the owner leads away from them.
struct Territory {
  private let members: Flat<Int32>
  private(set) var count: Int
  private(set) var days: UInt64

  /// All meetings, all days. The memory belongs to the compiled problem's user; free it with `free()`.
  init(_ compiled: CompiledProblem) {
    members = Flat((0..<compiled.meetingCount).map(Int32.init))
    count = compiled.meetingCount
    days = .max
  }

  @inline(__always) func has(day: Int32) -> Bool { days >> UInt64(truncatingIfNeeded: day) & 1 == 1 }

  @inline(__always) func member(_ number: UInt64) -> Int { Int(members[Int(truncatingIfNeeded: number)]) }

  mutating func claim(_ days: UInt64, _ state: SearchState) {
    self.days = days
    count = 0
    for meeting in 0..<state.compiled.meetingCount where state.timeOf[meeting] >= 0 {
      guard has(day: state.compiled.times[Int(state.timeOf[meeting])].day) else { continue }
      members[count] = Int32(truncatingIfNeeded: meeting)
      count += 1
    }
  }

  var array: [Int] { (0..<count).map { Int(members[$0]) } }

  func free() { members.free() }
}
