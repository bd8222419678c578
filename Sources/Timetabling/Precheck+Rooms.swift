/// Whether the lessons that need one kind of room find enough of them.
extension PigeonholeCount {
  /// For each set of rooms that some lesson is bound to: all lessons bound within it against its rooms × periods.
  func rooms() -> [Precheck.Finding] {
    guard countsByPeriods else { return [] }
    var kinds: [[Int]: [Int]] = [:]
    for (lesson, facts) in index.lessons.enumerated() where problem.lessons[lesson].roomNeed.count > 0 {
      let isBound = !facts.rooms.isEmpty && !facts.rooms.contains { problem.rooms[$0].isVirtual }
      if isBound { kinds[facts.rooms, default: []].append(lesson) }
    }
    // Many different sets: those with the fewest rooms are the narrow places, and containment costs the square.
    let sets = HallSets.closure(of: kinds.keys.map(Set.init), limit: 400)
    let order = kinds.keys.sorted {
      $0.count != $1.count ? $0.count < $1.count : $0.lexicographicallyPrecedes($1)
    }
    return sets.flatMap { rooms -> [Precheck.Finding] in
      if isLate { return [] }
      let within = Set(rooms)
      let lessons = order.filter { $0.count <= rooms.count && within.isSuperset(of: $0) }
        .flatMap { kinds[$0] ?? [] }.sorted()
      return [tooFewRoomPeriods(rooms, lessons) ?? crowdedRooms(rooms, lessons)].compactMap { $0 }
    }
  }

  private func tooFewRoomPeriods(_ rooms: [Int], _ lessons: [Int]) -> Precheck.Finding? {
    weeks(of: lessons).compactMap { week -> Precheck.Finding? in
      let needed = week.lessons.reduce(0) { sum, lesson in
        sum + fewestPeriods([lesson]) * problem.lessons[lesson].roomNeed.count
      }
      let usable = openSpans(week.lessons)
      let available = rooms.reduce(0) { $0 + openPeriods(of: $1, usable, week: week.week) }
      guard needed > available else { return nil }
      let meetings = week.lessons.reduce(0) { $0 + problem.lessons[$1].meetingsPerWeek }
      let words = index.describe(rooms: rooms, for: week.lessons)
      return Precheck.Finding(
        code: "rooms.too-few", subject: words, needed: needed, available: available,
        message: "\(Wording.count(meetings, "meeting")) \(meetings == 1 ? "needs" : "need") \(words), for "
          + "\(Wording.count(needed, "period")) a week; there \(rooms.count == 1 ? "is" : "are") "
          + "\(Wording.count(rooms.count, "such room")), open for \(Wording.count(available, "period")) in all.",
        repairs: [
          "Let some of these lessons use other rooms: fewer seats, another type or fewer features.",
          "Add a room of this kind, or open one for longer.", "Split the largest lessons.",
        ])
    }.max { $0.needed - $0.available < $1.needed - $1.available }
  }

  /// Periods that some placement could use while the room is open in the week.
  private func openPeriods(of room: Int, _ usable: [TimeSpan], week: Int) -> Int {
    var days = [UInt64](repeating: 0, count: index.scale.days.count)
    for span in usable where !index.isBlocked(room: room, at: span, weeks: WeekSet(mask: 1 << UInt64(week))) {
      days[span.day] |= index.scale.mask(of: span)
    }
    let limit = problem.rooms[room].dailyBookingLimit
    let widest = usable.map { index.scale.mask(of: $0).nonzeroBitCount }.max() ?? 1
    return days.reduce(0) { $0 + min($1.nonzeroBitCount, limit.map { $0 * widest } ?? .max) }
  }
}

extension ProblemIndex {
  /// `a room of type lab with projector, above 30 seats`.
  package func describe(rooms: [Int], for lessons: [Int]) -> String {
    let needs = lessons.map { problem.lessons[$0].roomNeed }
    let types = Set(needs.map { Set($0.types) })
    let features = needs.map { Set($0.features) }.reduce(Set(needs.first?.features ?? [])) { $0.intersection($1) }
    let seats = lessons.filter { !self.lessons[$0].capacityIsSoft }.map { self.lessons[$0].seatsPerRoom }.min() ?? 0
    var words = "a room"
    if types.count == 1, let only = types.first, !only.isEmpty { words += " of type \(Wording.list(only.sorted()))" }
    if !features.isEmpty { words += " with \(Wording.list(features.sorted()))" }
    if seats > 0 { words += " of at least \(Wording.count(seats, "seat"))" }
    if needs.allSatisfy({ !$0.rooms.isEmpty }) {
      words += " among \(Wording.list(rooms.map { problem.rooms[$0].name }))"
    }
    return words
  }
}
