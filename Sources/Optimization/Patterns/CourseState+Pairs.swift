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
    var tally = Tally()
    var position = Int(problem.timeSeats.begin[index])
    let end = Int(problem.timeSeats.begin[index &+ 1])
    while position < end {
      let seat = problem.timeSeats[position]
      position &+= 1
      let rule = problem.rules[Int(seat.rule)]
      if rule.group >= 0 { continue }
      let count = violations(rule, Int(seat.position), meeting, 0)
      if count > 0 {
        add(count, rule, Int(seat.rule), to: &tally)
        if tally.weighted &+ tally.soft &* scale > limit { return tally }
      }
    }
    return tally
  }

  /// Clashes in the room, the rules that ask where, and the class's students. Ends early beyond `limit`.
  ///
  /// Without ways, what depends only on the time and on distances is left out: right for comparing two rooms that
  /// are equally far from everything.
  @inline(__always) func placeTally(
    _ index: Int, _ meeting: Meeting, _ place: Int, withWays: Bool, scale: Int = 1, limit: Int = .max
  ) -> Tally {
    var tally = Tally()
    let clashes = self.clashes(index, meeting, place)
    if clashes > 0 {
      tally.hard = clashes
      tally.weighted = clashes &* Int(roomWeight[place])
      if tally.weighted > limit { return tally }
    }
    var position = Int(problem.placeSeats.begin[index])
    let end = Int(problem.placeSeats.begin[index &+ 1])
    while position < end {
      let seat = problem.placeSeats[position]
      position &+= 1
      let rule = problem.rules[Int(seat.rule)]
      if !withWays && rule.kind == .sameAttendees { continue }
      let count = violations(rule, Int(seat.position), meeting, Int32(truncatingIfNeeded: place))
      if count > 0 {
        add(count, rule, Int(seat.rule), to: &tally)
        if tally.weighted &+ tally.soft &* scale > limit { return tally }
      }
    }
    if withWays { tally.soft &+= studentTally(index, meeting, place) }
    return tally
  }

  @inline(__always) func add(_ count: Int, _ rule: Rule, _ number: Int, to tally: inout Tally) {
    if rule.isRequired {
      tally.hard &+= count
      tally.weighted &+= count &* Int(ruleWeight[number])
    } else {
      tally.soft &+= count &* Int(rule.cost)
    }
  }

  /// Other classes in the room at that time.
  @inline(__always) func clashes(_ index: Int, _ meeting: Meeting, _ place: Int) -> Int {
    if place == problem.rooms { return 0 }
    var count = 0
    var position = Int(roomBegin[place])
    let end = position &+ Int(roomLoad[place])
    while position < end {
      let other = Int(inRoom[position])
      position &+= 1
      if placed[other].overlaps(meeting) && other != index { count &+= 1 }
    }
    return count
  }

  /// Students that could not attend both this class and another of theirs, weighted.
  @inline(__always) func studentTally(_ index: Int, _ meeting: Meeting, _ place: Int) -> Int {
    var count = 0
    var position = Int(joint.begin[index])
    let end = Int(joint.begin[index &+ 1])
    while position < end {
      let other = Int(joint.other[position])
      if isTooFar(meeting, place, placed[other], Int(room[other])) { count &+= Int(joint.count[position]) }
      position &+= 1
    }
    return count &* problem.weights.student
  }

  @inline(__always) func isTooFar(_ one: Meeting, _ from: Int, _ two: Meeting, _ to: Int) -> Bool {
    if !one.sharesDay(with: two) { return false }
    if one.start < two.end && two.start < one.end { return true }
    if problem.longestWay == 0 { return false }
    let way = problem.way(from, to)
    return one.end &+ way > two.start && two.end &+ way > one.start
  }

  /// Violated pairs of one pairwise rule, if the class in seat `own` met at `meeting` in `place`.
  @inline(__always) func violations(_ rule: Rule, _ own: Int, _ meeting: Meeting, _ place: Int32) -> Int {
    switch rule.kind {
    case .sameStart: count(rule, own) { _, two in two.start != meeting.start }
    case .sameTime:
      count(rule, own) { _, two in
        !((meeting.start <= two.start && two.end <= meeting.end)
          || (two.start <= meeting.start && meeting.end <= two.end))
      }
    case .differentTime: count(rule, own) { _, two in two.start < meeting.end && meeting.start < two.end }
    case .sameDays:
      count(rule, own) { _, two in
        let union = two.days | meeting.days
        return union != two.days && union != meeting.days
      }
    case .differentDays: count(rule, own) { _, two in two.days & meeting.days != 0 }
    case .sameWeeks:
      count(rule, own) { _, two in
        let union = two.weeks | meeting.weeks
        return union != two.weeks && union != meeting.weeks
      }
    case .differentWeeks: count(rule, own) { _, two in two.weeks & meeting.weeks != 0 }
    case .sameRoom: count(rule, own) { other, _ in room[other] != place }
    case .differentRoom: count(rule, own) { other, _ in room[other] == place }
    case .overlap: count(rule, own) { _, two in !two.overlaps(meeting) }
    case .notOverlap: count(rule, own) { _, two in two.overlaps(meeting) }
    case .sameAttendees:
      count(rule, own) { other, two in isTooFar(meeting, Int(place), two, Int(room[other])) }
    case .precedence: precedences(rule, own, meeting)
    case .workDay:
      count(rule, own) { _, two in
        two.sharesDay(with: meeting) && Int32(max(two.end, meeting.end) &- min(two.start, meeting.start)) > rule.limit
      }
    case .minGap:
      count(rule, own) { _, two in
        two.sharesDay(with: meeting) && Int32(two.end) &+ rule.limit > Int32(meeting.start)
          && Int32(meeting.end) &+ rule.limit > Int32(two.start)
      }
    case .maxDays, .maxDayLoad, .maxBreaks, .maxBlock: 0
    }
  }

  @inline(__always) private func count(
    _ rule: Rule, _ own: Int, _ isViolated: (Int, Meeting) -> Bool
  ) -> Int {
    var count = 0
    var position = Int(rule.begin)
    let end = Int(rule.end)
    let skipped = position &+ own
    while position < end {
      if position != skipped {
        let other = Int(problem.members[position])
        if isViolated(other, placed[other]) { count &+= 1 }
      }
      position &+= 1
    }
    return count
  }

  private func precedences(_ rule: Rule, _ own: Int, _ meeting: Meeting) -> Int {
    var count = 0
    let skipped = Int(rule.begin) &+ own
    for position in Int(rule.begin)..<Int(rule.end) where position != skipped {
      let other = placed[Int(problem.members[position])]
      let holds = position < skipped ? Self.precedes(other, meeting) : Self.precedes(meeting, other)
      if !holds { count &+= 1 }
    }
    return count
  }

  private static func precedes(_ one: Meeting, _ two: Meeting) -> Bool {
    let (week, otherWeek) = (one.weeks.trailingZeroBitCount, two.weeks.trailingZeroBitCount)
    if week != otherWeek { return week < otherWeek }
    let (day, otherDay) = (one.days.trailingZeroBitCount, two.days.trailingZeroBitCount)
    if day != otherDay { return day < otherDay }
    return one.end <= two.start
  }
}
