/// Moves of several classes at once, judged as one.
extension CourseWalker {
  /// Moves a class, then those that required rules bind to it closely, then one or two that are now in its way. What does
  /// not come out well enough is undone.
  mutating func tryCompound(_ index: Int) {
    proposals &+= 1
    journalCount = 0
    stampNumber &+= 1
    let slack = threshold()
    let hasTimes = problem.times.count(index) > 1
    let newTime = hasTimes ? random.below(problem.times.count(index)) : Int(state.time[index])
    let oldTime = Int(state.time[index])
    let oldChoice = Int(state.choice[index])
    if newTime == oldTime, problem.roomChoices.count(index) < 2 { return }
    let newChoice = anyRoom(index, newTime)
    let before = state.total
    // While moves stand that may be undone, the best must not be taken.
    keepBest()
    shift(index, newTime, newChoice)
    var head = 0
    while head < journalCount, journalCount < Self.longestCompound {
      let moved = Int(journal[head].index)
      head &+= 1
      if !followBound(moved) { break }
    }
    for _ in 0..<2 where energy(state.total - before) > slack && journalCount < Self.longestCompound {
      guard let rival = state.rival(of: index, &random), stamp[rival] != stampNumber else { break }
      giveWay(rival, to: index, oldTime, oldChoice)
    }
    if energy(state.total - before) > slack { undo() }
  }

  /// Moves each class that a rigid rule binds to this one, where the rule is broken now, to a time and room that keep it.
  private mutating func followBound(_ index: Int) -> Bool {
    for position in problem.rigidSeats.range(index) {
      let seat = problem.rigidSeats[position]
      let rule = problem.rules[Int(seat.rule)]
      for member in Int(rule.begin)..<Int(rule.end) {
        let other = Int(problem.members[member])
        guard other != index, stamp[other] != stampNumber,
          state.breaks(rule, Int(seat.position), index, member - Int(rule.begin))
        else { continue }
        guard journalCount < Self.longestCompound, follow(other) else { return false }
      }
    }
    return true
  }

  /// Puts a class where all its rigid rules hold with the classes that have moved already.
  private mutating func follow(_ index: Int) -> Bool {
    let times = problem.times.count(index)
    let start = random.below(times)
    for offset in 0..<times {
      let time = (start + offset) % times
      let meeting = problem.meetings[problem.meeting(index, time)]
      guard keepsRigid(index, meeting, Int(state.room[index]), asksRoom: false) else { continue }
      guard let choice = boundRoom(index, time) else { return false }
      shift(index, time, choice)
      return true
    }
    return false
  }

  private func keepsRigid(_ index: Int, _ meeting: Meeting, _ place: Int, asksRoom: Bool) -> Bool {
    for position in problem.rigidSeats.range(index) {
      let seat = problem.rigidSeats[position]
      let rule = problem.rules[Int(seat.rule)]
      guard (rule.kind == .sameRoom) == asksRoom else { continue }
      for member in Int(rule.begin)..<Int(rule.end) {
        let other = Int(problem.members[member])
        guard other != index, stamp[other] == stampNumber else { continue }
        var pair = rule
        pair.begin = Int32(member)
        pair.end = Int32(member + 1)
        pair.crowd = -1
        if state.violations(pair, -1, index, meeting, Int32(place)) > 0 { return false }
      }
    }
    return true
  }

  /// The class's room or another that is open then and in which the rules of the same room hold.
  private mutating func boundRoom(_ index: Int, _ time: Int) -> Int? {
    let rooms = problem.roomChoices.count(index)
    let number = problem.meeting(index, time)
    let start = Int(state.choice[index])
    for offset in 0..<rooms {
      let choice = (start + offset) % rooms
      let place = problem.room(index, choice)
      if problem.isClosed(place, number) { continue }
      if keepsRigid(index, problem.meetings[number], place, asksRoom: true) { return choice }
    }
    return nil
  }

  /// A class that is in the way takes the best of the place that has become free and some others.
  private mutating func giveWay(_ index: Int, to mover: Int, _ oldTime: Int, _ oldChoice: Int) {
    let times = problem.times.count(index)
    var bestTime = Int(state.time[index])
    var bestChoice = Int(state.choice[index])
    var best = 0
    for attempt in 0..<6 {
      var time = random.below(times)
      var choice = anyRoom(index, time)
      if attempt == 0 {
        // Only where it is: in the room that was left, if it may go there.
        time = Int(state.time[index])
        let left = problem.roomChoices[Int(problem.roomChoices.begin[mover]) &+ oldChoice].room
        choice =
          problem.roomChoices.range(index).first { problem.roomChoices[$0].room == left }
          .map { $0 &- Int(problem.roomChoices.begin[index]) } ?? choice
      } else if attempt == 1 {
        // At the time that was left, in its own room.
        let left = problem.times[Int(problem.times.begin[mover]) &+ oldTime].meeting
        time =
          problem.times.range(index).first { problem.times[$0].meeting == left }
          .map { $0 &- Int(problem.times.begin[index]) } ?? time
        choice = Int(state.choice[index])
      }
      let change = energy(state.delta(index, time, choice, scale: scale, limit: best))
      if change < best {
        best = change
        bestTime = time
        bestChoice = choice
      }
    }
    proposals &+= 2
    if best < 0 { shift(index, bestTime, bestChoice) }
  }

  @inline(__always) private mutating func anyRoom(_ index: Int, _ time: Int) -> Int {
    let rooms = problem.roomChoices.count(index)
    if rooms == 1 { return 0 }
    let number = problem.meeting(index, time)
    var choice = random.next() >> 63 == 0 ? Int(state.choice[index]) : random.below(rooms)
    for _ in 0..<3 {
      if !problem.isClosed(problem.room(index, choice), number) { break }
      choice = random.below(rooms)
    }
    return choice
  }

  private mutating func shift(_ index: Int, _ time: Int, _ choice: Int) {
    let change = state.delta(index, time, choice)
    journal[journalCount] = JournalEntry(
      index: Int32(index), time: state.time[index], choice: state.choice[index], change: change)
    journalCount &+= 1
    stamp[index] = stampNumber
    state.apply(index, time, choice, change)
    if state.ownViolations(index) > 0 { suspect(index) }
  }

  private mutating func undo() {
    while journalCount > 0 {
      journalCount &-= 1
      let entry = journal[journalCount]
      let index = Int(entry.index)
      state.apply(index, Int(entry.time), Int(entry.choice), Tally() - entry.change)
      if state.ownViolations(index) > 0 { suspect(index) }
    }
  }
}
