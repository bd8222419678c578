extension CourseState {
  /// What changes if the class takes this time and room. Nothing is cut short.
  func delta(_ index: Int, _ newTime: Int, _ newChoice: Int) -> Tally {
    let number = Int(problem.times[Int(problem.times.begin[index]) &+ newTime].meeting)
    let place = Int(problem.roomChoices[Int(problem.roomChoices.begin[index]) &+ newChoice].room)
    let meeting = problem.meetings[number]
    var tally = fixedCost(index, newTime, newChoice)
    tally += timeTally(index, meeting)
    tally += placeTally(index, meeting, place, withWays: true)
    tally = tally - ownTally(index)
    tally += groupDelta(index, meeting)
    return tally
  }

  /// What the class contributes where it stands, without the rules that look at all classes together.
  func ownTally(_ index: Int) -> Tally {
    var tally = fixedCost(index, Int(time[index]), Int(choice[index]))
    tally += timeTally(index, placed[index])
    tally += placeTally(index, placed[index], Int(room[index]), withWays: true)
    return tally
  }

  /// Violations that the class takes part in.
  func ownViolations(_ index: Int) -> Int { ownTally(index).hard &+ groupViolations(index) }

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
    let number = Int(problem.times[Int(problem.times.begin[index]) &+ newTime].meeting)
    let place = Int(problem.roomChoices[Int(problem.roomChoices.begin[index]) &+ newChoice].room)
    if Int32(truncatingIfNeeded: newTime) != time[index] {
      let meeting = problem.meetings[number]
      applyGroups(index, meeting)
      placed[index] = meeting
      time[index] = Int32(truncatingIfNeeded: newTime)
    }
    if Int32(truncatingIfNeeded: newChoice) != choice[index] {
      leave(index)
      enter(index, place)
      choice[index] = Int32(truncatingIfNeeded: newChoice)
    }
    total += change
  }

  /// A class that breaks a required pairwise rule, or clashes, with this one; each as likely. Nil where there is none.
  func rival(of index: Int, _ random: inout RandomSource) -> Int? {
    var found: Int?
    var seen = 0
    let meeting = placed[index]
    let place = Int(room[index])
    if place != problem.rooms {
      for position in Int(roomBegin[place])..<Int(roomBegin[place] &+ roomLoad[place]) {
        let other = Int(inRoom[position])
        guard other != index, placed[other].overlaps(meeting) else { continue }
        seen += 1
        if random.below(seen) == 0 { found = other }
      }
    }
    for seats in [problem.timeSeats, problem.placeSeats] {
      for position in seats.range(index) {
        let rule = problem.rules[Int(seats[position].rule)]
        guard rule.isRequired, rule.group < 0 else { continue }
        let own = Int(seats[position].position)
        guard violations(rule, own, meeting, Int32(place)) > 0 else { continue }
        for member in Int(rule.begin)..<Int(rule.end) where member != Int(rule.begin) + own {
          let other = Int(problem.members[member])
          guard breaks(rule, own, index, member - Int(rule.begin), other) else { continue }
          seen += 1
          if random.below(seen) == 0 { found = other }
        }
      }
    }
    return found
  }

  /// The two classes break the pairwise rule in which they have these seats.
  func breaks(_ rule: Rule, _ seat: Int, _ index: Int, _ otherSeat: Int, _ other: Int) -> Bool {
    var pair = rule
    // The rule as if it had only the other class, with this one before or after it.
    pair.begin = rule.begin + Int32(otherSeat)
    pair.end = pair.begin + 1
    return violations(pair, seat < otherSeat ? -1 : 1, placed[index], room[index]) > 0
  }
}
