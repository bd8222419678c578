/// A Kempe chain between two times, grown without touching the state.
///
/// Where every person's week holds one meeting at a time and nothing else couples the members
/// (`Scoring.isKempeAdditive`) it is measured without being made: then whoever has a member at both times keeps the same
/// week, and the change is the sum of what the others' weeks, the courses' days and the rooms change.
struct KempeChain {
  /// Members, and the room each goes to.
  private let members: Flat<Int32>
  private let rooms: Flat<Int32>
  private(set) var count = 0
  private var from = 0
  private var to = 0
  /// Of each meeting and each lesson: the number of the chain that had it last.
  private let meetingMark: Flat<UInt32>
  private let lessonMark: Flat<UInt32>
  private var mark: UInt32 = 0

  init(_ compiled: CompiledProblem) {
    members = Flat(32, 0)
    rooms = Flat(32, 0)
    meetingMark = Flat(compiled.meetingCount, 0)
    lessonMark = Flat(compiled.lessonCount, 0)
  }

  func free() {
    for flat in [members, rooms] { flat.free() }
    meetingMark.free()
    lessonMark.free()
  }

  /// Where the member goes.
  @inline(__always) private func target(_ member: Int, _ state: SearchState) -> Int {
    Int(state.timeOf[member]) == from ? to : from
  }

  @inline(__always) private mutating func add(_ meeting: Int, _ lesson: Int) {
    meetingMark[meeting] = mark
    lessonMark[lesson] = mark
    members[count] = Int32(truncatingIfNeeded: meeting)
    count &+= 1
  }

  /// Gathers the chain; false where it is too long, where a member may not go to its time, or where a lesson would have
  /// two members without `hasSiblings`.
  mutating func grow(
    from meeting: Int, _ a: Int, _ b: Int, limit: Int, hasSiblings: Bool, _ state: SearchState
  ) -> Bool {
    (from, to, count) = (a, b, 0)
    mark &+= 1
    add(meeting, Int(state.compiled.hot[meeting].lesson))
    var next = 0
    while next < count {
      let member = Int(members[next])
      next &+= 1
      let target = target(member, state)
      let canAllJoin = state.allBlockers(of: member, at: target) {
        add(blocker: $0, at: target, limit: limit, hasSiblings: hasSiblings, state)
      }
      if !canAllJoin { return false }
    }
    return count > 1
  }

  /// Who overlaps a member's target joins if it is exactly there and may go back; false where it cannot.
  private mutating func add(
    blocker: Int, at target: Int, limit: Int, hasSiblings: Bool, _ state: SearchState
  ) -> Bool {
    if meetingMark[blocker] == mark { return true }
    let hot = state.compiled.hot[blocker]
    let lesson = Int(hot.lesson)
    guard Int(state.timeOf[blocker]) == target, count < limit, hasSiblings || lessonMark[lesson] != mark,
      !hot.needsSeveralRooms, state.compiled.isAllowed(time: target == from ? to : from, for: blocker)
    else { return false }
    add(blocker, lesson)
    return true
  }

  /// Each keeps its room if it is free or becomes so, and else takes one that is.
  mutating func chooseRooms(_ state: SearchState, _ random: inout RandomSource) -> Bool {
    for number in 0..<count {
      let member = Int(members[number])
      let room = Int(state.roomOf[member])
      let target = target(member, state)
      if isFree(room, target, for: member, before: number, state) {
        rooms[number] = Int32(truncatingIfNeeded: room)
      } else if let other = otherRoom(target, for: member, before: number, state, &random) {
        rooms[number] = Int32(truncatingIfNeeded: other)
      } else {
        return false
      }
    }
    return true
  }

  private func otherRoom(
    _ target: Int, for member: Int, before number: Int, _ state: SearchState, _ random: inout RandomSource
  ) -> Int? {
    let hot = state.compiled.hot[member]
    let start = random.below(max(1, Int(hot.roomCount)))
    for step in 0..<Int(hot.roomCount) {
      let offset = start &+ step
      let position = Int(hot.roomBegin) &+ (offset < Int(hot.roomCount) ? offset : offset &- Int(hot.roomCount))
      let room = Int(state.compiled.roomOptions[position])
      if isFree(room, target, for: member, before: number, state) { return room }
    }
    return nil
  }

  /// Whether nobody but members that leave holds the room, and none of the first `number` members takes it. A room that
  /// a later member wants to keep may be taken: that one looks for another.
  @inline(__always) private func isFree(
    _ room: Int, _ target: Int, for member: Int, before number: Int, _ state: SearchState
  ) -> Bool {
    let holder = state.occupant(room, target, for: member)
    if holder == -2 || (holder >= 0 && meetingMark[holder] != mark) { return false }
    if state.compiled.isExclusive[room] == 0 { return true }
    for earlier in 0..<number where Int(rooms[earlier]) == room {
      if self.target(Int(members[earlier]), state) == target { return false }
    }
    return true
  }

  func delta(_ state: SearchState) -> Int64 {
    var delta: Int64 = 0
    for number in 0..<count {
      let member = Int(members[number])
      let (old, new) = (Int(state.timeOf[member]), target(member, state))
      delta &+= state.apartDelta(member, old, new)
      let room = Int(state.roomOf[member])
      if Int(rooms[number]) != room { delta &+= state.roomDelta(member, room, Int(rooms[number])) }
    }
    return delta
  }

  func apply(_ state: SearchState, delta: Int64) {
    state.applyAll(
      count, members: members, rooms: rooms, goesForth: goesForth(state), from: from, to: to, delta: delta)
  }

  /// Makes the chain one by one; the journal remembers where everybody was.
  func make(in state: SearchState, _ journal: inout Journal) {
    let goesForth = goesForth(state)
    for number in 0..<count { journal.record(Int(members[number]), state) }
    for number in 0..<count { state.remove(Int(members[number])) }
    for number in 0..<count {
      let isForth = goesForth >> UInt64(truncatingIfNeeded: number) & 1 == 1
      state.put(Int(members[number]), isForth ? to : from, Int(rooms[number]))
    }
  }

  /// Members are told apart by where they were: before the first one moves.
  private func goesForth(_ state: SearchState) -> UInt64 {
    var bits: UInt64 = 0
    for number in 0..<count where Int(state.timeOf[Int(members[number])]) == from { bits |= 1 << UInt64(number) }
    return bits
  }
}
