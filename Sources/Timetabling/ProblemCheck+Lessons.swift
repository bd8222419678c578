/// Lessons: what they name, and whether each can be held at all.
extension ProblemChecker {
  mutating func checkLessons() {
    checkIDs(problem.lessons.map(\.id), "lessons", of: "lesson")
    for position in problem.lessons.indices where mayGoOn() {
      checkReferences(of: position)
      checkNumbers(of: position)
      checkPlacements(of: position)
      checkRooms(of: position)
      checkPins(of: position)
    }
  }

  private mutating func checkReferences(of position: Int) {
    let lesson = problem.lessons[position]
    let (place, owner) = ("/lessons/\(position)", "lesson \(lesson.id)")
    checkReference(lesson.course, in: known.courses, place + "/course", from: owner, to: "course")
    checkReference(lesson.department, in: known.departments, place + "/department", from: owner, to: "department")
    checkReference(lesson.timeGrid, in: known.grids, place + "/timeGrid", from: owner, to: "time grid")
    checkReferences(lesson.groups, in: known.groups, place + "/groups", from: owner, to: "group")
    checkReferences(lesson.students, in: known.students, place + "/students", from: owner, to: "student")
    checkReferences(lesson.teachers, in: known.teachers, place + "/teachers", from: owner, to: "teacher")
    checkReferences(lesson.teacherPool, in: known.teachers, place + "/teacherPool", from: owner, to: "teacher")
    checkReferences(lesson.roomNeed.rooms, in: known.rooms, place + "/roomNeed/rooms", from: owner, to: "room")
    checkReferences(lesson.roomNeed.wished, in: known.rooms, place + "/roomNeed/wished", from: owner, to: "room")
  }

  private mutating func checkNumbers(of position: Int) {
    let lesson = problem.lessons[position]
    let (place, owner) = ("/lessons/\(position)", "lesson \(lesson.id)")
    checkRange(
      wording.amount(lesson.duration), 1...wording.amount(1440), place + "/duration",
      "the duration of \(owner) in \(wording.unit.rawValue)")
    checkRange(
      lesson.meetingsPerWeek, 1...ProblemCheck.Limit.meetingsPerWeek, place + "/meetingsPerWeek",
      "the number of meetings a week of \(owner)")
    checkRange(lesson.size, 0...ProblemCheck.Limit.people, place + "/size", "the size of \(owner)")
    checkRange(lesson.roomNeed.count, 0...50, place + "/roomNeed/count", "the number of rooms of \(owner)")
    if let weeks = lesson.weeks { checkWeeks(weeks, place + "/weeks", of: owner) }
    let choices = Set(lesson.teacherPool).subtracting(lesson.teachers).count
    require(
      lesson.teachersFromPool >= 0 && lesson.teachersFromPool <= choices, place + "/teachersFromPool", "pool.too-small",
      "\(owner.sentence) wants \(lesson.teachersFromPool) teachers from a pool that offers \(choices) "
        + "besides its own.",
      advice: "Widen the pool, or want fewer.")
  }

  private mutating func checkPlacements(of position: Int) {
    let lesson = problem.lessons[position]
    guard lesson.duration >= 1, problem.timeGrids.indices.contains(index.lessons[position].grid) else { return }
    let (grid, wording) = (problem.timeGrids[index.lessons[position].grid], wording)
    require(
      !index.lessons[position].placements.isEmpty, "/lessons/\(position)/duration", "lesson.no-placement",
      "Lesson \(lesson.id) takes \(wording.duration(lesson.duration)); no day of time grid \(grid.id) has so many "
        + "teaching \(wording.unit.rawValue) without a break or a long pause.",
      advice: "Maybe split it into several meetings, or let the grid bridge longer pauses.")
  }

