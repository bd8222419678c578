/// What a move would cost, without making it. Time or room −1 stands for "not placed".
extension SearchState {
  /// The change of the packed cost if `meeting` went to (`time`, `room`). The room must be free and, unless clashes
  /// are allowed, so must the people. A meeting of several rooms may only be placed or removed, with `extraRooms` set.
  @inline(__always) func delta(_ meeting: Int, _ time: Int, _ room: Int) -> Int64 {
    let oldTime = Int(timeOf[meeting])
    let oldRoom = Int(roomOf[meeting])
    var delta: Int64 = 0
    if room != oldRoom { delta &+= roomDelta(meeting, oldRoom, room) }
    if time != oldTime { delta &+= timeDelta(meeting, oldTime, time, apartFrom: -1) }
    if scoring.chains.count > 0 { delta &+= chainDelta(meeting, oldTime, oldRoom, time, room, apartFrom: -1) }
    if scoring.hasRareCosts { delta &+= rareDelta(meeting, oldTime, oldRoom, time, room) }
    if allowsClashes { delta &+= clashDelta(meeting, oldTime, time) }
    return delta
  }

  /// The change if `one` (at time a) and `other` (at time b) exchange times, and go to rooms `oneRoom` and
  /// `otherRoom`: each its own or the other's. Both have one room or none and the same weeks, a and b are apart.
  @inline(__always) func swapDelta(_ one: Int, _ other: Int, oneRoom: Int, otherRoom: Int) -> Int64 {
    let (a, b) = (Int(timeOf[one]), Int(timeOf[other]))
    let (oneOld, otherOld) = (Int(roomOf[one]), Int(roomOf[other]))
    var delta: Int64 = 0
    if oneRoom != oneOld { delta &+= roomDelta(one, oneOld, oneRoom) }
    if otherRoom != otherOld { delta &+= roomDelta(other, otherOld, otherRoom) }
    delta &+= timeDelta(one, a, b, apartFrom: other)
    delta &+= timeDelta(other, b, a, apartFrom: one)
    if scoring.chains.count > 0 {
      delta &+= chainDelta(one, a, oneOld, b, oneRoom, apartFrom: other)
      delta &+= chainDelta(other, b, otherOld, a, otherRoom, apartFrom: one)
    }
    if scoring.hasRareCosts { delta &+= rareSwapDelta(one, other, oneRoom, otherRoom) }
    if allowsClashes {
      delta &+= clashDelta(one, a, b) &+ clashDelta(other, b, a)
      if compiled.conflicts.areApart(compiled.lesson(of: one), compiled.lesson(of: other)) {
        // Each was counted in the other's way.
        delta &-= Int64(compiled.times[a].atoms.count &+ compiled.times[b].atoms.count) &* Scoring.hard
      }
    }
    return delta
  }

  // MARK: Rooms

  @inline(__always) func roomDelta(_ meeting: Int, _ from: Int, _ to: Int) -> Int64 {
    let hot = compiled.hot[meeting]
    if hot.needsSeveralRooms { return severalRoomsDelta(meeting, from, to) }
    var delta: Int64 = 0
    if scoring.placement.hasRoomCosts {
      if to >= 0 { delta &+= scoring.placement.room[Int(hot.roomRow), to] }
      if from >= 0 { delta &-= scoring.placement.room[Int(hot.roomRow), from] }
    }
    let weight = scoring.lessons.room[Int(hot.lesson)]
    if weight != 0 { delta &+= weight &* stabilityDelta(meeting, hot, from, to) }
    return delta
  }

  /// How many more rooms the lesson's meetings use; a meeting that is the only one placed costs nothing.
  @inline(__always) private func stabilityDelta(_ meeting: Int, _ hot: HotMeeting, _ from: Int, _ to: Int) -> Int64 {
    // Counted, not asked: which rooms the others have is as good as random, and a branch on it is guessed wrong.
    var (placed, inOld, inNew) = (0, from < 0 ? 1 : 0, to < 0 ? 1 : 0)
    for room in roomOf.stretch(Int(hot.siblingBegin), Int(hot.siblingEnd)) {
      placed &+= room >= 0 ? 1 : 0
      inOld &+= Int(room) == from ? 1 : 0
      inNew &+= Int(room) == to ? 1 : 0
    }
    // The meeting itself was counted where it is.
    if from >= 0 {
      placed &-= 1
      inOld &-= 1
    }
    return placed > 0 ? (inNew > 0 ? 0 : 1) &- (inOld > 0 ? 0 : 1) : 0
  }

  // MARK: Times

