extension CriterionBounds {
  /// The fullest and the emptiest room that each lesson may have. With several rooms at once: full, and empty.
  var roomUtilization: (Int, Int) {
    index.lessons.indices.reduce((0, 0)) { sum, lesson in
      let facts = index.lessons[lesson]
      let count = index.problem.lessons[lesson].roomNeed.count
      guard count > 0, !facts.rooms.isEmpty else { return sum }
      var range = (0, 100)
      if count == 1 {
        let empty = facts.rooms.map { room in
          let value = index.problem.rooms[room]
          return value.isVirtual || value.capacity == 0
            ? 0 : max(0, value.capacity - facts.size) * 100 / value.capacity
        }
        range = (empty.min() ?? 0, empty.max() ?? 0)
      }
      return (sum.0 + meetings(lesson) * range.0, sum.1 + meetings(lesson) * range.1)
    }
  }

  /// All meetings spread evenly over the week's periods, and heaped: as many at one time as there are lessons and,
  /// where all of them need a physical room, rooms.
  var peakSpreading: (Int, Int) {
    let all = index.lessons.indices
    let slots = index.scale.days.reduce(0) { $0 + $1.count }
    let fewest = all.reduce(0) { $0 + meetings($1) * periods($1).lowerBound }
    let most = all.reduce(0) { $0 + meetings($1) * periods($1).upperBound }
    guard let layers = layers(all) else { return (Self.fewestSquares(fewest, places: slots), most * most) }
    let physical = Set(index.problem.rooms.indices.filter { !index.problem.rooms[$0].isVirtual })
    let unbound = all.count { !physical.isSuperset(of: index.lessons[$0].rooms) || index.lessons[$0].rooms.isEmpty }
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
