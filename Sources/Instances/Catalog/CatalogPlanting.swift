import Patterns

/// The rooms, and where and when each class was planted.
struct CatalogPlanting {
  struct PlantedRoom {
    var capacity: Int
    var busy: [MeetingPattern] = []
  }

  /// From small to large, but for those that were added because nothing else was free.
  private(set) var rooms: [PlantedRoom]
  /// Slots between possible starts of each class.
  private(set) var steps: [Int] = []
  private(set) var meetings: [MeetingPattern] = []
  /// Nil for the few that meet in no room.
  private(set) var roomOf: [Int?] = []

  init(
    _ plan: CatalogPlan, _ calendar: CatalogCalendar, _ offer: CatalogOffer, _ enrollment: CatalogEnrollment,
    _ chance: inout Chance
  ) {
    rooms = Self.rooms(plan, calendar, offer, enrollment)
    steps = offer.sections.map { _ in chance.pick([6, 12, 12, 24]) }
    roomOf = [Int?](repeating: nil, count: offer.sections.count)
    meetings = offer.sections.indices.map { index in
      chance.pick(calendar.meetings(offer.sections[index].shape, step: steps[index]))
    }
    for index in chance.shuffled(offer.sections.indices) where chance.below(30) > 0 {
      let times = chance.shuffled(calendar.meetings(offer.sections[index].shape, step: steps[index]))
      plant(index, size: enrollment.sizes[index], times, &chance)
    }
  }

  /// As many as the load asks for, as large as the classes are.
  private static func rooms(
    _ plan: CatalogPlan, _ calendar: CatalogCalendar, _ offer: CatalogOffer, _ enrollment: CatalogEnrollment
  ) -> [PlantedRoom] {
    let taught = offer.sections.reduce(0) { sum, section in
      let weeks = calendar.weekPatterns[section.shape.weeks].nonzeroBitCount
      return sum + section.shape.meetings * section.shape.length * weeks
    }
    let open = CatalogCalendar.workdays * (CatalogCalendar.closing - CatalogCalendar.opening) * plan.weeks
    let count = max(1, Int((Double(taught) / plan.load / Double(open)).rounded(.up)))
    let sizes = enrollment.sizes.sorted()
    return (1...count).map { PlantedRoom(capacity: sizes[$0 * sizes.count / count - 1]) }
  }

  /// In the first time of the list at which a room is free that is large enough, or else in a new room.
  private mutating func plant(_ index: Int, size: Int, _ times: [MeetingPattern], _ chance: inout Chance) {
    let fitting = chance.shuffled(rooms.indices.filter { rooms[$0].capacity >= size })
    for time in times.prefix(60) {
      guard let room = fitting.first(where: { room in !rooms[room].busy.contains { $0.overlaps(time) } }) else {
        continue
      }
      return put(index, time, room)
    }
    rooms.append(PlantedRoom(capacity: size))
    put(index, times[0], rooms.count - 1)
  }

  private mutating func put(_ index: Int, _ time: MeetingPattern, _ room: Int) {
    rooms[room].busy.append(time)
    meetings[index] = time
    roomOf[index] = room
  }

  /// With ways between buildings of ten rooms, and closed where the planted classes leave them empty.
  func furnishedRooms(_ calendar: CatalogCalendar, _ chance: inout Chance) -> [CourseRoom] {
    rooms.indices.map { index in
      var room = CourseRoom(id: "\(index + 1)", capacity: rooms[index].capacity)
      for other in (index + 1)..<max(index + 1, rooms.count) where other / 10 != index / 10 {
        room.travel.append(CourseRoom.Travel(room: other, slots: 1 + (other / 10 - index / 10) % 4))
      }
      let closures = chance.happens(40) ? 4 : 0
      for _ in 0..<closures {
        let closure = MeetingPattern(
          days: chance.pick(CatalogCalendar.daySets(chance.pick([1, 1, 2, 4]))),
          weeks: chance.pick(calendar.weekPatterns), start: chance.pick([0, 96, 120, 144, 168, 192, 216]),
          length: chance.pick([12, 24, 48]))
        if !rooms[index].busy.contains(where: closure.overlaps) { room.unavailable.append(closure) }
      }
      return room
    }
  }
}
