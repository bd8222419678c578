extension CriterionBounds {
  /// The fullest and the emptiest room that each lesson may have. With several rooms at once: full, and empty.
  var roomUtilization: (Int, Int) {
    // Of each kind of rooms the fewest and the most seats; a virtual room has none to leave empty.
    var seats: [Int: (least: Int, most: Int)] = [:]
    return index.lessons.indices.reduce((0, 0)) { sum, lesson in
      let facts = index.lessons[lesson]
      let count = index.problem.lessons[lesson].roomNeed.count
      guard count > 0, !facts.rooms.isEmpty else { return sum }
      var range = (0, 100)
      if count == 1 {
        let (least, most) = seats[facts.roomKind] ?? self.seats(of: facts.rooms)
        seats[facts.roomKind] = (least, most)
        range = (empty(least, facts.size), empty(most, facts.size))
      }
      return (sum.0 + meetings(lesson) * range.0, sum.1 + meetings(lesson) * range.1)
    }
  }

  private func seats(of rooms: [Int]) -> (least: Int, most: Int) {
    let seats = rooms.map { index.problem.rooms[$0].isVirtual ? 0 : index.problem.rooms[$0].capacity }
    return (seats.min() ?? 0, seats.max() ?? 0)
  }

  /// Percent of the seats that stay empty; never less in a larger room.
  private func empty(_ seats: Int, _ size: Int) -> Int { seats == 0 ? 0 : max(0, seats - size) * 100 / seats }

  /// All meetings spread evenly over the week's periods, and heaped: as many at one time as there are lessons and,
  /// where all of them need a physical room, rooms.
  var peakSpreading: (Int, Int) {
    let all = index.lessons.indices
    let slots = index.scale.days.reduce(0) { $0 + $1.count }
    let fewest = all.reduce(0) { $0 + meetings($1) * periods($1).lowerBound }
    let most = all.reduce(0) { $0 + meetings($1) * periods($1).upperBound }
    guard let layers = layers(all) else { return (Self.fewestSquares(fewest, places: slots), most * most) }
    let physical = Set(index.problem.rooms.indices.filter { !index.problem.rooms[$0].isVirtual })
    var isBound: [Int: Bool] = [:]
    let unbound = all.count { lesson in
      let facts = index.lessons[lesson]
      let known = isBound[facts.roomKind] ?? (!facts.rooms.isEmpty && physical.isSuperset(of: facts.rooms))
      isBound[facts.roomKind] = known
      return !known
    }
    let atOnce = min(all.count, physical.count * layers + unbound)
    return (
      Self.fewestSquares(fewest, places: slots),
      Self.mostSquares(most, capacities: [Int](repeating: atOnce, count: slots))
    )
  }

  /// Meetings split evenly over the days, and all on one.
  var spreadOverDays: (Int, Int) {
    let days = index.scale.days.count { !$0.isEmpty }
    return index.lessons.indices.reduce((0, 0)) { sum, lesson in
      let count = meetings(lesson)
      // Σ x(x − 1)/2 is half of the squares less half of the sum.
      let best = (Self.fewestSquares(count, places: days) - count) / 2
      return (sum.0 + max(0, best), sum.1 + count * (count - 1) / 2)
    }
  }

  /// Other rooms in every meeting, as long as there are enough that fit.
  func mostSurplusRooms(of lesson: Int) -> Int {
    let count = index.problem.lessons[lesson].roomNeed.count
    guard count > 0 else { return 0 }
    return max(0, min(meetings(lesson) * count, index.lessons[lesson].rooms.count) - count)
  }

  /// A wish is lost where no wished room fits, and safe where nothing else does.
  var roomWishes: (Int, Int) {
    index.lessons.indices.reduce((0, 0)) { sum, lesson in
      let wished = index.wishedRooms(of: lesson)
      guard !wished.isEmpty else { return sum }
      let rooms = index.lessons[lesson].rooms
      let isLost = wished.isDisjoint(with: rooms)
      let isSafe = !rooms.isEmpty && wished.isSuperset(of: rooms)
      return (sum.0 + (isLost ? meetings(lesson) : 0), sum.1 + (isSafe ? 0 : meetings(lesson)))
    }
  }

  /// Every meeting of the base at another time.
  var mostDisruption: Int { base.map { 2 * PlacedMeetings($0, index).all.count } ?? 0 }
}
