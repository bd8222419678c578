/// The different lists of rooms and of places in the week that lessons choose from. Large institutions have many lessons
/// and few kinds of them, so each list is made once and shared.
struct LessonKinds {
  /// Sorted lists; the first one is empty, for lessons without rooms.
  private(set) var rooms: [[Int]] = [[]]
  private(set) var placements: [[TimeSpan]] = []

  private let problem: Problem
  private var roomKinds: [RoomDemand: Int] = [:]
  /// Rooms that offer what is asked, however many seats they have.
  private var ofAnySize: [RoomDemand: [Int]] = [:]
  private var placementKinds: [Int: [Int: Int]] = [:]

  init(_ problem: Problem) { self.problem = problem }

  /// Rooms that each fit on their own.
  mutating func room(_ need: RoomNeed, seats: Int) -> Int {
    guard need.count > 0 else { return 0 }
    var demand = RoomDemand(types: need.types, features: need.features, rooms: need.rooms, seats: seats)
    if let known = roomKinds[demand] { return known }
    roomKinds[demand] = rooms.count
    demand.seats = .min
    let offers = ofAnySize[demand] ?? demand.offers(of: problem)
    ofAnySize[demand] = offers
    rooms.append(offers.filter { problem.rooms[$0].capacity >= seats })
    return rooms.count - 1
  }

  mutating func placement(grid: Int, duration: Int) -> Int {
    if let known = placementKinds[grid]?[duration] { return known }
    placementKinds[grid, default: [:]][duration] = placements.count
    placements.append(
      problem.timeGrids.indices.contains(grid) ? problem.timeGrids[grid].placements(duration: duration) : [])
    return placements.count - 1
  }
}

/// What one room must offer; many lessons ask for the same.
private struct RoomDemand: Hashable {
  var types: [String]
  var features: [String]
  var rooms: [RoomID]
  var seats: Int

  /// Whatever their seats.
  func offers(of problem: Problem) -> [Int] {
    let allowed = Set(rooms)
    return problem.rooms.indices.filter { index in
      let room = problem.rooms[index]
      return (types.isEmpty || types.contains(room.type)) && (allowed.isEmpty || allowed.contains(room.id))
        && features.allSatisfy(room.features.contains)
    }
  }
}
