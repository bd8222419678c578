import Timetabling

/// From the competition's words to ours.
enum CTTMapping {
  static func problem(_ instance: CTTInstance) -> Problem {
    let minutes = max(1, min(60, (1440 - firstStart) / instance.periodsPerDay))
    let grid = timeGrid(instance, minutes)
    let curricula = Dictionary(
      grouping: instance.curricula.flatMap { curriculum in
        curriculum.courses.map { (course: $0, group: ClassGroupID(curriculum.id)) }
      }, by: \.course)
    let lessons = instance.courses.map { course in
      Lesson(
        id: LessonID(course.id), duration: minutes, meetingsPerWeek: course.lectures,
        groups: curricula[course.id, default: []].map(\.group), teachers: [TeacherID(course.teacher)],
        size: course.students, roomNeed: RoomNeed(rooms: suitableRooms(course, instance)))
    }
    return Problem(
      name: instance.name, term: Term(id: "term", name: "Term", firstDay: "2007-09-03", weekCount: 1),
      timeGrids: [grid], rooms: instance.rooms.map { Room(id: RoomID($0.id), capacity: $0.capacity) },
      teachers: unique(instance.courses.map(\.teacher)).map { Teacher(id: TeacherID($0)) },
      groups: instance.curricula.map { ClassGroup(id: ClassGroupID($0.id), size: 0) }, lessons: lessons,
      constraints: availability(instance, grid, minutes) + workingDays(instance) + objective)
  }

  /// A lesson, room or group stands on one line, and so does what is made of it; a teacher on that of the first course.
  static func places(_ instance: CTTInstance) -> SourcePlaces {
    var places = SourcePlaces()
    func set(_ list: String, _ lines: [Int]) {
      for (index, line) in lines.enumerated() { places.set(list, index, to: "line \(line)") }
    }
    set("lessons", instance.courses.map(\.line))
    set("rooms", instance.rooms.map(\.line))
    set("groups", instance.curricula.map(\.line))
    let teachers = unique(instance.courses.map(\.teacher))
    set("teachers", teachers.map { name in instance.courses.first { $0.teacher == name }?.line ?? 1 })
    return places
  }

  private static let firstStart = 480

  private static let objective = [
    Constraint(id: "curriculum-compactness", kind: .groupIsolatedPeriods, enforcement: .weighted(1)),
    Constraint(id: "room-stability", kind: .courseRoomStability, enforcement: .weighted(1)),
    Constraint(id: "room-capacity", kind: .roomCapacity, enforcement: .weighted(1)),
  ]

  /// Empty where the course may have any room.
  private static func suitableRooms(_ course: CTTInstance.Course, _ instance: CTTInstance) -> [RoomID] {
    guard let unsuitable = instance.unsuitable[course.id] else { return [] }
    return instance.rooms.filter { !unsuitable.contains($0.id) }.map { RoomID($0.id) }
  }

  private static func timeGrid(_ instance: CTTInstance, _ minutes: Int) -> TimeGrid {
    let periods = (0..<instance.periodsPerDay).map {
      Period(
        start: firstStart + $0 * minutes, end: firstStart + ($0 + 1) * minutes, name: "Period \($0 + 1)")
    }
    let days = (0..<instance.days).map { GridDay(name: "Day \($0 + 1)", periods: periods) }
    return TimeGrid(id: "main", days: days, longestBridgedPause: 0, hasClockTimes: false)
  }

  /// A course that is not available somewhere may start everywhere else.
  private static func availability(_ instance: CTTInstance, _ grid: TimeGrid, _ minutes: Int) -> [Constraint] {
    var closed: [String: Set<TimeSpan>] = [:]
    for item in instance.unavailable {
      let start = firstStart + item.period * minutes
      closed[item.course, default: []].insert(TimeSpan(day: item.day, start: start, end: start + minutes))
    }
    let all = grid.placements(duration: minutes)
    return instance.courses.compactMap { course in
      closed[course.id].map { closed in
        Constraint(
          id: ConstraintID("availability-\(course.id)"), kind: .lessonsAllowedStarts,
          selector: Selector(lessons: [LessonID(course.id)]), times: all.filter { !closed.contains($0) })
      }
    }
  }

  /// One constraint for each number of days asked for, over the courses that ask for it.
  private static func workingDays(_ instance: CTTInstance) -> [Constraint] {
    let byDays = Dictionary(grouping: instance.courses.filter { $0.minDays > 1 }, by: \.minDays)
    return byDays.sorted { $0.key < $1.key }.map { days, courses in
      Constraint(
        id: ConstraintID("working-days-\(days)"), kind: .courseMinWorkingDays,
        selector: Selector(lessons: courses.map { LessonID($0.id) }), parameters: ["days": days],
        enforcement: .weighted(1))
    }
  }

  private static func unique(_ names: [String]) -> [String] {
    var seen: Set<String> = []
    return names.filter { seen.insert($0).inserted }
  }
}
