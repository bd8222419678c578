extension CourseState {
  /// What changes if the class takes this time and room; once the energy is above `limit`, only that it is.
  @inline(__always) func delta(
    _ index: Int, _ newTime: Int, _ newChoice: Int, scale: Int = 1, limit: Int = .max
  ) -> Tally {
    let meeting = problem.meetings[problem.meeting(index, newTime)]
    let place = problem.room(index, newChoice)
    var tally = fixedCost(index, newTime, newChoice) - fixedCost(index, Int(time[index]), Int(choice[index]))
    tally += groupDelta(index, meeting)
    tally = tally - ownTally(index)
    func rest() -> Int { limit == .max ? .max : limit &- tally.weighted &- tally.soft &* scale }
    tally += timeTally(index, meeting, scale: scale, limit: rest())
    if rest() < 0 { return tally }
    tally += placeTally(index, meeting, place, scale: scale, limit: rest())
    let left = rest()
    if left < 0 { return tally }
    tally.soft &+= studentTally(index, meeting, place, limit: scale == 0 ? .max : left)
    return tally
  }

  /// Violations that the class takes part in.
  func ownViolations(_ index: Int) -> Int {
    let own = self.own(index)
    return own.time.hard &+ own.place.hard &+ groupViolations(index)
      &+ fixedCost(index, Int(time[index]), Int(choice[index])).hard
  }

  /// Violations of required rules that look at all of their classes together, this one among them.
  func groupViolations(_ index: Int) -> Int {
    var count = 0
    var position = Int(problem.timeSeats.begin[index])
    let end = Int(problem.timeSeats.begin[index &+ 1])
    while position < end {
      let rule = problem.rules[Int(problem.timeSeats[position].rule)]
      position &+= 1
      if rule.group < 0 { break }
      if rule.isRequired, excess[Int(rule.group)] > 0 { count &+= 1 }
    }
    return count
  }

  /// Moves the class; `change` is what was found to change by it.
  @inline(__always) mutating func apply(_ index: Int, _ newTime: Int, _ newChoice: Int, _ change: Tally) {
    disturb(index)
    if owns[index].students != 0 { _ = shareConflicts(index, -1) }
    leaveRoom(index)
    if Int32(truncatingIfNeeded: newTime) != time[index] {
      let meeting = problem.meetings[problem.meeting(index, newTime)]
      applyGroups(index, meeting)
      leaveRules(index)
      placed[index] = meeting
      time[index] = Int32(truncatingIfNeeded: newTime)
      enterRules(index)
    }
    if Int32(truncatingIfNeeded: newChoice) != choice[index] {
      room[index] = Int32(truncatingIfNeeded: problem.room(index, newChoice))
      choice[index] = Int32(truncatingIfNeeded: newChoice)
    }
    enterRoom(index)
    owns[index].isKnown = false
    owns[index].students = shareConflicts(index, 1)
    disturb(index)
    total += change
  }

  /// Adds the conflicts of the class's students where it stands to those of the other classes, or takes them away;
  /// returns how much they weigh.
  private func shareConflicts(_ index: Int, _ sign: Int) -> Int {
    let meeting = placed[index]
    let place = Int(room[index])
    var sum = 0
    for position in Int(joint.begin[index])..<Int(joint.begin[index &+ 1]) {
      let other = Int(joint.other[position])
      guard isTooFar(meeting, place, placed[other], Int(room[other])) else { continue }
      let weight = Int(joint.count[position]) &* problem.weights.student
      owns[other].students &+= sign &* weight
      sum &+= weight
    }
    return sum
  }

  /// What is known of the classes that this one breaks something with is no longer so.
  private func disturb(_ index: Int) {
    let own = self.own(index)
    let meeting = placed[index]
    let place = Int(room[index])
    if own.time.weighted | own.time.soft != 0 { forgetViolators(problem.timeSeats, index, meeting, 0) }
    if own.place.weighted | own.place.soft != 0 {
      forgetViolators(problem.placeSeats, index, meeting, Int32(place))
      if place != problem.rooms {
        inRoom.forEachMeeting(in: place, meeting, placed) { other, its in
          if its.start < meeting.end, meeting.start < its.end { owns[other].isKnown = false }
          return true
        }
      }
    }
  }

  private func forgetViolators(_ seats: Rows<Seat>, _ index: Int, _ meeting: Meeting, _ place: Int32) {
    for position in seats.range(index) {
      let seat = seats[position]
      let rule = problem.rules[Int(seat.rule)]
      if rule.group >= 0 { continue }
      forEachViolation(rule, Int(seat.position), index, meeting, place) {
        owns[$0].isKnown = false
        return true
      }
    }
  }

  /// A class that breaks a required rule, or clashes, with this one; each as likely. Nil where there is none.
  func rival(of index: Int, _ random: inout RandomSource) -> Int? {
    var found: Int?
    var seen = 0
    let meeting = placed[index]
    let place = Int(room[index])
    var source = random
    func note(_ other: Int) {
      seen += 1
      if source.below(seen) == 0 { found = other }
    }
    if place != problem.rooms {
      inRoom.forEachMeeting(in: place, meeting, placed) { other, its in
        if other != index, its.start < meeting.end, meeting.start < its.end { note(other) }
        return true
      }
    }
    for seats in [problem.timeSeats, problem.placeSeats] {
      for position in seats.range(index) {
        let rule = problem.rules[Int(seats[position].rule)]
        guard rule.isRequired else { continue }
        if rule.group >= 0 {
          guard excess[Int(rule.group)] > 0 else { continue }
          for member in Int(rule.begin)..<Int(rule.end) where Int(problem.members[member]) != index {
            note(Int(problem.members[member]))
          }
          continue
        }
        forEachViolation(rule, Int(seats[position].position), index, meeting, Int32(place)) {
          note($0)
          return true
        }
      }
    }
    random = source
    return found
  }

  /// The two classes break the pairwise rule in which they have these seats.
  func breaks(_ rule: Rule, _ seat: Int, _ index: Int, _ otherSeat: Int) -> Bool {
    var pair = rule
    // The rule as if it had only the other class, with this one before or after it.
    pair.begin = rule.begin + Int32(otherSeat)
    pair.end = pair.begin + 1
    pair.crowd = -1
    return violations(pair, seat < otherSeat ? -1 : 1, index, placed[index], room[index]) > 0
  }
}
