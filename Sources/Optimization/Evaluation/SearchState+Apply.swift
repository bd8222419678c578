/// Making moves.
extension SearchState {
  /// Moves `meeting` and books `delta`, which must be what `delta(_:_:_:)` says of the move.
  @inline(__always) func apply(_ meeting: Int, _ time: Int, _ room: Int, delta: Int64) {
    lift(meeting)
    drop(meeting, time, room)
    settle(meeting, -1)
    cost &+= delta
  }

  func remove(_ meeting: Int) {
    guard timeOf[meeting] >= 0 else { return }
    let change = delta(meeting, -1, -1)
    lift(meeting)
    settle(meeting, -1)
    cost &+= change
  }

  /// Exchanges the times of the two meetings; see `swapDelta`.
  func applySwap(_ one: Int, _ other: Int, oneRoom: Int, otherRoom: Int, delta: Int64) {
    let (a, b) = (Int(timeOf[one]), Int(timeOf[other]))
    lift(one)
    lift(other)
    drop(one, b, oneRoom)
    drop(other, a, otherRoom)
    settle(one, other)
    cost &+= delta
  }

  /// Exchanges the rooms of two meetings at one time.
  func exchangeRooms(_ one: Int, _ other: Int, delta: Int64) {
    let (time, oneRoom, otherRoom) = (Int(timeOf[one]), Int(roomOf[one]), Int(roomOf[other]))
    lift(one)
    lift(other)
    drop(one, time, otherRoom)
    drop(other, time, oneRoom)
    settle(one, other)
    cost &+= delta
  }

  /// Places a meeting that needs several rooms.
  func apply(_ meeting: Int, _ time: Int, rooms: [Int32]) {
    remove(meeting)
    for (offset, room) in rooms.dropFirst().enumerated() {
      extraRooms[Int(compiled.extraBegin[meeting]) + offset] = room
    }
    let room = Int(rooms[0])
    apply(meeting, time, room, delta: delta(meeting, time, room))
  }

  /// Takes the meeting out of every counter.
  private func lift(_ meeting: Int) {
    let time = Int(timeOf[meeting])
    guard time >= 0 else { return }
    count(meeting, time, sign: -1)
    timeOf[meeting] = -1
    roomOf[meeting] = -1
    poolPosition[meeting] = Int32(truncatingIfNeeded: unplaced)
    pool[unplaced] = Int32(truncatingIfNeeded: meeting)
    unplaced &+= 1
  }

  private func drop(_ meeting: Int, _ time: Int, _ room: Int) {
    guard time >= 0 else { return }
    timeOf[meeting] = Int32(truncatingIfNeeded: time)
    roomOf[meeting] = Int32(truncatingIfNeeded: room)
    count(meeting, time, sign: 1)
    unplaced &-= 1
    let hole = Int(poolPosition[meeting])
    let last = pool[unplaced]
    pool[hole] = last
    poolPosition[Int(last)] = Int32(truncatingIfNeeded: hole)
    poolPosition[meeting] = -1
  }

  /// Brings the kernels of moved meetings up to date.
  private func settle(_ one: Int, _ other: Int) {
    if scoring.kernels.isEmpty { return }
    for meeting in [one, other] where meeting >= 0 {
      for position in scoring.kernels.ofMeeting.range(meeting) {
        let kernel = Int(scoring.kernels.ofMeeting[position])
        kernelCosts[kernel] = scoring.kernels.cost(kernel, timeOf, compiled)
      }
    }
  }

  private func count(_ meeting: Int, _ time: Int, sign: Int32) {
    let lesson = Int(compiled.lessonOf[meeting])
    let atoms = compiled.times.atomRange(time)
    let day = Int(compiled.times.day[time])
    let mark = sign > 0 ? Self.mark(meeting) : 0 &- Self.mark(meeting)
    let neighbors = compiled.conflicts.neighbors
    for position in neighbors.range(lesson) {
      let row = Int(neighbors[position]) &* compiled.atomCount
      for atom in atoms { clashes[row &+ atom] &+= mark }
    }
    let room = Int(roomOf[meeting])
    occupy(meeting, room, atoms, sign > 0 ? Int32(truncatingIfNeeded: meeting) : -1)
    if scoring.tracks.count > 0 { countTracks(lesson, time, day, sign: sign) }
    if scoring.lessons.hasDays[lesson] != 0 {
      let cell = lesson &* compiled.dayCount &+ day
      if sign < 0 ? lessonDays[cell] == 1 : lessonDays[cell] == 0 { lessonDayCount[lesson] &+= sign }
      lessonDays[cell] &+= sign
    }
    if scoring.lessons.room[lesson] != 0 { countRooms(meeting, lesson, room, sign: sign) }
    if scoring.workload != 0 {
      let periods = sign &* Int32(truncatingIfNeeded: compiled.times.mask[time].nonzeroBitCount)
      for teacher in scoring.teachers.row(lesson: lesson) {
        teacherDays[teacher &* compiled.dayCount &+ day] &+= periods
      }
    }
    if scoring.peak != 0 {
      var mask = compiled.times.mask[time]
      while mask != 0 {
        peaks[day &* compiled.periodCount &+ mask.trailingZeroBitCount] &+= sign
        mask &= mask &- 1
      }
    }
    if scoring.limits.hasTeachers || scoring.limits.hasRooms { addLoads(meeting, time, sign: sign) }
    if scoring.chains.count > 0 { link(meeting, time, day, sign: sign) }
  }