  @inline(__always) func timeDelta(_ meeting: Int, _ from: Int, _ to: Int, apartFrom other: Int) -> Int64 {
    let hot = compiled.hot[meeting]
    let lesson = Int(hot.lesson)
    var delta: Int64 = 0
    if scoring.placement.hasTimeCosts {
      if to >= 0 { delta &+= scoring.placement.time[lesson, to] }
      if from >= 0 { delta &-= scoring.placement.time[lesson, from] }
    }
    let (old, new) = (from >= 0 ? compiled.times[from] : .none, to >= 0 ? compiled.times[to] : .none)
    let (fromDay, toDay) = (Int(old.day), Int(new.day))
    if other < 0 {
      for track in scoring.tracks.ofLesson.each(lesson) {
        delta &+= oneTrackDelta(Int(track), old.mask, new.mask, fromDay, toDay)
      }
    } else if scoring.hasExclusiveWeeks, !allowsClashes {
      delta &+= apartTrackDelta(lesson, old, new)
    } else {
      delta &+= trackDelta(lesson, old, new, besides: Int(compiled.hot[other].lesson))
    }
    if fromDay != toDay, scoring.lessons.hasDays[lesson] != 0 { delta &+= daysDelta(lesson, fromDay, toDay) }
    if scoring.workload != 0 {
      delta &+= workloadDelta(lesson, from, to, fromDay, toDay, other < 0 ? -1 : compiled.lesson(of: other))
    }
    // Equal spans exchange places in a swap, so no peak changes.
    if scoring.peak != 0, other < 0 { delta &+= peakDelta(from, to, fromDay, toDay) }
    if scoring.pairs.hasTimes {
      let pairs = scoring.pairs.byTime.range(meeting)
      if !pairs.isEmpty { delta &+= pairDelta(pairs, from, to, other) }
    }
    return delta
  }

  /// What a meeting's change of time costs while another one comes to its old time for everybody whom it meets at the new
  /// one: their weeks stay as they are.
  @inline(__always) func apartDelta(_ meeting: Int, _ from: Int, _ to: Int) -> Int64 {
    let hot = compiled.hot[meeting]
    let lesson = Int(hot.lesson)
    let (old, new) = (compiled.times[from], compiled.times[to])
    var delta: Int64 = 0
    if scoring.placement.hasTimeCosts {
      delta &+= scoring.placement.time[lesson, to] &- scoring.placement.time[lesson, from]
    }
    if old.day != new.day, scoring.lessons.hasDays[lesson] != 0 {
      delta &+= daysDelta(lesson, Int(old.day), Int(new.day))
    }
    return delta &+ apartTrackDelta(lesson, old, new)
  }

  /// The weeks of those who are free at the new time: the others' stay as they are.
  @inline(__always) private func apartTrackDelta(_ lesson: Int, _ old: HotTime, _ new: HotTime) -> Int64 {
    var delta: Int64 = 0
    for track in scoring.tracks.ofLesson.each(lesson) {
      if trackDays[Int(track) &* compiled.dayCount &+ Int(new.day)].once & new.mask != 0 { continue }
      delta &+= oneTrackDelta(Int(track), old.mask, new.mask, Int(old.day), Int(new.day))
    }
    return delta
  }

  /// The weeks of those who have no part in lesson `other`, which comes to the old time.
  private func trackDelta(_ lesson: Int, _ old: HotTime, _ new: HotTime, besides other: Int) -> Int64 {
    var delta: Int64 = 0
    for track in scoring.tracks.ofLesson.each(lesson) where !scoring.tracks.ofLesson.each(other).contains(track) {
      delta &+= oneTrackDelta(Int(track), old.mask, new.mask, Int(old.day), Int(new.day))
    }
    return delta
  }

