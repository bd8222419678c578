/// Who would have to go if a meeting came to a start: whoever clashes, holds the room, or breaks a hard rule with it.
extension RecursiveSwap {
  /// More than these at once are not worth a try.
  private static let most = 12

  /// Fills the level's candidates: all starts that need nobody fixed or locked to go.
  mutating func findCandidates(_ meeting: Int, level: Int) {
    levels[level].candidates.removeAll(keepingCapacity: true)
    levels[level].culprits.removeAll(keepingCapacity: true)
    for option in compiled.times(of: meeting) {
      let time = Int(option)
      let begin = levels[level].culprits.count
      looked += 1
      guard findCulprits(meeting, time, level, begin), let room = findRoom(meeting, time, level, begin) else {
        levels[level].culprits.removeSubrange(begin...)
        continue
      }
      let end = levels[level].culprits.count
      levels[level].candidates.append(
        Candidate(
          time: Int32(time), room: Int32(room), begin: Int32(begin), end: Int32(end),
          cost: Int32(16 * (end - begin) + random.below(16))))
    }
  }

  /// Adds a culprit; false where it cannot go.
  mutating func add(_ culprit: Int, _ level: Int, _ begin: Int) -> Bool {
    if isLocked[culprit] || isFixed[culprit] { return false }
    let number = Int32(truncatingIfNeeded: culprit)
    for position in begin..<levels[level].culprits.count where levels[level].culprits[position] == number {
      return true
    }
    levels[level].culprits.append(number)
    return levels[level].culprits.count - begin <= Self.most
  }

  private mutating func findCulprits(_ meeting: Int, _ time: Int, _ level: Int, _ begin: Int) -> Bool {
    let clash = state.clash(meeting, time)
    if !clash.isNone {
      let only = state.onlyOne(clash, at: time)
      if only >= 0 {
        if !add(only, level, begin) { return false }
      } else {
        for other in state.blockers(of: meeting, at: time) where !add(other, level, begin) { return false }
      }
    }
    let pairs = state.scoring.pairs
    for position in pairs.byTime.range(meeting) {
      let pair = pairs.byTime[position]
      let at = Int(state.timeOf[Int(pair.other)])
      if at < 0 || pair.weight < Scoring.hard { continue }
      if pairs.tables[Int(pair.table) &+ time &* compiled.timeCount &+ at] != 0, !add(Int(pair.other), level, begin) {
        return false
      }
    }
    let tracks = state.scoring.tracks
    for position in tracks.ofLesson.range(compiled.lesson(of: meeting)) {
      if !keepRules(of: Int(tracks.ofLesson[position]), meeting, time, level, begin) { return false }
    }
    return rare.isEmpty || keepRareRules(meeting, time, level, begin)
  }

  // MARK: Rules of people

  private mutating func keepRules(of track: Int, _ meeting: Int, _ time: Int, _ level: Int, _ begin: Int) -> Bool {
    let rules = weeks.rules[track]
    if rules.isEmpty { return true }
    let day = Int(compiled.times[time].day)
    let mask = compiled.times[time].mask
    let isTouched = (begin..<levels[level].culprits.count).contains {
      weeks.has(compiled.lesson(of: Int(levels[level].culprits[$0])), in: track)
    }
    var missing = Int(weeks.missing[track]) - Int(weeks.length[compiled.lesson(of: meeting)])
    if !isTouched {
      let sums =
        weeks.sums[track] &- weeks.measures[track &* compiled.dayCount &+ day]
        &+ weeks.measure(track, day, weeks.busy(track, day) | mask)
      if rules.excess(sums, missing: missing).wrappedSum() == 0 { return true }
    }
    for other in 0..<compiled.dayCount { masks[other] = weeks.busy(track, other) }
    for position in begin..<levels[level].culprits.count {
      let culprit = Int(levels[level].culprits[position])
      guard weeks.has(compiled.lesson(of: culprit), in: track) else { continue }
      let at = Int(compiled.times[Int(state.timeOf[culprit])].day)
      masks[at] = remaining(of: track, at, without: culprit, level, begin)
      missing += Int(weeks.length[compiled.lesson(of: culprit)])
    }
    masks[day] |= mask
    var sums = PersonRules.Sums(repeating: 0)
    for other in 0..<compiled.dayCount { sums = sums &+ weeks.measure(track, other, masks[other]) }
    var place = Place(meeting: meeting, day: day, mask: mask, sums: sums, missing: missing)
    while true {
      let excess = rules.excess(place.sums, missing: place.missing)
      if excess.wrappedSum() == 0 { return true }
      let isHelped =
        if let crowded = weeks.crowded(track, excess) {
          clearDay(of: track, crowded, level, begin, &place)
        } else {
          clearOne(of: track, Int(excess.wrappedSum()), level, begin, &place)
        }
      if !isHelped { return false }
    }
  }

