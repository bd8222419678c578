/// Costs of one class against each other class: rooms, pairwise rules, students.
extension CourseState {
  /// The penalties of a time and a room, and a room that is closed.
  @inline(__always) func fixedCost(_ index: Int, _ time: Int, _ choice: Int) -> Tally {
    let timeChoice = problem.times[Int(problem.times.begin[index]) &+ time]
    let roomChoice = problem.roomChoices[Int(problem.roomChoices.begin[index]) &+ choice]
    var tally = Tally(hard: 0, weighted: 0, soft: Int(timeChoice.cost) &+ Int(roomChoice.cost))
    if problem.isClosed(Int(roomChoice.room), Int(timeChoice.meeting)) {
      tally.hard = 1
      tally.weighted = closedWeight
    }
    return tally
  }

  /// The pairwise rules that ask when the class meets, if it met at `meeting`. Ends early beyond `limit`.
  @inline(__always) func timeTally(_ index: Int, _ meeting: Meeting, scale: Int = 1, limit: Int = .max) -> Tally {
    tally(problem.timeSeats, index, meeting, 0, scale, limit)
  }

  /// The pairwise rules that ask where the class meets, and clashes in the room. Ends early beyond `limit`.
  @inline(__always) func placeTally(
    _ index: Int, _ meeting: Meeting, _ place: Int, scale: Int = 1, limit: Int = .max
  ) -> Tally {
    var tally = Tally()
    let weight = Int(roomWeight[place])
    let clashes = self.clashes(index, meeting, place, most: Self.most(limit, weight))
    if clashes > 0 {
      tally.hard = clashes
      tally.weighted = clashes &* weight
      if tally.weighted > limit { return tally }
    }
    return tally
      + self.tally(
        problem.placeSeats, index, meeting, Int32(truncatingIfNeeded: place), scale, limit &- tally.weighted)
  }

  @inline(__always) private func tally(
    _ seats: Rows<Seat>, _ index: Int, _ meeting: Meeting, _ place: Int32, _ scale: Int, _ limit: Int
  ) -> Tally {
    var tally = Tally()
    var position = Int(seats.begin[index])
    let end = Int(seats.begin[index &+ 1])
    while position < end {
      let seat = seats[position]
      position &+= 1
      let rule = problem.rules[Int(seat.rule)]
      if rule.group >= 0 { continue }
      let weight = rule.isRequired ? Int(ruleWeight[Int(seat.rule)]) : Int(rule.cost) &* scale
      let count = violations(
        rule, Int(seat.position), index, meeting, place,
        most: Self.most(limit == .max ? .max : limit &- tally.weighted &- tally.soft &* scale, weight))
      if count == 0 { continue }
      if rule.isRequired {
        tally.hard &+= count
        tally.weighted &+= count &* weight
      } else {
        tally.soft &+= count &* Int(rule.cost)
      }
      if tally.weighted &+ tally.soft &* scale > limit { return tally }
    }
    return tally
  }

  /// How many violations of this weight stay within a limit, where that is few.
  @inline(__always) private static func most(_ limit: Int, _ weight: Int) -> Int {
    // What weighs nothing is no reason to stop, but still has to be counted.
    if weight == 0 || limit > weight { return .max }
    return limit < weight ? 0 : 1
  }

  /// What the class contributes where it stands.
  @inline(__always) func own(_ index: Int) -> OwnTally {
    let known = owns[index]
    return known.isKnown && known.knowsStudents ? known : foundOwn(index)
  }

  private func foundOwn(_ index: Int) -> OwnTally {
    let meeting = placed[index]
    let place = Int(room[index])
    var own = owns[index]
    if !own.isKnown {
      own.time = timeTally(index, meeting)
      own.place = placeTally(index, meeting, place)
      own.isKnown = true
    }
    if !own.knowsStudents {
      own.students = studentTally(index, meeting, place)
      own.knowsStudents = true
    }
    owns[index] = own
    return own
  }

  func ownTally(_ index: Int) -> Tally {
    let own = self.own(index)
    return own.time + own.place + Tally(hard: 0, weighted: 0, soft: own.students)
  }

  /// Other classes in the room at that time.
  @inline(__always) func clashes(_ index: Int, _ meeting: Meeting, _ place: Int, most: Int = .max) -> Int {
    if place == problem.rooms { return 0 }
    var count = 0
    inRoom.forEachMeeting(in: place, meeting, placed) { other, its in
      if its.start < meeting.end, meeting.start < its.end, other != index { count &+= 1 }
      return count <= most
    }
    return count
  }

  /// Students that could not attend both this class and another of theirs, weighted. Ends early beyond `limit`.
  @inline(__always) func studentTally(_ index: Int, _ meeting: Meeting, _ place: Int, limit: Int = .max) -> Int {
    let weight = problem.weights.student
    if weight == 0 { return 0 }
    let most = limit / weight
    var count = 0
    var position = Int(joint.begin[index])
    let end = Int(joint.begin[index &+ 1])
    while position < end {
      let other = Int(joint.other[position])
      if isTooFar(meeting, place, placed[other], Int(room[other])) {
        count &+= Int(joint.count[position])
        if count > most { break }
      }
      position &+= 1
    }
    return count &* weight
  }

  @inline(__always) func isTooFar(_ one: Meeting, _ from: Int, _ two: Meeting, _ to: Int) -> Bool {
    one.sharesDay(with: two) && isTooClose(one, from, two, to)
  }

