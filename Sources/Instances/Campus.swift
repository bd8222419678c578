import Timetabling

/// Zones, buildings and rooms, and which meeting was planted in which room.
struct Campus {
  private(set) var zones: [Zone] = []
  private(set) var travelTimes: [TravelTime] = []
  private(set) var buildings: [Building] = []
  private(set) var rooms: [Room] = []
  /// The room of each meeting of each lesson.
  private(set) var roomOf: [[Int]]
  /// The zone in which each department is at home.
  private(set) var homes: [Int]
  private var zoneOf: [Int] = []
  /// Busy slots of each room.
  private var busy: [UInt64] = []

  init(_ plan: UniversityPlan, _ curriculum: Curriculum, _ planting: Planting, _ chance: inout Chance) {
    roomOf = planting.places.map { [Int](repeating: -1, count: $0.count) }
    let zoneCount = max(2, min(6, plan.departments / 20 + 2))
    homes = (0..<plan.departments).map { $0 % zoneCount }
    addZones(zoneCount)
    let firstRooms = addRooms(planting.rooms, &chance)
    assign(curriculum, planting, firstRooms)
    close(upTo: plan.load, &chance)
  }

  /// Zones at a few minutes' walk from one another, three buildings in each.
  private mutating func addZones(_ count: Int) {
    let names = ["North Campus", "City Campus", "Science Park", "Riverside", "Old Town", "Hill Campus"]
    for zone in 0..<count {
      let id = ZoneID("Z\(zone + 1)")
      zones.append(Zone(id: id, name: names[zone]))
      travelTimes += zones.dropLast().enumerated().map { other, value in
        TravelTime(from: value.id, to: id, minutes: 8 + 5 * (zone - other))
      }
      for number in 1...3 {
        buildings.append(Building(id: BuildingID("B\(zone * 3 + number)"), name: "\(names[zone]) \(number)", zone: id))
      }
    }
  }

  /// The position of each class's first room.
  private mutating func addRooms(_ classes: RoomClasses, _ chance: inout Chance) -> [Int] {
    var first: [Int] = []
    for value in classes.classes {
      first.append(rooms.count)
      for _ in 0..<value.rooms {
        let building = chance.below(buildings.count)
        var room = Room(
          id: RoomID("R" + Names.padded(rooms.count + 1, 4)), type: value.type, capacity: value.capacity,
          building: buildings[building].id)
        // A room may seat a few more than its class promises.
        room.capacity += chance.below(max(2, value.capacity / 10))
        if value.type == "lecture-hall" || chance.happens(80) { room.features.append("projector") }
        if chance.happens(50) { room.features.append("step-free") }
        if value.type == "lecture-hall", chance.happens(60) { room.features.append("recording") }
        if value.type == "classroom", chance.happens(70) { room.features.append("whiteboard") }
        rooms.append(room)
        zoneOf.append(building / 3)
      }
    }
    busy = [UInt64](repeating: 0, count: rooms.count)
    return first
  }

  /// Never more meetings of a class at once than it has rooms, so that by order of their starts each finds one free.
  private mutating func assign(_ curriculum: Curriculum, _ planting: Planting, _ first: [Int]) {
    let meetings = planting.places.enumerated().flatMap { lesson, places in
      places.indices.map { (lesson: lesson, number: $0, place: places[$0]) }
    }
    let inOrder = meetings.sorted { ($0.place.first, $0.lesson) < ($1.place.first, $1.lesson) }
    for meeting in inOrder {
      let position = planting.rooms.ofLesson[meeting.lesson]
      let range = first[position]..<(first[position] + planting.rooms.classes[position].rooms)
      let free = range.filter { busy[$0] & meeting.place.mask == 0 }
      let home = homes[curriculum.courses[curriculum.lessons[meeting.lesson].course].department]
      guard let room = free.first(where: { zoneOf[$0] == home }) ?? free.first else {
        preconditionFailure("A class has more meetings at once than rooms.")
      }
      busy[room] |= meeting.place.mask
      roomOf[meeting.lesson][meeting.number] = room
    }
  }

  /// Closes hours that the planted timetable does not use, half days first, until the open ones are as full as asked.
  private mutating func close(upTo load: Double, _ chance: inout Chance) {
    let used = busy.reduce(0) { $0 + $1.nonzeroBitCount }
    var surplus = rooms.count * Week.slots - Int((Double(used) / load).rounded(.up))
    let halves = rooms.indices.flatMap { room in
      (0..<(2 * Week.days)).map { (room: room, half: Week.half($0 / 2, isMorning: $0 % 2 == 0)) }
    }
    let inOrder = chance.shuffled(halves).sorted { one, other in
      (busy[one.room] & one.half.mask).nonzeroBitCount < (busy[other.room] & other.half.mask).nonzeroBitCount
    }
    for (room, half) in inOrder where surplus > 0 {
      for run in freeRuns(room, half) where surplus > 0 {
        let place = Place(day: run.day, period: run.period, length: min(run.length, surplus))
        surplus -= place.length
        rooms[room].availability.append(Availability(span: Week.span(place), grade: .blocked))
      }
    }
  }

  private func freeRuns(_ room: Int, _ half: Place) -> [Place] {
    var runs: [Place] = []
    for period in half.period..<(half.period + half.length) {
      if busy[room] >> UInt64(half.day * Week.periods + period) & 1 == 1 { continue }
      if let last = runs.indices.last, runs[last].period + runs[last].length == period {
        runs[last].length += 1
      } else {
        runs.append(Place(day: half.day, period: period, length: 1))
      }
    }
    return runs
  }

  /// Up to four rooms in the department's zone that fit the lesson's type and size.
  func wishes(_ lesson: Curriculum.Lesson, department: Int) -> [RoomID] {
    let fitting = rooms.indices.lazy.filter { room in
      zoneOf[room] == homes[department] && rooms[room].type == lesson.roomType && rooms[room].capacity >= lesson.size
        && rooms[room].capacity <= lesson.size * 2
    }
    return fitting.prefix(4).map { rooms[$0].id }
  }

  /// The features that all of the rooms have.
  func commonFeatures(_ positions: [Int]) -> [String] {
    guard let first = positions.first else { return [] }
    return rooms[first].features.filter { feature in
      positions.allSatisfy { rooms[$0].features.contains(feature) }
    }
  }
}