  @inline(__always) private func oneTrackDelta(
    _ track: Int, _ old: UInt64, _ new: UInt64, _ fromDay: Int, _ toDay: Int
  ) -> Int64 {
    var delta: Int64 = 0
    let row = track &* compiled.dayCount
    if fromDay == toDay {
      let cell = row &+ toDay
      let day = trackDays[cell]
      let after = day.without(old) | new
      delta &+= scoring.dayCost(day, cell, after) &- day.cost
      if scoring.tracks.hasWeekRules { delta &+= weekDelta(track, toDay, day.once, after, toDay, 0, 0) }
      return delta
    }
    var (before, after, before2, after2): (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    if fromDay >= 0 {
      let day = trackDays[row &+ fromDay]
      (before, after) = (day.once, day.without(old))
      delta &+= scoring.dayCost(day, row &+ fromDay, after) &- day.cost
    }
    if toDay >= 0 {
      let day = trackDays[row &+ toDay]
      (before2, after2) = (day.once, day.once | new)
      delta &+= scoring.dayCost(day, row &+ toDay, after2) &- day.cost
    }
    if scoring.tracks.hasWeekRules {
      delta &+= weekDelta(track, max(0, fromDay), before, after, max(0, toDay), before2, after2)
    }
    return delta
  }

  @inline(never) private func weekDelta(
    _ track: Int, _ day: Int, _ before: UInt64, _ after: UInt64, _ day2: Int, _ before2: UInt64, _ after2: UInt64
  ) -> Int64 {
    var delta: Int64 = 0
    let (rules, sets) = (scoring.tracks.weekRules, scoring.tracks.sets)
    let blocked = scoring.tracks.blocked[track &* compiled.dayCount &+ day]
    let blocked2 = scoring.tracks.blocked[track &* compiled.dayCount &+ day2]
    for position in rules.range(track) {
      let rule = rules[position]
      let sum = Int(weekSums[position])
      let (within, within2) = (sets[rule.set, day], sets[rule.set, day2])
      let change =
        rule.measure(after, blocked: blocked, within: within) &- rule.measure(before, blocked: blocked, within: within)
        &+ rule.measure(after2, blocked: blocked2, within: within2)
        &- rule.measure(before2, blocked: blocked2, within: within2)
      delta &+= rule.weight &* Int64(rule.units(sum &+ change) &- rule.units(sum))
    }
    return delta
  }

  @inline(__always) private func daysDelta(_ lesson: Int, _ fromDay: Int, _ toDay: Int) -> Int64 {
    var delta: Int64 = 0
    var days = lessonDayCount[lesson]
    let before = days
    if fromDay >= 0 {
      let count = lessonDays[lesson &* compiled.dayCount &+ fromDay]
      if count == 1 { days &-= 1 }
      delta &-= scoring.lessons.sameDay &* Int64(count &- 1)
    }
    if toDay >= 0 {
      let count = lessonDays[lesson &* compiled.dayCount &+ toDay]
      if count == 0 { days &+= 1 }
      delta &+= scoring.lessons.sameDay &* Int64(count)
    }
    let table = Int(scoring.lessons.daysTable[lesson])
    if table >= 0, days != before {
      delta &+= scoring.lessons.daysCost[table &+ Int(days)] &- scoring.lessons.daysCost[table &+ Int(before)]
    }
    return delta
  }

  @inline(never) private func workloadDelta(
    _ lesson: Int, _ from: Int, _ to: Int, _ fromDay: Int, _ toDay: Int, _ other: Int
  ) -> Int64 {
    let less = from >= 0 ? Int64(compiled.times[from].periods) : 0
    let more = to >= 0 ? Int64(compiled.times[to].periods) : 0
    if fromDay == toDay, less == more { return 0 }
    var units: Int64 = 0
    for teacher in scoring.teachers.each(lesson)
    where other < 0 || !scoring.teachers.each(other).contains(teacher) {
      let row = Int(teacher) &* compiled.dayCount
      if fromDay == toDay {
        let load = Int64(teacherDays[row &+ toDay])
        units &+= (load &+ more &- less) &* (load &+ more &- less) &- load &* load
      } else {
        if fromDay >= 0 {
          let load = Int64(teacherDays[row &+ fromDay])
          units &+= (load &- less) &* (load &- less) &- load &* load
        }
        if toDay >= 0 {
          let load = Int64(teacherDays[row &+ toDay])
          units &+= (load &+ more) &* (load &+ more) &- load &* load
        }
      }
    }
    return units &* scoring.workload
  }

  @inline(never) private func peakDelta(_ from: Int, _ to: Int, _ fromDay: Int, _ toDay: Int) -> Int64 {
    let old = from >= 0 ? compiled.times[from].mask : 0
    let new = to >= 0 ? compiled.times[to].mask : 0
    var units: Int64 = 0
    var gone = fromDay == toDay ? old & ~new : old
    while gone != 0 {
      units &-= 2 &* Int64(peaks[fromDay &* compiled.periodCount &+ gone.trailingZeroBitCount]) &- 1
      gone &= gone &- 1
    }
    var come = fromDay == toDay ? new & ~old : new
    while come != 0 {
      units &+= 2 &* Int64(peaks[toDay &* compiled.periodCount &+ come.trailingZeroBitCount]) &+ 1
      come &= come &- 1
    }
    return units &* scoring.peak
  }

  @inline(never) private func pairDelta(_ range: Range<Int>, _ from: Int, _ to: Int, _ other: Int) -> Int64 {
    var delta: Int64 = 0
    for position in range {
      let pair = scoring.pairs.byTime[position]
      let table = Int(pair.table)
      if Int(pair.other) == other {
        // Both meetings list the pair: the first counts it, both exchanging places.
        let partner = Int(timeOf[other])
        guard partner == to, from >= 0, to >= 0 else { continue }
        if pair.isFirst {
          delta &+=
            pair.weight
            &* (Int64(scoring.pairs.tables[table &+ to &* compiled.timeCount &+ from])
              &- Int64(scoring.pairs.tables[table &+ from &* compiled.timeCount &+ to]))
        }
        continue
      }
      let at = Int(timeOf[Int(pair.other)])
      if at < 0 { continue }
      var units: Int64 = 0
      if to >= 0 { units &+= Int64(scoring.pairs.tables[table &+ to &* compiled.timeCount &+ at]) }
      if from >= 0 { units &-= Int64(scoring.pairs.tables[table &+ from &* compiled.timeCount &+ at]) }
      delta &+= pair.weight &* units
    }
    return delta
  }

  // MARK: People's clashes, where they are allowed

  @inline(__always) func clashDelta(_ meeting: Int, _ from: Int, _ to: Int) -> Int64 {
    var units: Int64 = 0
    if to >= 0 { units &+= Int64(clash(meeting, to).count) }
    if from >= 0 { units &-= Int64(clash(meeting, from).count) }
    return units &* Scoring.hard
  }
}
