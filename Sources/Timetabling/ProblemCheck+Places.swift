/// Zones, travel times, buildings and rooms.
extension ProblemChecker {
  mutating func checkPlaces() {
    checkIDs(problem.zones.map(\.id), "zones", of: "zone")
    checkIDs(problem.buildings.map(\.id), "buildings", of: "building")
    checkIDs(problem.rooms.map(\.id), "rooms", of: "room")
    for (position, zone) in problem.zones.enumerated() {
      require(
        (zone.latitude.map { abs($0) <= 90 } ?? true) && (zone.longitude.map { abs($0) <= 180 } ?? true),
        "/zones/\(position)", "zone.coordinates",
        "Zone \(zone.id) lies at \(zone.latitude ?? 0), \(zone.longitude ?? 0), which is not on Earth.",
        advice: "Latitude goes from -90 to 90, longitude from -180 to 180.")
    }
    var pairs: Set<Set<ZoneID>> = []
    for (position, travel) in problem.travelTimes.enumerated() {
      let (place, owner) = ("/travelTimes/\(position)", "a travel time")
      checkReference(travel.from, in: known.zones, place + "/from", from: owner, to: "zone")
      checkReference(travel.to, in: known.zones, place + "/to", from: owner, to: "zone")
      checkRange(travel.minutes, 0...1440, place + "/minutes", "the way from \(travel.from) to \(travel.to) in minutes")
      require(
        pairs.insert([travel.from, travel.to]).inserted, place, "travel.duplicate",
        "The way between \(travel.from) and \(travel.to) is given twice.",
        advice: "One entry serves both directions; remove the other.")
    }
    for (position, building) in problem.buildings.enumerated() {
      checkReference(
        building.zone, in: known.zones, "/buildings/\(position)/zone", from: "building \(building.id)", to: "zone")
    }
    for (position, room) in problem.rooms.enumerated() {
      let (place, owner) = ("/rooms/\(position)", "room \(room.id)")
      checkReference(room.building, in: known.buildings, place + "/building", from: owner, to: "building")
      checkReference(room.zone, in: known.zones, place + "/zone", from: owner, to: "zone")
      checkRange(room.capacity, 0...ProblemCheck.Limit.people, place + "/capacity", "the capacity of \(owner)")
      checkRange(room.dailyBookingLimit, 0...1000, place + "/dailyBookingLimit", "the daily booking limit of \(owner)")
      checkAvailability(room.availability, place + "/availability", of: owner)
    }
  }
}
