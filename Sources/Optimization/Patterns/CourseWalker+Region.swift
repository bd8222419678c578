/// A part of the problem around what is broken, to which a walk keeps.
extension CourseWalker {
  /// From now on single moves are proposed for about `size` classes: those that break something or stand in a broken rule,
  /// and some that share rules or rooms with them. What is broken elsewhere later is still looked at.
  mutating func keepToRegion(of size: Int) {
    stampNumber &+= 1
    fieldCount = 0
    for position in 0..<suspectCount where fieldCount < size {
      let index = Int(suspects[position])
      guard state.ownViolations(index) > 0 else { continue }
      addToRegion(index)
      for _ in 0..<16 {
        guard fieldCount < size, let rival = state.rival(of: index, &random) else { break }
        addToRegion(rival)
      }
    }
    var looks = size * 8
    while fieldCount > 0, fieldCount < size, looks > 0 {
      looks -= 1
      if let other = neighbor(of: Int(field[random.below(fieldCount)])) { addToRegion(other) }
    }
    // Those that can be nowhere else have done their part.
    var kept = 0
    for position in 0..<fieldCount {
      let index = Int(field[position])
      guard problem.times.count(index) > 1 || problem.roomChoices.count(index) > 1 else { continue }
      field[kept] = Int32(index)
      kept += 1
    }
    fieldCount = kept
    if kept == 0 { keepToNoRegion() }
  }

  mutating func keepToNoRegion() {
    for position in 0..<problem.movable.count { field[position] = problem.movable[position] }
    fieldCount = problem.movable.count
  }

  private mutating func addToRegion(_ index: Int) {
    if stamp[index] == stampNumber { return }
    stamp[index] = stampNumber
    field[fieldCount] = Int32(index)
    fieldCount &+= 1
  }

  /// A class that stands in a required rule with this one, or in a room that this one may have.
  private mutating func neighbor(of index: Int) -> Int? {
    let timeRules = problem.timeSeats.count(index)
    let placeRules = problem.placeSeats.count(index)
    if timeRules + placeRules > 0, random.below(4) > 0 {
      let number = random.below(timeRules + placeRules)
      let seat =
        number < timeRules
        ? problem.timeSeats[Int(problem.timeSeats.begin[index]) + number]
        : problem.placeSeats[Int(problem.placeSeats.begin[index]) + number - timeRules]
      let rule = problem.rules[Int(seat.rule)]
      guard rule.isRequired else { return nil }
      return Int(problem.members[Int(rule.begin) + random.below(Int(rule.end - rule.begin))])
    }
    let place = problem.room(index, random.below(problem.roomChoices.count(index)))
    return place == problem.rooms ? nil : state.inRoom.any(in: place, day: random.below(problem.days), &random)
  }
}
