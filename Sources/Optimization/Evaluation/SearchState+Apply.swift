/// Making moves.
extension SearchState {
  /// Moves `meeting` and books `delta`, which must be what `delta(_:_:_:)` says of the move.
  @inline(__always) func apply(_ meeting: Int, _ time: Int, _ room: Int, delta: Int64) {
    let old = Int(timeOf[meeting])
    vacate(meeting, old)
    retime(meeting, old, time)
    occupy(meeting, time, room)
    settle(meeting, -1)
    cost &+= delta
  }

  func remove(_ meeting: Int) {
    guard timeOf[meeting] >= 0 else { return }
    apply(meeting, -1, -1, delta: delta(meeting, -1, -1))
  }

  /// Moves `meeting`, of which further rooms are already in `extraRooms`, and books what that costs.
  func put(_ meeting: Int, _ time: Int, _ room: Int) {
    apply(meeting, time, room, delta: delta(meeting, time, room))
  }

  /// Exchanges the times of the two meetings; see `swapDelta`.
  func applySwap(_ one: Int, _ other: Int, oneRoom: Int, otherRoom: Int, delta: Int64) {
    let (a, b) = (Int(timeOf[one]), Int(timeOf[other]))
    vacate(one, a)
    vacate(other, b)
    retime(one, a, b)
    retime(other, b, a)
    occupy(one, b, oneRoom)
    occupy(other, a, otherRoom)
    settle(one, other)
    cost &+= delta
  }

  /// Exchanges the rooms of two meetings at one time.
  func exchangeRooms(_ one: Int, _ other: Int, delta: Int64) {
    let (time, oneRoom, otherRoom) = (Int(timeOf[one]), Int(roomOf[one]), Int(roomOf[other]))
    vacate(one, time)
    vacate(other, time)
    occupy(one, time, otherRoom)
    occupy(other, time, oneRoom)
    settle(one, other)
    cost &+= delta
  }

  /// Moves members to and fro between two times, bit by bit of `goesForth`: 1 from `from` to `to`, 0 back.
  func applyAll(
    _ count: Int, members: Flat<Int32>, rooms: Flat<Int32>, goesForth: UInt64, from: Int, to: Int, delta: Int64
  ) {
    for number in 0..<count { vacate(Int(members[number]), Int(timeOf[Int(members[number])])) }
    for number in 0..<count {
      let (member, isForth) = (Int(members[number]), goesForth >> UInt64(truncatingIfNeeded: number) & 1 == 1)
      retime(member, isForth ? from : to, isForth ? to : from)
    }
    for number in 0..<count {
      let member = Int(members[number])
      occupy(member, Int(timeOf[member]), Int(rooms[number]))
    }
    cost &+= delta
  }

  /// Places a meeting that needs several rooms.
  func apply(_ meeting: Int, _ time: Int, rooms: [Int32]) {
    remove(meeting)
    for (offset, room) in rooms.dropFirst().enumerated() {
      extraRooms[Int(compiled.extraBegin[meeting]) + offset] = room
    }
    put(meeting, time, Int(rooms[0]))
  }

  // MARK: Steps of a move

  /// Leaves the rooms that the meeting holds at its old time.
  @inline(__always) private func vacate(_ meeting: Int, _ time: Int) {
    guard time >= 0 else { return }
    let room = Int(roomOf[meeting])
    hold(meeting, room, compiled.times[time], -1)
    if scoring.limits.hasRooms { addBookings(meeting, time, sign: -1) }
    roomOf[meeting] = -1
  }

  /// Takes rooms at the meeting's new time.
  @inline(__always) private func occupy(_ meeting: Int, _ time: Int, _ room: Int) {
    guard time >= 0 else { return }
    roomOf[meeting] = Int32(truncatingIfNeeded: room)
    hold(meeting, room, compiled.times[time], Int32(truncatingIfNeeded: meeting))
    if scoring.limits.hasRooms { addBookings(meeting, time, sign: 1) }
  }

