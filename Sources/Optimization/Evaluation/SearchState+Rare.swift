/// Costs that few problems have, kept out of the main path.
extension SearchState {
  /// Pairs of meetings back to back in each chain of the meeting's lesson, before and after the move; pairs with
  /// `other` are left out, for in a swap they stay as they are.
  func chainDelta(
    _ meeting: Int, _ from: Int, _ fromRoom: Int, _ to: Int, _ toRoom: Int, apartFrom other: Int
  ) -> Int64 {
    let lesson = compiled.lesson(of: meeting)
    var delta: Int64 = 0
    for position in scoring.chains.ofLesson.range(lesson) {
      let chain = Int(scoring.chains.ofLesson[position])
      if from >= 0 { delta &-= chainCost(chain, meeting, from, fromRoom, other) }
      if to >= 0 { delta &+= chainCost(chain, meeting, to, toRoom, other) }
    }
    return delta
  }

  private func chainCost(_ chain: Int, _ meeting: Int, _ time: Int, _ room: Int, _ other: Int) -> Int64 {
    let times = compiled.times
    let day = Int(times[time].day)
    let row = (chain &* compiled.dayCount &+ day) &* compiled.periodCount
    let joined = scoring.tracks.joined[day]
    let (first, last) = (Int(times[time].first), Int(times[time].last))
    var cost: Int64 = 0
    if last &+ 1 < compiled.periodCount, joined >> UInt64(truncatingIfNeeded: last) & 1 == 1 {
      cost &+= listCost(chain, chainStart[row &+ last &+ 1], startLinks, meeting, room, other)
    }
    if first > 0, joined >> UInt64(truncatingIfNeeded: first &- 1) & 1 == 1 {
      cost &+= listCost(chain, chainEnd[row &+ first &- 1], endLinks, meeting, room, other)
    }
    return cost
  }

  private func listCost(
    _ chain: Int, _ head: Int32, _ links: Flat<Int32>, _ meeting: Int, _ room: Int, _ other: Int
  ) -> Int64 {
    var cost: Int64 = 0
    var node = Int(head)
    while node >= 0 {
      let neighbor = Int(nodeMeeting[node])
      if neighbor != meeting, neighbor != other, weeksMeet(meeting, neighbor) {
        cost &+= walkCost(chain, meeting, room, neighbor)
      }
      node = Int(links[node &* 2])
    }
    return cost
  }

  @inline(__always) func weeksMeet(_ one: Int, _ other: Int) -> Bool {
    if compiled.weekCount == 1 { return true }
    return compiled.weekClasses.areShared(Int(compiled.hot[one].lesson), Int(compiled.hot[other].lesson))
  }

  private func walkCost(_ chain: Int, _ meeting: Int, _ room: Int, _ neighbor: Int) -> Int64 {
    let none = compiled.roomCount
    let there = Int(roomOf[neighbor])
    if room >= none || there >= none { return 0 }
    var cost: Int64 = 0
    let (here, away) = (scoring.chains.zone[room], scoring.chains.zone[there])
    if here >= 0, away >= 0, here != away { cost &+= scoring.chains.zoneChange[chain] }
    if scoring.chains.roomChange[chain] != 0, !sharesRoom(meeting, room, neighbor, there) {
      cost &+= scoring.chains.roomChange[chain]
    }
    return cost
  }

  func disruption(_ meeting: Int, time: Int, room: Int) -> Int64 {
    let costs = scoring.disruption
    guard costs.weight != 0 else { return 0 }
    let base = costs.base[meeting]
    if base < 0 { return 0 }
    if time < 0 || costs.startOf[time] != base { return 2 &* costs.weight }
    let before = costs.rooms.range(meeting)
    if !needsSeveralRooms(meeting) {
      let isSame =
        room >= compiled.roomCount
        ? before.isEmpty : before.count == 1 && Int(costs.rooms[before.lowerBound]) == room
      return isSame ? 0 : costs.weight
    }
    // Rooms of a meeting differ, so as many that are all among the former ones are the same.
    guard roomCount(meeting) == before.count else { return costs.weight }
    for number in 0..<roomCount(meeting) {
      let held = Int32(truncatingIfNeeded: self.room(number, of: meeting, main: room))
      if !costs.rooms.each(meeting).contains(held) { return costs.weight }
    }
    return 0
  }