  /// Of two meetings on one day.
  @inline(__always) private func isTooClose(_ one: Meeting, _ from: Int, _ two: Meeting, _ to: Int) -> Bool {
    if one.start < two.end && two.start < one.end { return true }
    if problem.longestWay == 0 { return false }
    let way = problem.way(from, to)
    return one.end &+ way > two.start && two.end &+ way > one.start
  }

  /// Classes that would break the pairwise rule with class `index`, in seat `own`, if that met at `meeting` in `place`;
  /// not counted further once there are more than `most`.
  @inline(__always) func violations(
    _ rule: Rule, _ own: Int, _ index: Int, _ meeting: Meeting, _ place: Int32, most: Int = .max
  ) -> Int {
    var count = 0
    forEachViolation(rule, own, index, meeting, place) { _ in
      count &+= 1
      return count <= most
    }
    return count
  }

  /// Calls `body` with each of these classes until it says false.
  @inline(__always) func forEachViolation(
    _ rule: Rule, _ own: Int, _ index: Int, _ meeting: Meeting, _ place: Int32, _ body: (Int) -> Bool
  ) {
    switch rule.kind {
    case .sameStart:
      forEachMember(rule, own) { other, its in its.start == meeting.start || body(other) }
    case .sameTime:
      forEachMember(rule, own) { other, its in
        (meeting.start <= its.start && its.end <= meeting.end)
          || (its.start <= meeting.start && meeting.end <= its.end) || body(other)
      }
    case .differentTime:
      forEachMember(rule, own) { other, its in its.start >= meeting.end || meeting.start >= its.end || body(other) }
    case .sameDays:
      forEachMember(rule, own) { other, its in
        let union = its.days | meeting.days
        return union == its.days || union == meeting.days || body(other)
      }
    case .differentDays:
      forEachMember(rule, own) { other, its in its.days & meeting.days == 0 || body(other) }
    case .sameWeeks:
      forEachMember(rule, own) { other, its in
        let union = its.weeks | meeting.weeks
        return union == its.weeks || union == meeting.weeks || body(other)
      }
    case .differentWeeks:
      forEachMember(rule, own) { other, its in its.weeks & meeting.weeks == 0 || body(other) }
    case .sameRoom:
      forEachMember(rule, own) { other, _ in room[other] == place || body(other) }
    case .differentRoom:
      forEachMember(rule, own) { other, _ in room[other] != place || body(other) }
    case .overlap:
      forEachMember(rule, own) { other, its in its.overlaps(meeting) || body(other) }
    case .notOverlap:
      forEachMeeting(rule, own, index, meeting) { other, its in
        its.start >= meeting.end || meeting.start >= its.end || body(other)
      }
    case .sameAttendees:
      forEachMeeting(rule, own, index, meeting) { other, its in
        !isTooClose(meeting, Int(place), its, Int(room[other])) || body(other)
      }
    case .precedence: forEachPrecedence(rule, own, meeting, body)
    case .workDay:
      forEachMeeting(rule, own, index, meeting) { other, its in
        Int32(max(its.end, meeting.end) &- min(its.start, meeting.start)) <= rule.limit || body(other)
      }
    case .minGap:
      forEachMeeting(rule, own, index, meeting) { other, its in
        Int32(its.end) &+ rule.limit <= Int32(meeting.start) || Int32(meeting.end) &+ rule.limit <= Int32(its.start)
          || body(other)
      }
    case .maxDays, .maxDayLoad, .maxBreaks, .maxBlock: break
    }
  }

  @inline(__always) private func forEachMember(_ rule: Rule, _ own: Int, _ body: (Int, Meeting) -> Bool) {
    var position = Int(rule.begin)
    let end = Int(rule.end)
    let skipped = position &+ own
    while position < end {
      if position != skipped {
        let other = Int(problem.members[position])
        if !body(other, placed[other]) { return }
      }
      position &+= 1
    }
  }

  /// The other members that share a day with the meeting.
  @inline(__always) private func forEachMeeting(
    _ rule: Rule, _ own: Int, _ index: Int, _ meeting: Meeting, _ body: (Int, Meeting) -> Bool
  ) {
    if rule.crowd >= 0 {
      inRule.forEachMeeting(in: Int(rule.crowd), meeting, placed) { other, its in other == index || body(other, its) }
    } else {
      forEachMember(rule, own) { other, its in !its.sharesDay(with: meeting) || body(other, its) }
    }
  }

  private func forEachPrecedence(_ rule: Rule, _ own: Int, _ meeting: Meeting, _ body: (Int) -> Bool) {
    let skipped = Int(rule.begin) &+ own
    for position in Int(rule.begin)..<Int(rule.end) where position != skipped {
      let other = Int(problem.members[position])
      let holds =
        position < skipped ? Self.precedes(placed[other], meeting) : Self.precedes(meeting, placed[other])
      if !holds, !body(other) { return }
    }
  }

  static func precedes(_ one: Meeting, _ two: Meeting) -> Bool {
    let (week, otherWeek) = (one.weeks.trailingZeroBitCount, two.weeks.trailingZeroBitCount)
    if week != otherWeek { return week < otherWeek }
    let (day, otherDay) = (one.days.trailingZeroBitCount, two.days.trailingZeroBitCount)
    if day != otherDay { return day < otherDay }
    return one.end <= two.start
  }
}
