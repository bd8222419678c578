/// Minutes of teachers and bookings of rooms against their limits.
extension SearchState {
  func loadDelta(_ meeting: Int, _ from: Int, _ to: Int) -> Int64 {
    let lesson = compiled.lesson(of: meeting)
    let minutes = scoring.limits.minutes[lesson]
    var units: Int64 = 0
    for position in scoring.limits.ofLesson.range(lesson) {
      units &+= loadUnits(Int(scoring.limits.ofLesson[position]), lesson, from, to, minutes, unit: 60)
    }
    return units &* Scoring.hard
  }

  /// A swap moves both meetings' minutes between two days; for a common teacher both at once.
  func loadSwapDelta(_ one: Int, _ other: Int, _ a: Int, _ b: Int) -> Int64 {
    let (first, second) = (compiled.lesson(of: one), compiled.lesson(of: other))
    let rows = scoring.limits.ofLesson
    var units: Int64 = 0
    for position in rows.range(first) {
      let load = rows[position]
      let isShared = rows.range(second).contains { rows[$0] == load }
      let minutes = scoring.limits.minutes[first] &- (isShared ? scoring.limits.minutes[second] : 0)
      units &+= loadUnits(Int(load), first, a, b, minutes, unit: 60)
    }
    for position in rows.range(second) where !rows.range(first).contains(where: { rows[$0] == rows[position] }) {
      units &+= loadUnits(Int(rows[position]), second, b, a, scoring.limits.minutes[second], unit: 60)
    }
    return units &* Scoring.hard
  }

  func bookingDelta(_ meeting: Int, _ from: Int, _ fromRoom: Int, _ to: Int, _ toRoom: Int) -> Int64 {
    let lesson = compiled.lesson(of: meeting)
    var units: Int64 = 0
    if fromRoom == toRoom {
      let load = fromRoom >= 0 ? Int(scoring.limits.ofRoom[fromRoom]) : -1
      return load < 0 ? 0 : loadUnits(load, lesson, from, to, 1, unit: 1) &* Scoring.hard
    }
    if fromRoom >= 0 { units &+= bookingUnits(meeting, lesson, fromRoom, from, -1) }
    if toRoom >= 0 { units &+= bookingUnits(meeting, lesson, toRoom, -1, to) }
    return units &* Scoring.hard
  }

  /// Of all rooms of the meeting, of which `room` is the first.
  private func bookingUnits(_ meeting: Int, _ lesson: Int, _ room: Int, _ from: Int, _ to: Int) -> Int64 {
    var units: Int64 = 0
    if scoring.limits.ofRoom[room] >= 0 {
      units &+= loadUnits(Int(scoring.limits.ofRoom[room]), lesson, from, to, 1, unit: 1)
    }
    guard needsSeveralRooms(meeting) else { return units }
    for extra in compiled.extraBegin[meeting]..<compiled.extraBegin[meeting &+ 1] {
      let load = Int(scoring.limits.ofRoom[Int(extraRooms[Int(extra)])])
      if load >= 0 { units &+= loadUnits(load, lesson, from, to, 1, unit: 1) }
    }
    return units
  }

  private func loadUnits(_ number: Int, _ lesson: Int, _ from: Int, _ to: Int, _ amount: Int32, unit: Int32) -> Int64 {
    let load = scoring.limits.loads[number]
    let fromDay = from >= 0 ? Int(compiled.times[from].day) : -1
    let toDay = to >= 0 ? Int(compiled.times[to].day) : -1
    if load.isDaily ? fromDay == toDay : (from >= 0) == (to >= 0) { return 0 }
    var units: Int64 = 0
    let weeks = compiled.weekClasses.ofLesson
    for position in weeks.range(lesson) {
      let week = Int(weeks[position])
      let row = Int(load.begin) &+ week &* (load.isDaily ? compiled.dayCount : 1)
      if from >= 0 {
        let value = loads[row &+ (load.isDaily ? fromDay : 0)]
        units &+= Limits.excess(value &- amount, load.limit, unit: unit) &- Limits.excess(value, load.limit, unit: unit)
      }
      if to >= 0 {
        let value = loads[row &+ (load.isDaily ? toDay : 0)]
        units &+= Limits.excess(value &+ amount, load.limit, unit: unit) &- Limits.excess(value, load.limit, unit: unit)
      }
    }
    return units
  }

  func addMinutes(_ meeting: Int, _ time: Int, sign: Int32) {
    let lesson = compiled.lesson(of: meeting)
    for position in scoring.limits.ofLesson.range(lesson) {
      add(Int(scoring.limits.ofLesson[position]), lesson, time, sign &* scoring.limits.minutes[lesson])
    }
  }

  func addBookings(_ meeting: Int, _ time: Int, sign: Int32) {
    let lesson = Int(compiled.hot[meeting].lesson)
    func book(_ room: Int) {
      if scoring.limits.ofRoom[room] >= 0 { add(Int(scoring.limits.ofRoom[room]), lesson, time, sign) }
    }
    book(Int(roomOf[meeting]))
    guard needsSeveralRooms(meeting) else { return }
    for extra in compiled.extraBegin[meeting]..<compiled.extraBegin[meeting &+ 1] { book(Int(extraRooms[Int(extra)])) }
  }

  private func add(_ number: Int, _ lesson: Int, _ time: Int, _ amount: Int32) {
    let load = scoring.limits.loads[number]
    let weeks = compiled.weekClasses.ofLesson
    for position in weeks.range(lesson) {
      let row = Int(load.begin) &+ Int(weeks[position]) &* (load.isDaily ? compiled.dayCount : 1)
      loads[row &+ (load.isDaily ? Int(compiled.times[time].day) : 0)] &+= amount
    }
  }
}
