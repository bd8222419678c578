import Timetabling

extension FETMapping {
  mutating func preferRooms(
    _ element: XMLElement, _ enforcement: Constraint.Enforcement, _ source: FETRoomWish.Source
  ) -> Bool {
    let names = element.texts("Room") + element.texts("Preferred_Room")
    let known = names.filter { rooms[$0] != nil }
    guard !names.isEmpty, known.count == names.count, element.children("Real_Room").isEmpty else { return false }
    let found = activitiesWishing(element, source)
    if found.isEmpty { return true }
    roomWishes.append(
      FETRoomWish(
        element: element, source: source, activities: found, rooms: known.map { RoomID($0) }, enforcement: enforcement))
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
    for (activity, rooms) in allowed { problem.lessons[activity].roomNeed.rooms = rooms }
  }
}
