/// Two days of a person's week change places: each of its meetings goes to the same periods of the other day, and those
/// in their way come to theirs, until nobody is.
///
/// A Kempe chain over whole days: one by one the meetings would have to pass through weeks that are worse than both.
struct DaySwap {
  static let mostMembers = 48

  /// Teachers and leaf groups of each lesson, and the lessons of each of them.
  private let people: Rows<Int32>
  private let lessons: Rows<Int32>
  /// (time × day): the time that covers the same periods of that day, or −1.
  private let twins: Flat<Int32>
  private var members: ShortList
  private var targets: ShortList
  private var rooms: ShortList
  /// Of each meeting: the number of the swap that had it last.
  private let mark: Flat<UInt32>
  private var number: UInt32 = 0

  init(_ compiled: CompiledProblem) {
    let index = compiled.index
    let taught = ConflictGraph.invert(compiled.teachers, count: index.problem.teachers.count)
    let weeks = (taught + index.leafGroups.map { index.groupLessons[$0] }).filter { !$0.isEmpty }
    lessons = Rows(weeks)
    people = Rows(ConflictGraph.invert(weeks, count: compiled.lessonCount))
    twins = Flat(compiled.timeCount * compiled.dayCount, -1)
    members = ShortList(capacity: Self.mostMembers)
    targets = ShortList(capacity: Self.mostMembers)
    rooms = ShortList(capacity: Self.mostMembers)
    mark = Flat(compiled.meetingCount, 0)
    pairTimes(compiled)
  }

  func free() {
    people.free()
    lessons.free()
    twins.free()
    for list in [members, targets, rooms] { list.free() }
    mark.free()
  }

  private func pairTimes(_ compiled: CompiledProblem) {
    // Times of other grids that touch the same periods are no twins.
    guard compiled.times.arePeriodsWhole else { return }
    struct Span: Hashable {
      var day: Int
      var mask: UInt64
    }
    var known: [Span: Int32] = [:]
    for time in 0..<compiled.timeCount {
      known[Span(day: Int(compiled.times[time].day), mask: compiled.times[time].mask)] = Int32(time)
    }
    for time in 0..<compiled.timeCount {
      for day in 0..<compiled.dayCount where day != Int(compiled.times[time].day) {
        twins[time * compiled.dayCount + day] = known[Span(day: day, mask: compiled.times[time].mask)] ?? -1
      }
    }
  }

  /// Gathers who goes where when the day of `meeting` and another change places for somebody whom it concerns; false
  /// where a meeting may not go to its place or too many would have to.
  mutating func gather(
    from meeting: Int, _ territory: Territory, _ state: SearchState, _ random: inout RandomSource
  ) -> Bool {
    let compiled = state.compiled
    let concerned = people.range(compiled.lesson(of: meeting))
    let a = Int(compiled.times[Int(state.timeOf[meeting])].day)
    let b = random.below(compiled.dayCount)
    guard a != b, !concerned.isEmpty, territory.has(day: Int32(truncatingIfNeeded: b)) else { return false }
    members.clear()
    targets.clear()
    number &+= 1
    let person = Int(people[concerned.lowerBound &+ random.below(concerned.count)])
    for lesson in lessons.each(person) {
      for member in compiled.meetings(of: Int(lesson)) where !add(member, a, b, state) { return false }
    }
    var next = 0
    while next < members.count {
      if !state.allBlockers(of: members[next], at: targets[next], { add($0, a, b, state) }) { return false }
      next &+= 1
    }
    return chooseRooms(state, &random)
  }

  /// Whether the meeting is on neither day, or could be made a member.
  private mutating func add(_ meeting: Int, _ a: Int, _ b: Int, _ state: SearchState) -> Bool {
    let compiled = state.compiled
    let time = Int(state.timeOf[meeting])
    if time < 0 || mark[meeting] == number { return true }
    let day = Int(compiled.times[time].day)
    if day != a, day != b { return true }
    let target = Int(twins[time &* compiled.dayCount &+ (day == a ? b : a)])
    guard target >= 0, !members.isFull, compiled.isAllowed(time: target, for: meeting),
      !state.needsSeveralRooms(meeting)
    else { return false }
    mark[meeting] = number
    members.append(meeting)
    targets.append(target)
    return true
  }

  /// Each keeps its room if it is free or becomes so, and else takes one that is.
  private mutating func chooseRooms(_ state: SearchState, _ random: inout RandomSource) -> Bool {
    let compiled = state.compiled
    rooms.clear()
    for member in 0..<members.count {
      let kept = Int(state.roomOf[members[member]])
      if isFree(kept, member, state) {
        rooms.append(kept)
        continue
      }
      let options = compiled.rooms(of: members[member])
      let start = random.below(max(1, options.count))
      var found = -1
      for step in 0..<options.count where found < 0 {
        let room = Int(options[(start &+ step) % options.count])
        if isFree(room, member, state) { found = room }
      }
      if found < 0 { return false }
      rooms.append(found)
    }
    return true
  }

  /// Whether nobody but members holds the room when the member comes, and none of those before it takes it.
  private func isFree(_ room: Int, _ member: Int, _ state: SearchState) -> Bool {
    let compiled = state.compiled
    let target = targets[member]
    let holder = state.occupant(room, target, for: members[member])
    if holder == -2 || (holder >= 0 && mark[holder] != number) { return false }
    if compiled.isExclusive[room] == 0 { return true }
    for earlier in 0..<rooms.count where rooms[earlier] == room {
      if compiled.times[targets[earlier]].overlaps(compiled.times[target]) { return false }
    }
    return true
  }

  /// Makes the swap that was gathered; the journal remembers where everybody was.
  func make(in state: SearchState, _ journal: inout Journal) {
    for position in 0..<members.count { journal.record(members[position], state) }
    for position in 0..<members.count { state.remove(members[position]) }
    for position in 0..<members.count { state.put(members[position], targets[position], rooms[position]) }
  }
}
