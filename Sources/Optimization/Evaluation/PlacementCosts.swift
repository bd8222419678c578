import Timetabling

/// Costs that depend on one meeting's time alone, or on its room alone.
struct PlacementCosts: Sendable {
  /// (lesson × time)
  let time: CostMatrix
  let hasTimeCosts: Bool
  /// (room row × room); for meetings with several rooms what each room adds.
  let room: CostMatrix
  let hasRoomCosts: Bool

  /// What the rooms of a lesson's meetings cost.
  struct RoomSet: Sendable {
    var size: Int
    /// Seats of each room.
    var capacity: [Int]
    var utilization: Int64
    var wished: Set<Int32>
    var wish: Int64
    var allowed: [(rooms: Set<Int32>, weight: Int64)]

    /// What one room alone costs.
    func cost(_ room: Int32) -> Int64 {
      let seats = capacity[Int(room)]
      var cost = seats > 0 ? utilization * Int64(max(0, seats - size) * 100 / seats) : 0
      if !wished.isEmpty, !wished.contains(room) { cost += wish }
      for rule in allowed where !rule.rooms.contains(room) { cost += rule.weight }
      return cost
    }
  }

  /// `sets`: what the rooms of a meeting cost together, for lessons that need several.
  init(_ compiled: CompiledProblem, _ measure: Measure, sets: inout [Int: RoomSet]) {
    let index = compiled.index
    let problem = index.problem
    let rules = SoftRules(index, measure)
    let times = compiled.times
    let faculty = measure[.facultyPreference]
    var wishes = MissedWishes(index)
    // Of each kind of placements: the number of the placement at each time.
    var placements: [Int: [Int]] = [:]
    time = CostMatrix(rows: compiled.lessonCount, width: times.count) { lesson, costs in
      let missed =
        faculty == 0
        ? [] : compiled.teachers[lesson].map { wishes.row(of: $0, lesson: lesson) }.filter { !$0.isEmpty }
      guard !missed.isEmpty || !rules.times[lesson].isEmpty else { return }
      let facts = index.lessons[lesson]
      let placement = placements[facts.placementKind] ?? times.numbers(of: facts.placements)
      placements[facts.placementKind] = placement
      for option in compiled.times(ofLesson: lesson) {
        let sum = missed.reduce(0) { $0 + $1[placement[option]] }
        costs[option] = faculty * Int64(sum) + rules.cost(of: lesson, at: times.spans[option])
      }
    }
    hasTimeCosts = !time.isZero
    let capacity = problem.rooms.map { $0.isVirtual ? 0 : $0.capacity }
    func set(_ lesson: Int) -> RoomSet {
      RoomSet(
        size: index.lessons[lesson].size, capacity: capacity, utilization: measure[.roomUtilization],
        wished: Set(index.wishedRooms(of: lesson).map(Int32.init)), wish: measure[.roomWishes],
        allowed: rules.rooms[lesson])
    }
    for lesson in problem.lessons.indices where problem.lessons[lesson].roomNeed.count > 1 {
      sets[lesson] = set(lesson)
    }
    room = CostMatrix(rows: compiled.lessonOfRoomRow.count, width: compiled.roomCount + 1) { row, costs in
      let lesson = compiled.lessonOfRoomRow[row]
      let (facts, need) = (index.lessons[lesson], problem.lessons[lesson].roomNeed.count)
      guard need > 0 else { return }
      let set = set(lesson)
      for room in facts.rooms {
        let missing = Int64(max(0, facts.seatsPerRoom - problem.rooms[room].capacity))
        costs[room] = rules.capacity[lesson] * missing + (need == 1 ? set.cost(Int32(room)) : 0)
      }
    }
    hasRoomCosts = !room.isZero
  }

  func free() {
    time.free()
    room.free()
  }
}

/// Weighted constraints about one meeting alone, by lesson.
private struct SoftRules {
  var times: [[(constraint: Constraint, weight: Int64)]]
  var rooms: [[(rooms: Set<Int32>, weight: Int64)]]
  var capacity: [Int64]

  init(_ index: ProblemIndex, _ measure: Measure) {
    times = Array(repeating: [], count: index.lessons.count)
    rooms = Array(repeating: [], count: index.lessons.count)
    capacity = Array(repeating: 0, count: index.lessons.count)
    for (constraint, weight) in zip(index.problem.constraints, measure.constraintWeights)
    where weight != 0 && constraint.enforcement != .hard {
      switch constraint.kind {
      case .lessonsAllowedTimes, .lessonsAllowedStarts:
        for lesson in index.lessons(of: constraint.selector) { times[lesson].append((constraint, weight)) }
      case .lessonsAllowedRooms:
        let allowed = Set(constraint.rooms.compactMap { index.roomIndex[$0] }.map(Int32.init))
        for lesson in index.lessons(of: constraint.selector) { rooms[lesson].append((allowed, weight)) }
      case .roomCapacity:
        for lesson in index.lessons(of: constraint.selector) { capacity[lesson] += weight }
      default: continue
      }
    }
  }

  func cost(of lesson: Int, at span: TimeSpan) -> Int64 {
    times[lesson].reduce(0) { sum, rule in
      let isMet = rule.constraint.times.contains {
        rule.constraint.kind == .lessonsAllowedTimes ? $0.covers(span) : $0.day == span.day && $0.start == span.start
      }
      return isMet ? sum : sum + rule.weight
    }
  }
}