  /// Counts the meeting at `to` instead of `from`, in everything that goes by time; −1: without a place.
  private func retime(_ meeting: Int, _ from: Int, _ to: Int) {
    if from == to { return }
    let lesson = Int(compiled.hot[meeting].lesson)
    let old = from >= 0 ? compiled.times[from] : .none
    let new = to >= 0 ? compiled.times[to] : .none
    countClashes(meeting, lesson, old.atoms, new.atoms)
    if scoring.tracks.count > 0 { countTracks(lesson, old, new) }
    if old.day != new.day, scoring.lessons.hasDays[lesson] != 0 {
      if from >= 0 { countDay(lesson, Int(old.day), sign: -1) }
      if to >= 0 { countDay(lesson, Int(new.day), sign: 1) }
    }
    if scoring.hasTimeTotals {
      if from >= 0 { countTotals(meeting, lesson, from, old, sign: -1) }
      if to >= 0 { countTotals(meeting, lesson, to, new, sign: 1) }
    }
    timeOf[meeting] = Int32(truncatingIfNeeded: to)
    if from < 0 { leavePool(meeting) }
    if to < 0 { enterPool(meeting) }
  }

  private func enterPool(_ meeting: Int) {
    poolPosition[meeting] = Int32(truncatingIfNeeded: unplaced)
    pool[unplaced] = Int32(truncatingIfNeeded: meeting)
    unplaced &+= 1
  }

  private func leavePool(_ meeting: Int) {
    unplaced &-= 1
    let hole = Int(poolPosition[meeting])
    let last = pool[unplaced]
    pool[hole] = last
    poolPosition[Int(last)] = Int32(truncatingIfNeeded: hole)
    poolPosition[meeting] = -1
  }

  /// Brings the kernels of moved meetings up to date.
  @inline(__always) private func settle(_ one: Int, _ other: Int) {
    if scoring.kernels.isEmpty { return }
    settleKernels(one)
    if other >= 0 { settleKernels(other) }
  }

  private func settleKernels(_ meeting: Int) {
    for position in scoring.kernels.ofMeeting.range(meeting) {
      let kernel = Int(scoring.kernels.ofMeeting[position])
      kernelCosts[kernel] = kernelCost(kernel)
    }
  }

  private func countClashes(_ meeting: Int, _ lesson: Int, _ old: Range<Int>, _ new: Range<Int>) {
    let cells = compiled.clashCells
    for neighbor in compiled.conflicts.neighbors.each(lesson) {
      let row = Int(neighbor) &* compiled.atomCount
      for atom in old { clashes[row &+ atom] = cells.removing(meeting, from: clashes[row &+ atom]) }
      for atom in new { clashes[row &+ atom] = cells.adding(meeting, to: clashes[row &+ atom]) }
    }
  }

  private func countDay(_ lesson: Int, _ day: Int, sign: Int32) {
    let cell = lesson &* compiled.dayCount &+ day
    let before = lessonDays[cell]
    if before == (sign < 0 ? 1 : 0) { lessonDayCount[lesson] &+= sign }
    lessonDays[cell] = before &+ sign
  }

  /// Loads and sums that few problems or weights ask for.
  private func countTotals(_ meeting: Int, _ lesson: Int, _ time: Int, _ span: HotTime, sign: Int32) {
    let day = Int(span.day)
    if scoring.workload != 0 {
      for teacher in scoring.teachers.each(lesson) {
        teacherDays[Int(teacher) &* compiled.dayCount &+ day] &+= sign &* span.periods
      }
    }
    if scoring.peak != 0 {
      var mask = span.mask
      while mask != 0 {
        peaks[day &* compiled.periodCount &+ mask.trailingZeroBitCount] &+= sign
        mask &= mask &- 1
      }
    }
    if scoring.limits.hasTeachers { addMinutes(meeting, time, sign: sign) }
    if scoring.chains.count > 0 { link(meeting, time, day, sign: sign) }
  }

  @inline(__always) private func hold(_ meeting: Int, _ room: Int, _ span: HotTime, _ holder: Int32) {
    if compiled.hot[meeting].needsSeveralRooms {
      for extra in compiled.extraBegin[meeting]..<compiled.extraBegin[meeting &+ 1] {
        holdOne(meeting, Int(extraRooms[Int(extra)]), span, holder)
      }
    }
    holdOne(meeting, room, span, holder)
  }