  /// Where the meeting would be, and the person's week with it and without the culprits so far.
  private struct Place {
    let meeting: Int
    let day: Int
    let mask: UInt64
    var sums: PersonRules.Sums
    var missing: Int
  }

  /// The busy periods of `masks` once a meeting on that day is gone.
  private func remaining(of track: Int, _ day: Int, without gone: Int, _ level: Int, _ begin: Int) -> UInt64 {
    if weeks.isSingle(track, day) { return masks[day] & ~compiled.times[Int(state.timeOf[gone])].mask }
    // Meetings of different grids may cover one period together.
    var mask: UInt64 = 0
    for position in weeks.meetings.range(track) {
      let other = Int(weeks.meetings[position])
      if other != gone, isOn(day, other), !isCulprit(other, level, begin) {
        mask |= compiled.times[Int(state.timeOf[other])].mask
      }
    }
    return mask
  }

  /// Takes out the one meeting of the person that helps most.
  private mutating func clearOne(
    of track: Int, _ excess: Int, _ level: Int, _ begin: Int, _ place: inout Place
  ) -> Bool {
    var chosen: (score: Int, other: Int, mask: UInt64)?
    for position in weeks.meetings.range(track) {
      let other = Int(weeks.meetings[position])
      let at = Int(state.timeOf[other])
      if other == place.meeting || at < 0 || isLocked[other] || isFixed[other] || isCulprit(other, level, begin) {
        continue
      }
      let day = Int(compiled.times[at].day)
      var mask = remaining(of: track, day, without: other, level, begin)
      if day == place.day { mask |= place.mask }
      let sums = place.sums &- weeks.measure(track, day, masks[day]) &+ weeks.measure(track, day, mask)
      let missing = place.missing + Int(weeks.length[compiled.lesson(of: other)])
      let gain = excess - Int(weeks.rules[track].excess(sums, missing: missing).wrappedSum())
      if gain <= 0 { continue }
      let score = gain * 8 + random.below(8)
      if chosen.map({ score > $0.score }) ?? true { chosen = (score, other, mask) }
    }
    guard let chosen else { return false }
    let day = Int(compiled.times[Int(state.timeOf[chosen.other])].day)
    place.sums = place.sums &- weeks.measure(track, day, masks[day]) &+ weeks.measure(track, day, chosen.mask)
    place.missing += Int(weeks.length[compiled.lesson(of: chosen.other)])
    masks[day] = chosen.mask
    return add(chosen.other, level, begin)
  }

  /// Takes out all meetings of the person that touch `periods` of a day, on the day where these are fewest.
  private mutating func clearDay(
    of track: Int, _ periods: (_ day: Int) -> UInt64, _ level: Int, _ begin: Int, _ place: inout Place
  ) -> Bool {
    var chosen: (count: Int, day: Int)?
    for day in 0..<compiled.dayCount where day != place.day {
      let busy = masks[day] & periods(day)
      guard busy != 0, canBeCleared(busy, day, track) else { continue }
      let count = busy.nonzeroBitCount * 8 + random.below(8)
      if chosen.map({ count < $0.count }) ?? true { chosen = (count, day) }
    }
    guard let day = chosen?.day else { return false }
    let busy = masks[day] & periods(day)
    var left: UInt64 = 0
    for position in weeks.meetings.range(track) {
      let other = Int(weeks.meetings[position])
      guard isOn(day, other), !isCulprit(other, level, begin) else { continue }
      if touches(busy, other) {
        place.missing += Int(weeks.length[compiled.lesson(of: other)])
        if !add(other, level, begin) { return false }
      } else {
        left |= compiled.times[Int(state.timeOf[other])].mask
      }
    }
    place.sums = place.sums &- weeks.measure(track, day, masks[day]) &+ weeks.measure(track, day, left)
    masks[day] = left
    return true
  }

