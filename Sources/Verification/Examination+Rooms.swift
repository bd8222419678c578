import Timetabling

/// Rooms are as many and such as the lesson needs, and nothing is held where somebody or something is blocked.
extension Examination {
  mutating func checkRooms() {
    for one in held {
      let (lesson, need) = (one.lesson, one.lesson.roomNeed)
      expect(
        one.rooms.count == need.count && one.entry.rooms.count == need.count, .roomCount, [lesson.id],
        "\(lesson.id) needs \(need.count) rooms and has \(one.entry.rooms).")
      for room in one.rooms.sorted().compactMap({ facts.rooms[$0] }) {
        if !need.types.isEmpty {
          expect(
            need.types.contains(room.type), .roomType, [lesson.id],
            "Room \(room.id) of type \(room.type) is none of \(need.types), which \(lesson.id) needs.")
        }
        for feature in need.features {
          expect(
            room.features.contains(feature), .roomFeatures, [lesson.id],
            "Room \(room.id) lacks \(feature), which \(lesson.id) needs.")
        }
        if !need.rooms.isEmpty {
          expect(
            need.rooms.contains(room.id), .roomAllowed, [lesson.id],
            "Room \(room.id) is not among those that \(lesson.id) may have.")
        }
        if !facts.softCapacity.contains(lesson.id) {
          let seats = facts.seats(for: lesson)
          expect(
            seats <= room.capacity, .roomCapacity, [lesson.id],
            "Room \(room.id) has \(room.capacity) seats; \(lesson.id) needs \(seats).")
        }
      }
    }
  }

  mutating func checkAvailability() {
    for one in held {
      for room in one.rooms.sorted().compactMap({ facts.rooms[$0] }) {
        expect(
          isFree(room.availability, one), .roomAvailable, [one.lesson.id],
          "Room \(room.id) is closed while it holds \(one.lesson.id).")
      }
      for teacher in Set(one.entry.teachers).sorted().compactMap({ facts.teachers[$0] }) {
        expect(
          isFree(teacher.availability, one), .teacherAvailable, [one.lesson.id],
          "Teacher \(teacher.id) is not available for \(one.lesson.id).")
      }
      // A group is away with every group that shares a part with it.
      let related = Set(facts.attending(one.lesson).flatMap { facts.holding[$0] ?? [] })
      for group in related.sorted().map({ problem.groups[$0] }) where !group.availability.isEmpty {
        expect(
          isFree(group.availability, one), .groupAvailable, [one.lesson.id],
          "Group \(group.id) is not available for \(one.lesson.id).")
      }
    }
  }

  private func isFree(_ availability: [Availability], _ one: Held) -> Bool {
    availability.allSatisfy { item in
      guard case .blocked = item.grade else { return true }
      let isInWeeks = (item.weeks?.mask ?? .max) & one.entry.weeks.mask != 0
      let touches =
        item.span.day == one.time.day && max(item.span.start, one.time.start) < min(item.span.end, one.time.end)
      return !(isInWeeks && touches)
    }
  }
}