  @inline(never) func rareDelta(_ meeting: Int, _ from: Int, _ fromRoom: Int, _ to: Int, _ toRoom: Int) -> Int64 {
    var delta = disruption(meeting, time: to, room: toRoom) &- disruption(meeting, time: from, room: fromRoom)
    if scoring.pairs.hasRooms, fromRoom != toRoom { delta &+= roomPairDelta(meeting, fromRoom, toRoom, -1, -1) }
    if from != to {
      if scoring.pairs.hasStudents { delta &+= studentDelta(meeting, from, to, -1) }
      if scoring.limits.hasTeachers { delta &+= loadDelta(meeting, from, to) }
      if !scoring.kernels.isEmpty {
        timeOf[meeting] = Int32(truncatingIfNeeded: to)
        delta &+= kernelDelta(meeting, -1)
        timeOf[meeting] = Int32(truncatingIfNeeded: from)
      }
    }
    if scoring.limits.hasRooms { delta &+= bookingDelta(meeting, from, fromRoom, to, toRoom) }
    return delta
  }

  @inline(never) func rareSwapDelta(_ one: Int, _ other: Int, _ oneRoom: Int, _ otherRoom: Int) -> Int64 {
    let (a, b) = (Int(timeOf[one]), Int(timeOf[other]))
    let (oneOld, otherOld) = (Int(roomOf[one]), Int(roomOf[other]))
    var delta = disruption(one, time: b, room: oneRoom) &- disruption(one, time: a, room: oneOld)
    delta &+= disruption(other, time: a, room: otherRoom) &- disruption(other, time: b, room: otherOld)
    if scoring.pairs.hasRooms {
      delta &+= roomPairDelta(one, oneOld, oneRoom, other, otherRoom)
      delta &+= roomPairDelta(other, otherOld, otherRoom, one, -1)
    }
    if scoring.pairs.hasStudents { delta &+= studentDelta(one, a, b, other) &+ studentDelta(other, b, a, one) }
    if scoring.limits.hasTeachers { delta &+= loadSwapDelta(one, other, a, b) }
    // Where rooms are exchanged, or are one and the same, each room has as many bookings as before.
    if scoring.limits.hasRooms, oneRoom == oneOld, oneOld != otherOld {
      delta &+= bookingDelta(one, a, oneOld, b, oneRoom) &+ bookingDelta(other, b, otherOld, a, otherRoom)
    }
    if !scoring.kernels.isEmpty {
      timeOf[one] = Int32(truncatingIfNeeded: b)
      timeOf[other] = Int32(truncatingIfNeeded: a)
      delta &+= kernelDelta(one, other)
      timeOf[one] = Int32(truncatingIfNeeded: a)
      timeOf[other] = Int32(truncatingIfNeeded: b)
    }
    return delta
  }

  /// With `timeOf` already as after the move: change of the kernels of `meeting` and of `other` (−1: none).
  private func kernelDelta(_ meeting: Int, _ other: Int) -> Int64 {
    var delta: Int64 = 0
    let rows = scoring.kernels.ofMeeting
    for position in rows.range(meeting) {
      let kernel = Int(rows[position])
      delta &+= kernelCost(kernel) &- kernelCosts[kernel]
    }
    guard other >= 0 else { return delta }
    let own = rows.range(meeting)
    for position in rows.range(other) where !own.contains(where: { rows[$0] == rows[position] }) {
      let kernel = Int(rows[position])
      delta &+= kernelCost(kernel) &- kernelCosts[kernel]
    }
    return delta
  }

  /// `otherRoom` −1: pairs with `other` are counted by the other side.
  private func roomPairDelta(_ meeting: Int, _ from: Int, _ to: Int, _ other: Int, _ otherRoom: Int) -> Int64 {
    var delta: Int64 = 0
    let pairs = scoring.pairs.byRoom
    for position in pairs.range(meeting) {
      let pair = pairs[position]
      let partner = Int(pair.other)
      if timeOf[partner] < 0 || (partner == other && otherRoom < 0) { continue }
      let before = from >= 0 && !sharesRoom(meeting, from, partner, Int(roomOf[partner]))
      let after =
        to >= 0
        && !sharesRoom(meeting, to, partner, partner == other ? otherRoom : Int(roomOf[partner]))
      if before != after { delta &+= after ? pair.weight : 0 &- pair.weight }
    }
    return delta
  }

  private func studentDelta(_ meeting: Int, _ from: Int, _ to: Int, _ other: Int) -> Int64 {
    var delta: Int64 = 0
    let pairs = scoring.pairs.students
    for position in pairs.range(compiled.lesson(of: meeting)) {
      let pair = pairs[position]
      for partner in compiled.meetings(of: Int(pair.lesson)) where partner != other && timeOf[partner] >= 0 {
        let at = Int(timeOf[partner])
        if to >= 0, overlap(to, at) { delta &+= pair.weight }
        if from >= 0, overlap(from, at) { delta &-= pair.weight }
      }
    }
    return delta
  }

  @inline(__always) private func overlap(_ one: Int, _ other: Int) -> Bool {
    let (a, b) = (compiled.times[one].atoms, compiled.times[other].atoms)
    return a.lowerBound < b.upperBound && b.lowerBound < a.upperBound
  }
}