  @inline(__always) private func occupy(_ meeting: Int, _ room: Int, _ atoms: Range<Int>, _ holder: Int32) {
    let weeks = compiled.weekClasses.ofLesson
    func hold(_ room: Int) {
      if compiled.isExclusive[room] == 0 { return }
      for position in weeks.range(Int(compiled.lessonOf[meeting])) {
        let row = compiled.cell(room: room, week: Int(weeks[position]), atom: 0)
        for atom in atoms { slots[row &+ atom] = holder }
      }
    }
    hold(room)
    if needsSeveralRooms(meeting) {
      for extra in compiled.extraBegin[meeting]..<compiled.extraBegin[meeting &+ 1] {
        hold(Int(extraRooms[Int(extra)]))
      }
    }
  }

  @inline(__always) private func countTracks(_ lesson: Int, _ time: Int, _ day: Int, sign: Int32) {
    let tracks = scoring.tracks
    let mask = compiled.times.mask[time]
    for position in tracks.ofLesson.range(lesson) {
      let track = Int(tracks.ofLesson[position])
      let cell = track &* compiled.dayCount &+ day
      let before = busy[cell &* 2]
      var (once, twice) = (before, busy[cell &* 2 &+ 1])
      var rest = mask
      while rest != 0 {
        let bit = rest & (0 &- rest)
        let counter = cell &* compiled.periodCount &+ rest.trailingZeroBitCount
        rest &= rest &- 1
        let count = busyCount[counter] &+ UInt16(truncatingIfNeeded: sign)
        busyCount[counter] = count
        once = count > 0 ? once | bit : once & ~bit
        twice = count > 1 ? twice | bit : twice & ~bit
      }
      busy[cell &* 2] = once
      busy[cell &* 2 &+ 1] = twice
      if once != before, tracks.weekRules.count(track) > 0 {
        let blocked = tracks.blocked[cell]
        let (now, then) = (WeekMeasure(once, blocked: blocked), WeekMeasure(before, blocked: blocked))
        let row = track &* 3
        weekSums[row] &+= Int32(truncatingIfNeeded: now[.gaps] &- then[.gaps])
        weekSums[row &+ 1] &+= Int32(truncatingIfNeeded: now[.days] &- then[.days])
        weekSums[row &+ 2] &+= Int32(truncatingIfNeeded: now[.lateStarts] &- then[.lateStarts])
      }
    }
  }

  private func countRooms(_ meeting: Int, _ lesson: Int, _ room: Int, sign: Int32) {
    func count(_ room: Int) {
      let cell = lesson &* (compiled.roomCount &+ 1) &+ room
      if sign < 0 ? lessonRooms[cell] == 1 : lessonRooms[cell] == 0 { lessonRoomCount[lesson] &+= sign }
      lessonRooms[cell] &+= UInt16(truncatingIfNeeded: sign)
    }
    count(room)
    if needsSeveralRooms(meeting) {
      for extra in compiled.extraBegin[meeting]..<compiled.extraBegin[meeting &+ 1] {
        count(Int(extraRooms[Int(extra)]))
      }
    }
  }

  private func link(_ meeting: Int, _ time: Int, _ day: Int, sign: Int32) {
    let lesson = Int(compiled.lessonOf[meeting])
    var node = Int(scoring.chains.nodeBegin[meeting])
    for position in scoring.chains.ofLesson.range(lesson) {
      let row = (Int(scoring.chains.ofLesson[position]) &* compiled.dayCount &+ day) &* compiled.periodCount
      relink(node, chainStart, startLinks, row &+ Int(compiled.times.first[time]), isAdded: sign > 0)
      relink(node, chainEnd, endLinks, row &+ Int(compiled.times.last[time]), isAdded: sign > 0)
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