  @inline(__always) private func holdOne(_ meeting: Int, _ room: Int, _ span: HotTime, _ holder: Int32) {
    if compiled.isExclusive[room] == 0 { return }
    if compiled.weekCount == 1 {
      let row = room &* compiled.atomCount
      for atom in span.atoms { slots[row &+ atom] = holder }
      return
    }
    let weeks = compiled.weekClasses.ofLesson
    for position in weeks.range(Int(compiled.hot[meeting].lesson)) {
      let row = compiled.cell(room: room, week: Int(weeks[position]), atom: 0)
      for atom in span.atoms { slots[row &+ atom] = holder }
    }
  }

  private func countTracks(_ lesson: Int, _ old: HotTime, _ new: HotTime) {
    for track in scoring.tracks.ofLesson.each(lesson) {
      if old.day >= 0 { countTrack(Int(track), Int(old.day), old.mask, sign: -1) }
      if new.day >= 0 { countTrack(Int(track), Int(new.day), new.mask, sign: 1) }
    }
  }

  @inline(__always) private func countTrack(_ track: Int, _ day: Int, _ mask: UInt64, sign: Int32) {
    let cell = track &* compiled.dayCount &+ day
    var now = trackDays[cell]
    let before = now.once
    var rest = mask
    while rest != 0 {
      let bit = rest & (0 &- rest)
      let counter = cell &* compiled.periodCount &+ rest.trailingZeroBitCount
      rest &= rest &- 1
      let count = busyCount[counter] &+ UInt16(truncatingIfNeeded: sign)
      busyCount[counter] = count
      now.once = count > 0 ? now.once | bit : now.once & ~bit
      now.twice = count > 1 ? now.twice | bit : now.twice & ~bit
    }
    if now.once != before {
      now.cost = scoring.dayCost(now, cell, now.once)
      if scoring.tracks.hasWeekRules, scoring.tracks.weekRules.count(track) > 0 {
        sumWeek(track, cell, before, now.once)
      }
    }
    trackDays[cell] = now
  }

  private func sumWeek(_ track: Int, _ cell: Int, _ before: UInt64, _ after: UInt64) {
    let (rules, sets) = (scoring.tracks.weekRules, scoring.tracks.sets)
    let (blocked, day) = (scoring.tracks.blocked[cell], cell &- track &* compiled.dayCount)
    for position in rules.range(track) {
      let (rule, within) = (rules[position], sets[rules[position].set, day])
      weekSums[position] &+= Int32(
        truncatingIfNeeded: rule.measure(after, blocked: blocked, within: within)
          &- rule.measure(before, blocked: blocked, within: within))
    }
  }

  private func link(_ meeting: Int, _ time: Int, _ day: Int, sign: Int32) {
    let lesson = compiled.lesson(of: meeting)
    var node = Int(scoring.chains.nodeBegin[meeting])
    for position in scoring.chains.ofLesson.range(lesson) {
      let row = (Int(scoring.chains.ofLesson[position]) &* compiled.dayCount &+ day) &* compiled.periodCount
      relink(node, chainStart, startLinks, row &+ Int(compiled.times[time].first), isAdded: sign > 0)
      relink(node, chainEnd, endLinks, row &+ Int(compiled.times[time].last), isAdded: sign > 0)
      node &+= 1
    }
  }

  private func relink(_ node: Int, _ heads: Flat<Int32>, _ links: Flat<Int32>, _ cell: Int, isAdded: Bool) {
    if isAdded {
      let next = heads[cell]
      links[node &* 2] = next
      links[node &* 2 &+ 1] = -1
      if next >= 0 { links[Int(next) &* 2 &+ 1] = Int32(truncatingIfNeeded: node) }
      heads[cell] = Int32(truncatingIfNeeded: node)
    } else {
      let (next, previous) = (links[node &* 2], links[node &* 2 &+ 1])
      if next >= 0 { links[Int(next) &* 2 &+ 1] = previous }
      if previous >= 0 { links[Int(previous) &* 2] = next } else { heads[cell] = next }
    }
  }
}
