import Timetabling

/// A small problem with a bit of everything: two grids, alternating weeks, sub-groups, named students, pools, several
/// rooms at once, virtual rooms, zones, wishes, limits.
struct RandomProblem {
  var problem: Problem
  private var state: UInt64

  init(seed: UInt64, lessons: Int = 24) {
    state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    problem = Problem(
      name: "random \(seed)", term: Term(id: "t", name: "t", firstDay: "2026-09-07", weekCount: 6),
      timeGrids: [TinySchool.grid("main", days: 4, periods: 6)])
    problem.timeGrids.append(TinySchool.grid("late", days: 4, periods: 4, from: 570, minutes: 60))
    problem.zones = ["north", "south"].map { Zone(id: ZoneID($0), name: $0) }
    problem.rooms = (0..<6).map { number in
      Room(
        id: RoomID("R\(number)"), capacity: 15 + 10 * number, zone: number % 2 == 0 ? "north" : "south",
        isVirtual: number == 5, dailyBookingLimit: number == 1 ? 3 : nil,
        availability: number == 2
          ? [Availability(span: TimeSpan(day: 0, start: 480, end: 600), grade: .blocked, weeks: .odd(6))] : [])
    }
    problem.groups = (0..<6).map { ClassGroup(id: ClassGroupID("G\($0)"), size: 12 + $0) }
    problem.groups[0].parts = ["G4", "G5"]
    problem.groups[1].homeRoom = "R1"
    problem.teachers = (0..<7).map { number in
      var teacher = Teacher(id: TeacherID("T\(number)"))
      if number == 0 { teacher.maxMinutesPerDay = 180 }
      if number == 1 { teacher.maxMinutesPerWeek = 600 }
      teacher.availability = [
        Availability(span: TimeSpan(day: number % 4, start: 480, end: 660), grade: .wish(number % 2 == 0 ? 2 : -3)),
        Availability(span: TimeSpan(day: (number + 1) % 4, start: 540, end: 600), grade: .wish(-1), weeks: .even(6)),
      ]
      return teacher
    }
    problem.teachers[2].availability.append(Availability(span: TimeSpan(day: 3, start: 480, end: 840), grade: .blocked))
    // Lunch: no gap, and where the day's first period is blocked, no late start.
    problem.teachers[4].availability.append(Availability(span: TimeSpan(day: 1, start: 600, end: 660), grade: .blocked))
    for group in 1..<4 {
      problem.groups[group].availability = (0..<4).map {
        Availability(span: TimeSpan(day: $0, start: $0 == 2 ? 480 : 600, end: $0 == 2 ? 540 : 660), grade: .blocked)
      }
    }
    problem.students = (0..<10).map { Student(id: StudentID("S\($0)"), group: $0 < 3 ? "G4" : nil) }
    for number in 0..<lessons { problem.lessons.append(lesson(number)) }
  }

  mutating func below(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(bound))
  }

  private mutating func lesson(_ number: Int) -> Lesson {
    var lesson = Lesson(id: LessonID("L\(number)"), duration: below(4) == 0 ? 120 : 60)
    lesson.meetingsPerWeek = 1 + below(3)
    lesson.groups = [ClassGroupID("G\(below(6))")]
    lesson.teachers = [TeacherID("T\(below(7))")]
    if below(5) == 0 { lesson.weeks = below(2) == 0 ? .odd(6) : .even(6) }
    if below(5) == 0 { lesson.timeGrid = "late" }
    if below(4) == 0 { lesson.students = (0..<3).map { _ in StudentID("S\(below(10))") }.uniqued() }
    if below(6) == 0 {
      lesson.teachers = []
      lesson.teacherPool = ["T3", "T4", "T5"]
      lesson.teachersFromPool = 1
    }
    switch below(8) {
    case 0: lesson.roomNeed = .none
    case 1: lesson.roomNeed = RoomNeed(count: 2, wished: ["R3"])
    default: lesson.roomNeed = RoomNeed(wished: below(3) == 0 ? ["R4"] : [])
    }
    return lesson
  }

  /// One constraint of the kind about a few random lessons or people.
  mutating func constraint(_ kind: ConstraintKind, _ enforcement: Constraint.Enforcement) -> Constraint {
    var constraint = Constraint(id: ConstraintID("c \(kind.rawValue)"), kind: kind, enforcement: enforcement)
    switch kind.subject {
    case .teachers: constraint.selector.teachers = (0..<3).map { _ in TeacherID("T\(below(7))") }
    case .groups: constraint.selector.groups = (0..<3).map { _ in ClassGroupID("G\(below(6))") }
    case .lessons:
      let count = kind == .lessonsGrouped ? 3 : 6
      while constraint.selector.lessons.count < count {
        let lesson = LessonID("L\(below(problem.lessons.count))")
        if !constraint.selector.lessons.contains(lesson) { constraint.selector.lessons.append(lesson) }
      }
    }
    for parameter in kind.parameters {
      constraint.parameters[parameter.name] = min(
        parameter.range.upperBound, max(parameter.range.lowerBound, below(3)))
    }
    if kind.needsTimes {
      constraint.times = (0..<3).map { number in
        let start = 480 + 60 * below(4)
        return TimeSpan(day: number, start: start, end: start + 120)
      }
    }
    if kind.needsRooms { constraint.rooms = ["R1", "R3"] }
    return constraint
  }
}

extension Array where Element: Hashable {
  fileprivate func uniqued() -> [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