  private func canBeCleared(_ busy: UInt64, _ day: Int, _ track: Int) -> Bool {
    weeks.meetings.range(track).allSatisfy {
      let other = Int(weeks.meetings[$0])
      return !isOn(day, other) || !touches(busy, other) || !(isLocked[other] || isFixed[other])
    }
  }

  private func isOn(_ day: Int, _ meeting: Int) -> Bool {
    let at = Int(state.timeOf[meeting])
    return at >= 0 && Int(compiled.times[at].day) == day
  }

  /// Of a meeting that has a place.
  private func touches(_ periods: UInt64, _ meeting: Int) -> Bool {
    compiled.times[Int(state.timeOf[meeting])].mask & periods != 0
  }

  func isCulprit(_ meeting: Int, _ level: Int, _ begin: Int) -> Bool {
    let number = Int32(truncatingIfNeeded: meeting)
    for position in begin..<levels[level].culprits.count where levels[level].culprits[position] == number {
      return true
    }
    return false
  }

  // MARK: Rooms

  /// The room whose holders are fewest, these added to the culprits; −1 for meetings that need several, whose rooms
  /// are chosen once the culprits are gone. Nil where there is none.
  private mutating func findRoom(_ meeting: Int, _ time: Int, _ level: Int, _ begin: Int) -> Int? {
    let options = compiled.rooms(of: meeting)
    let need = max(1, Int(compiled.roomsNeeded[meeting]))
    let start = random.below(options.count)
    var found: [(cost: Int, room: Int)] = []
    var best: (cost: Int, room: Int)?
    for step in 0..<options.count {
      let offset = start + step < options.count ? start + step : start + step - options.count
      let room = Int(options[offset])
      guard let cost = roomCost(room, meeting, time, level, begin) else { continue }
      if need > 1 { found.append((cost, room)) }
      if best.map({ cost < $0.cost }) ?? true { best = (cost, room) }
      if need == 1, cost == 0 { break }
    }
    if need == 1 {
      guard let best else { return nil }
      return best.cost == 0 || clear(best.room, meeting, time, level, begin) ? best.room : nil
    }
    found.sort { $0.cost < $1.cost }
    guard let chosen = compiled.pickRooms(meeting, from: found.map { Int32($0.room) }) else { return nil }
    for choice in found
    where choice.cost > 0 && chosen.contains(Int32(choice.room)) && !clear(choice.room, meeting, time, level, begin) {
      return nil
    }
    return -1
  }

  /// As many rooms as the meeting needs, of those that nobody holds and that may be booked; none where they lack.
  mutating func severalRooms(for meeting: Int, _ time: Int) -> [Int32] {
    let options = compiled.rooms(of: meeting)
    let start = random.below(options.count)
    let free = (0..<options.count).map { options[(start + $0) % options.count] }.filter { room in
      state.occupant(Int(room), time, for: meeting) == -1 && !isBookedUp(Int(room), meeting, time)
    }
    return compiled.pickRooms(meeting, from: free) ?? []
  }

  /// Number of meetings that would have to leave for the room; nil where it cannot be had.
  private func roomCost(_ room: Int, _ meeting: Int, _ time: Int, _ level: Int, _ begin: Int) -> Int? {
    let scoring = state.scoring
    let holder = state.occupant(room, time, for: meeting)
    if holder == -1, !scoring.pairs.hasRooms, !scoring.limits.hasRooms { return 0 }
    guard let holders = holder == -1 ? [] : state.holders(of: room, at: time, for: meeting) else { return nil }
    if scoring.limits.hasRooms, holders.isEmpty, isBookedUp(room, meeting, time) { return nil }
    let leaving = holders + (scoring.pairs.hasRooms ? strangers(to: room, meeting, level, begin) : [])
    if leaving.contains(where: { isLocked[$0] || isFixed[$0] }) { return nil }
    return leaving.count { !isCulprit($0, level, begin) }
  }

  private mutating func clear(_ room: Int, _ meeting: Int, _ time: Int, _ level: Int, _ begin: Int) -> Bool {
    let holders = state.holders(of: room, at: time, for: meeting) ?? []
    let others = state.scoring.pairs.hasRooms ? strangers(to: room, meeting, level, begin) : []
    return (holders + others).allSatisfy { add($0, level, begin) }
  }
}
