import Timetabling

/// Splitmix64: the same seed gives the same institution everywhere.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

/// A small institution with a bit of everything, and entries to try in its timetable.
struct RandomInstitution {
  private(set) var generator: SeededGenerator
  private(set) var problem: Problem

  init(seed: UInt64, constraints: Int = 3) {
    var generator = SeededGenerator(seed: seed)
    problem = Self.people(&generator)
    problem.lessons = (0..<8).map { Self.lesson($0, &generator) }
    problem.constraints = (0..<constraints).map { Self.constraint($0, &generator) }
    self.generator = generator
  }

  private static func grid(_ id: TimeGridID, _ starts: [Int], length: Int, pause: Int) -> TimeGrid {
    TimeGrid(
      id: id,
      days: (0..<4).map { day in
        GridDay(
          name: "day \(day)",
          periods: starts.map { Period(start: $0, end: $0 == 600 ? 630 : $0 + length, isTeaching: $0 != 600) })
      }, longestBridgedPause: pause)
  }

  private static func people(_ generator: inout SeededGenerator) -> Problem {
    let week = (0..<4).flatMap { day in [480, 540, 630, 690, 750].map { TimeSpan(day: day, start: $0, end: $0 + 60) } }
    func away(_ count: Int, _ generator: inout SeededGenerator) -> [Availability] {
      week.shuffled(using: &generator).prefix(count).map {
        Availability(span: $0, grade: .blocked, weeks: Bool.random(using: &generator) ? nil : .odd(4))
      }
    }
    let rooms = (0..<4).map { number in
      Room(
        id: RoomID("R\(number)"), type: number == 3 ? "lab" : "classroom", capacity: 15 + 10 * number,
        features: number > 1 ? ["projector"] : [], isVirtual: number == 0,
        dailyBookingLimit: number == 2 ? 2 : nil, availability: away(1, &generator))
    }
    let teachers = (0..<4).map { number in
      Teacher(
        id: TeacherID("T\(number)"), department: number < 2 ? "D" : nil, maxMinutesPerDay: number == 1 ? 120 : nil,
        maxMinutesPerWeek: number == 2 ? 180 : nil, availability: away(2, &generator))
    }
    let groups = [
      ClassGroup(id: "G", size: 20, parts: ["A", "B"], availability: away(1, &generator)),
      ClassGroup(id: "A", size: 12), ClassGroup(id: "B", size: 8, department: "D", availability: away(1, &generator)),
      ClassGroup(id: "H", size: 10, parts: ["B"]),
    ]
    return Problem(
      name: "random", term: Term(id: "t", name: "Term", firstDay: "2026-09-07", weekCount: 4),
      timeGrids: [
        grid("hours", [480, 540, 600, 630, 690], length: 60, pause: 10),
        grid("blocks", [480, 570, 660, 840], length: 80, pause: 10),
      ],
      rooms: rooms, departments: [Department(id: "D", name: "D")], teachers: teachers, groups: groups,
      students: [Student(id: "s", group: "A"), Student(id: "r", group: "B"), Student(id: "q")])
  }

  private static func lesson(_ number: Int, _ generator: inout SeededGenerator) -> Lesson {
    func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &generator) < percent }
    let hasPool = chance(25)
    var lesson = Lesson(id: LessonID("L\(number)"), duration: chance(70) ? 60 : 120)
    lesson.meetingsPerWeek = chance(70) ? 1 : 2
    lesson.weeks = chance(60) ? nil : chance(50) ? .odd(4) : .even(4)
    lesson.timeGrid = chance(80) ? nil : "blocks"
    lesson.groups = chance(80) ? [["G", "A", "B", "H"].randomElement(using: &generator) ?? "G"] : []
    lesson.students = chance(30) ? [["s", "r", "q"].randomElement(using: &generator) ?? "q"] : []
    lesson.teachers = hasPool ? [] : [TeacherID("T\(Int.random(in: 0..<4, using: &generator))")]
    lesson.teacherPool = hasPool ? ["T0", "T1", "T3"] : []
    lesson.teachersFromPool = hasPool ? 1 : 0
    lesson.roomNeed = RoomNeed(
      count: chance(10) ? 0 : chance(10) ? 2 : 1, types: chance(15) ? ["lab"] : [],
      features: chance(15) ? ["projector"] : [], rooms: chance(15) ? ["R1", "R2"] : [])
    lesson.department = chance(30) ? "D" : nil
    lesson.tags = chance(40) ? ["tag"] : []
    if chance(15) { lesson.pins = [Pin(day: chance(50) ? 0 : nil, start: 540, rooms: nil)] }
    return lesson
  }

  private static func constraint(_ number: Int, _ generator: inout SeededGenerator) -> Constraint {
    let kind = ConstraintKind.allCases.randomElement(using: &generator) ?? .roomCapacity
    var selector = Selector()
    switch kind.subject {
    case .teachers: if Bool.random(using: &generator) { selector.departments = ["D"] }
    case .groups: if Bool.random(using: &generator) { selector.groups = ["G"] }
    case .lessons:
      let some = (0..<8).shuffled(using: &generator).prefix(3).map { LessonID("L\($0)") }
      switch Int.random(in: 0..<4, using: &generator) {
      case 0: selector.lessons = some
      case 1: selector.tags = ["tag"]
      case 2: selector.groups = ["H"]
      default: selector.teachers = ["T0", "T1"]
      }
    }
    let isSoft = (kind == .roomCapacity || kind == .studentClash) && Bool.random(using: &generator)
    var constraint = Constraint(
      id: ConstraintID("c\(number)"), kind: kind, selector: selector, enforcement: isSoft ? .weighted(1) : .hard)
    for parameter in kind.parameters {
      let highest = min(parameter.range.upperBound, parameter.range.lowerBound + 3)
      constraint.parameters[parameter.name] = Int.random(in: parameter.range.lowerBound...highest, using: &generator)
    }
    if kind.needsTimes {
      constraint.times = (0..<4).map { TimeSpan(day: $0, start: 480, end: 690) }
    }
    if kind.needsRooms { constraint.rooms = ["R1", "R3"] }
    return constraint
  }

  /// A place for a meeting that is right in most respects, and now and then wrong in one.
  mutating func entry(for lesson: Lesson, meeting: Int, teachers: [TeacherID]?) -> Entry {
    func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &generator) < percent }
    let grid = problem.timeGrids.first { $0.id == lesson.timeGrid } ?? problem.timeGrids[0]
    var time =
      grid.placements(duration: lesson.duration).randomElement(using: &generator)
      ?? TimeSpan(day: 0, start: 480, end: 540)
    if chance(3) { time.start += 5 }
    if chance(3) { time.end += 5 }
    let rooms = problem.rooms.map(\.id).shuffled(using: &generator).prefix(
      lesson.roomNeed.count + (chance(3) ? 1 : 0))
    let chosen =
      teachers ?? lesson.teachers + lesson.teacherPool.shuffled(using: &generator).prefix(lesson.teachersFromPool)
    return Entry(
      lesson: lesson.id, meeting: meeting + (chance(2) ? 1 : 0),
      weeks: chance(3) ? .first(1) : lesson.weeks ?? problem.term.allWeeks, time: time, rooms: Array(rooms),
      teachers: chance(3) ? [] : chosen, kind: chance(3) ? .makeup : .regular)
  }
}