  private mutating func checkRooms(of position: Int) {
    let (lesson, facts) = (problem.lessons[position], index.lessons[position])
    let need = lesson.roomNeed
    let place = "/lessons/\(position)/roomNeed"
    guard need.count > 0, need.rooms.allSatisfy(known.rooms.contains), facts.rooms.count < need.count else { return }
    let named = Set(need.rooms)
    var left = problem.rooms.filter { named.isEmpty || named.contains($0.id) }
    var wanted = named.isEmpty ? "" : " among the \(named.count) it may have"
    func tooFew(_ advice: String) -> (String, String) {
      (
        "Lesson \(lesson.id) needs \(Wording.count(need.count, "room"))\(wanted); "
          + "\(left.isEmpty ? "there is none" : "there are only \(left.count)").", advice
      )
    }
    var finding = tooFew("Add rooms, or widen the list.")
    if left.count >= need.count {
      left = left.filter { need.types.isEmpty || need.types.contains($0.type) }
      wanted += need.types.isEmpty ? "" : " of type \(Wording.list(need.types))"
      finding = tooFew(
        "Maybe a room's type is misspelled; the types in use are "
          + "\(Wording.list(Set(problem.rooms.map(\.type)).sorted(), limit: 8)).")
    }
    if left.count >= need.count {
      left = left.filter { room in need.features.allSatisfy(room.features.contains) }
      wanted += need.features.isEmpty ? "" : " with \(Wording.list(need.features))"
      finding = tooFew("Maybe a feature is misspelled, or missing from a room.")
    }
    if left.count >= need.count {
      left = left.filter { $0.capacity >= facts.seatsPerRoom }
      wanted += " with \(Wording.count(facts.seatsPerRoom, "seat"))"
      finding = tooFew("Split the lesson, or select it with a weighted constraint of kind room.capacity.")
    }
    report(place, "room.none-fits", finding.0, advice: finding.1)
  }

  private mutating func checkPins(of position: Int) {
    let (lesson, facts) = (problem.lessons[position], index.lessons[position])
    let wording = wording
    var seen: Set<Int> = []
    for (offset, pin) in lesson.pins.enumerated() {
      let place = "/lessons/\(position)/pins/\(offset)"
      require(
        (0..<max(1, lesson.meetingsPerWeek)).contains(pin.meeting), place + "/meeting", "pin.meeting",
        "Lesson \(lesson.id) pins meeting \(pin.meeting), but has \(lesson.meetingsPerWeek).",
        advice: "Meetings are counted from 0.")
      require(
        seen.insert(pin.meeting).inserted, place, "pin.duplicate",
        "Meeting \(pin.meeting) of lesson \(lesson.id) is pinned twice.", advice: "Put both into one pin.")
      require(
        pin.day != nil || pin.start != nil || pin.rooms != nil, place, "pin.empty",
        "A pin of meeting \(pin.meeting) of lesson \(lesson.id) holds nothing.",
        advice: "Give it a day, a start or rooms, or remove it.")
      let fits = facts.placements.contains {
        (pin.day ?? $0.day) == $0.day && (pin.start ?? $0.start) == $0.start
      }
      require(
        fits || facts.placements.isEmpty, place, "pin.off-grid",
        "Meeting \(pin.meeting) of lesson \(lesson.id) is pinned to "
          + "\(pin.day.map(wording.day) ?? "any day") at "
          + "\(pin.start.map { wording.start($0, day: pin.day) } ?? "any time"), where no lesson of "
          + "\(wording.duration(lesson.duration)) can be held.",
        advice: "Pin it to the start of a period that leaves room for it.")
      guard let rooms = pin.rooms else { continue }
      checkReferences(rooms, in: known.rooms, place + "/rooms", from: "a pin of lesson \(lesson.id)", to: "room")
      require(
        rooms.count == lesson.roomNeed.count, place + "/rooms", "pin.room-count",
        "Meeting \(pin.meeting) of lesson \(lesson.id) is pinned to \(Wording.count(rooms.count, "room")), but needs "
          + "\(lesson.roomNeed.count).",
        advice: "Name as many rooms as the lesson needs.")
      for (number, room) in rooms.enumerated() {
        guard let known = index.roomIndex[room], lesson.roomNeed.count > 0 else { continue }
        require(
          facts.rooms.contains(known), "\(place)/rooms/\(number)", "pin.room-unfit",
          "Meeting \(pin.meeting) of lesson \(lesson.id) is pinned to room \(room), which does not fit it.",
          advice: "Check type, features, seats and the list of rooms of the lesson.")
      }
    }
  }
}
