import Timetabling

extension FETMapping {
  mutating func preferRooms(
    _ element: XMLElement, _ enforcement: Constraint.Enforcement, _ source: FETRoomWish.Source
  ) -> Bool {
    let names = (element.texts("Room") + element.texts("Preferred_Room")).map { RoomID($0) }
    let realRooms = element.texts("Real_Room").map { RoomID($0) }
    guard let first = names.first else { return false }
    if !realRooms.isEmpty, names.count > 1 || virtualRooms[first]?.sets.count != realRooms.count { return false }
    // What an activity would need that is in none of its rooms is not known.
    if enforcement != .hard, names.contains(where: { virtualRooms[$0] != nil }) { return false }
    let found = activitiesWishing(element, source)
    if found.isEmpty { return true }
    roomWishes.append(
      FETRoomWish(
        element: element, source: source, activities: found, rooms: names, realRooms: realRooms,
        enforcement: enforcement))
    return true
  }

  /// A home is for activities of that one teacher, or of that one set of students, alone.
  private func activitiesWishing(_ element: XMLElement, _ source: FETRoomWish.Source) -> [Int] {
    if let id = element.integer("Activity_Id") { return activityIndex[id].map { [$0] } ?? [] }
    let (subject, tag) = (element.text("Subject"), element.text("Activity_Tag"))
    let (teacher, students) = (element.text("Teacher"), element.text("Students"))
    return activities.indices.filter { index in
      let activity = activities[index]
      return (subject.map { $0 == activity.subject } ?? true) && (tag.map(activity.tags.contains) ?? true)
        && (teacher.map { [$0] == activity.teachers } ?? true) && (students.map { [$0] == activity.students } ?? true)
    }
  }

  /// Hard wishes intersect to the rooms a lesson may use; soft ones become weighted constraints.
  mutating func finishRooms() {
    let preferred = Set(roomWishes.filter { $0.source == .preference }.flatMap(\.activities))
    var allowed: [Int: [RoomID]] = [:]
    for wish in roomWishes {
      let activities = wish.activities.filter { wish.source == .preference || !preferred.contains($0) }
      for activity in activities {
        problem.lessons[activity].roomNeed.count = 1
        guard wish.enforcement == .hard else { continue }
        let rooms = allowed[activity].map { $0.filter(wish.rooms.contains) } ?? wish.rooms
        allowed[activity] = rooms
        if rooms.isEmpty {
          report(
            wish.element, "fet.rooms",
            "The room constraints of activity \(self.activities[activity].id) leave it no room in common.")
        }
      }
      if wish.enforcement != .hard, !activities.isEmpty {
        add(
          wish.element, .lessonsAllowedRooms, wish.enforcement,
          Selector(lessons: activities.map { self.activities[$0].lessonID }), rooms: wish.rooms)
      }
    }
    var holders: [RoomID: [Int]] = [:]
    for (activity, rooms) in allowed.sorted(by: { $0.key < $1.key }) {
      if let room = rooms.first, virtualRooms[room] != nil, rooms.count == 1 {
        holders[room, default: []].append(activity)
      } else if let room = rooms.compactMap({ virtualRooms[$0] }).first {
        leaveOut("Room (virtual), as one of several to choose from", room.element)
      } else {
        problem.lessons[activity].roomNeed.rooms = rooms
      }
    }
    for (room, activities) in holders.sorted(by: { $0.key < $1.key }) { hold(room, activities) }
    for wish in roomWishes where !wish.realRooms.isEmpty {
      for activity in wish.activities { problem.lessons[activity].roomNeed.rooms = wish.realRooms }
    }
  }

  /// The activities hold one real room of each of the virtual room's sets.
  private mutating func hold(_ id: RoomID, _ activities: [Int]) {
    guard let room = virtualRooms[id] else { return }
    guard room.canBeSaid else { return leaveOut("Room (virtual), of three or more sets that overlap", room.element) }
    let all = room.all
    let seats = all.compactMap { rooms[$0.rawValue] }.map { problem.rooms[$0].capacity }.min() ?? 0
    for activity in activities {
      let size = size(of: activity)
      if size > room.capacity {
        report(
          room.element, "fet.rooms",
          "Activity \(self.activities[activity].id) has \(size) students; virtual room \(id) has "
            + "\(room.capacity) seats.")
      }
      problem.lessons[activity].roomNeed.count = room.sets.count
      problem.lessons[activity].roomNeed.rooms = all
      if size > seats * room.sets.count { problem.lessons[activity].size = seats * room.sets.count }
    }
    guard room.different.count > 1 else { return }
    for set in room.different {
      add(
        room.element, .lessonsAllowedRooms, .hard, Selector(lessons: activities.map { self.activities[$0].lessonID }),
        rooms: set)
    }
  }

  private func size(of activity: Int) -> Int {
    problem.lessons[activity].size
      ?? activities[activity].students.compactMap { groups[$0] }.reduce(0) { $0 + (problem.groups[$1].size) }
  }
}
