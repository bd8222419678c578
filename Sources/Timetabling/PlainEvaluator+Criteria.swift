/// The twelve criteria, in units.
extension PlainEvaluator {
  func units(of criterion: Criterion, in placed: PlacedMeetings, base: Timetable?) -> Int {
    switch criterion {
    case .facultyPreference: placed.all.reduce(0) { $0 + missedWishes($1) }
    case .compactness:
      index.leafGroups.reduce(0) { sum, group in
        sum
          + zip(placed.busyPeriods(placed.ofGroup(group)), index.groupBlocked[group])
          .reduce(0) { $0 + BusyDay($1.0, blocked: $1.1).gaps }
      }
    case .roomUtilization: placed.all.reduce(0) { $0 + emptyPercent($1) }
    case .workloadBalance: placed.ofTeacher.reduce(0) { $0 + squaredLoads($1) }
    case .peakSpreading: squaredPeaks(placed)
    case .continuity:
      index.leafGroups.reduce(0) { sum, group in
        sum + backToBack(placed.ofGroup(group)).count(where: areInOtherRooms)
      }
    case .spreadOverDays:
      placed.ofLesson.reduce(0) { $0 + $1.pairs().count { $0.span.day == $1.span.day } }
    case .roomStability: placed.ofLesson.indices.reduce(0) { $0 + surplusRooms($1, placed) }
    case .roomWishes: placed.all.count(where: missesRoomWish)
    case .travel:
      (index.leafGroups.map(placed.ofGroup) + placed.ofTeacher).reduce(0) {
        $0 + backToBack($1).count(where: areInOtherZones)
      }
    case .studentConflicts:
      sharedStudents(placed) { index.lessons[$0].studentClashIsSoft || index.lessons[$1].studentClashIsSoft }
    case .disruption: base.map { disruption(of: placed, against: $0) } ?? 0
    }
  }

  private func missedWishes(_ meeting: Meeting) -> Int {
    meeting.teachers.reduce(0) { sum, teacher in
      sum + index.missedWish(of: teacher, lesson: meeting.lesson, at: meeting.span, weeks: meeting.weeks)
    }
  }

  func emptyPercent(_ meeting: Meeting) -> Int {
    let capacity = meeting.rooms.reduce(0) { sum, room in
      sum + (index.problem.rooms[room].isVirtual ? 0 : index.problem.rooms[room].capacity)
    }
    return capacity > 0 ? max(0, capacity - index.lessons[meeting.lesson].size) * 100 / capacity : 0
  }

  func squaredLoads(_ meetings: [Meeting]) -> Int {
    Dictionary(grouping: meetings, by: \.span.day).values.reduce(0) { sum, day in
      let periods = day.reduce(0) { $0 + $1.mask.nonzeroBitCount }
      return sum + periods * periods
    }
  }

  private func squaredPeaks(_ placed: PlacedMeetings) -> Int {
    let days = Dictionary(grouping: placed.all, by: \.span.day).values
    return days.reduce(0) { sum, day in
      sum
        + (0..<64).reduce(0) { sum, ordinal in
          let covering = day.count { $0.mask >> UInt64(ordinal) & 1 == 1 }
          return sum + covering * covering
        }
    }
  }

  func backToBack(_ meetings: [Meeting]) -> [(Meeting, Meeting)] {
    Dictionary(grouping: meetings, by: \.span.day).values.flatMap { day in
      day.pairs().filter { $0.weeks.meets($1.weeks) && index.scale.areBackToBack($0.span, $1.span) }
    }
  }

  func areInOtherZones(_ one: Meeting, _ other: Meeting) -> Bool {
    guard let here = one.rooms.first.flatMap({ index.roomZones[$0] }),
      let there = other.rooms.first.flatMap({ index.roomZones[$0] })
    else { return false }
    return here != there
  }

  func missesRoomWish(_ meeting: Meeting) -> Bool {
    let wished = index.wishedRooms(of: meeting.lesson)
    return !wished.isEmpty && wished.isDisjoint(with: meeting.rooms)
  }

  private func disruption(of placed: PlacedMeetings, against base: Timetable) -> Int {
    PlacedMeetings(base, index).all.reduce(0) { $0 + disruption(of: placed, since: $1) }
  }

  func disruption(of placed: PlacedMeetings, since before: Meeting) -> Int {
    guard let now = placed.ofLesson[before.lesson].first(where: { $0.number == before.number }) else { return 2 }
    if now.span.day != before.span.day || now.span.start != before.span.start { return 2 }
    return Set(now.rooms) == Set(before.rooms) ? 0 : 1
  }
}
