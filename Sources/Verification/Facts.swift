import Timetabling

/// The problem by id, and what the rules need to know of it.
struct Facts {
  let problem: Problem
  let lessons: [LessonID: Lesson]
  let rooms: [RoomID: Room]
  let teachers: [TeacherID: Teacher]
  let groups: [ClassGroupID: ClassGroup]
  let grids: [TimeGridID: TimeGrid]
  let courses: [CourseID: Course]
  let termMask: UInt64
  let calendar: CountedPeriods
  /// For messages alone.
  private let wording: Wording
  /// Each group with itself and all it contains.
  let within: [ClassGroupID: Set<ClassGroupID>]
  /// Each group with the places in the problem of itself and of those that contain it.
  let holding: [ClassGroupID: [Int]]
  /// For each lesson the groups that attend it: those it names and all these contain.
  let attending: [LessonID: Set<ClassGroupID>]
  /// Named students of each lesson.
  let students: [LessonID: Set<StudentID>]
  let softCapacity: Set<LessonID>
  let softStudents: Set<LessonID>

  init(_ problem: Problem) {
    self.problem = problem
    wording = Wording(problem: problem)
    lessons = Self.table(problem.lessons, \.id)
    rooms = Self.table(problem.rooms, \.id)
    teachers = Self.table(problem.teachers, \.id)
    groups = Self.table(problem.groups, \.id)
    grids = Self.table(problem.timeGrids, \.id)
    courses = Self.table(problem.courses, \.id)
    termMask = (0..<64).reduce(0) { $1 < problem.term.weekCount ? $0 | 1 << UInt64($1) : $0 }
    calendar = CountedPeriods(problem.timeGrids)
    let groups = groups
    let within = groups.mapValues { group in
      var found: Set<ClassGroupID> = []
      func visit(_ id: ClassGroupID) {
        guard let group = groups[id], found.insert(id).inserted else { return }
        group.parts.forEach(visit)
      }
      visit(group.id)
      return found
    }
    self.within = within
    holding = problem.groups.enumerated().reduce(into: [:]) { holding, group in
      for part in within[group.element.id] ?? [] { holding[part, default: []].append(group.offset) }
    }

    let members = Dictionary(grouping: problem.students.filter { $0.group != nil }, by: \.group)
    let known = Set(problem.students.map(\.id))
    let attending = lessons.mapValues { lesson in
      lesson.groups.reduce(into: Set<ClassGroupID>()) { $0.formUnion(within[$1] ?? []) }
    }
    self.attending = attending
    students = lessons.mapValues { lesson in
      (attending[lesson.id] ?? []).reduce(into: Set(lesson.students).intersection(known)) { all, group in
        all.formUnion((members[group] ?? []).map(\.id))
      }
    }
    let (lessons, courses) = (lessons, courses)
    func soft(_ kind: ConstraintKind) -> Set<LessonID> {
      let (hard, weighted) = problem.constraints.filter { $0.kind == kind }
        .reduce(into: ([Constraint](), [Constraint]())) { sides, constraint in
          if constraint.enforcement == .hard { sides.0.append(constraint) } else { sides.1.append(constraint) }
        }
      func all(_ constraints: [Constraint]) -> Set<LessonID> {
        Set(constraints.flatMap { Self.select($0.selector, problem, lessons, courses, within).map(\.id) })
      }
      return all(weighted).subtracting(all(hard))
    }
    softCapacity = soft(.roomCapacity)
    softStudents = soft(.studentClash)
  }

  /// The first thing of each id.
  private static func table<Key: Hashable, Value>(_ values: [Value], _ key: (Value) -> Key) -> [Key: Value] {
    values.reduce(into: [:]) { table, value in
      if table[key(value)] == nil { table[key(value)] = value }
    }
  }

  func weeks(of lesson: Lesson) -> UInt64 { (lesson.weeks?.mask ?? termMask) & termMask }

  func grid(of lesson: Lesson) -> TimeGrid? {
    lesson.timeGrid.flatMap { grids[$0] } ?? problem.timeGrids.first
  }

  /// `day 0, from 08:05`, or `day 0, from 2nd hour`.
  func begin(_ minute: MinuteOfDay, day: Int) -> String { "day \(day), from \(wording.start(minute, day: day))" }

  func duration(_ minutes: Int) -> String { wording.duration(minutes) }

  func attending(_ lesson: Lesson) -> Set<ClassGroupID> { attending[lesson.id] ?? [] }

  /// Groups that nothing is part of, among those who attend.
  func smallest(_ groups: Set<ClassGroupID>) -> Set<ClassGroupID> {
    groups.filter { (within[$0] ?? []).count == 1 }
  }

  /// Seats that each room of the lesson must offer.
  func seats(for lesson: Lesson) -> Int {
    let people =
      lesson.size ?? lesson.groups.reduce(lesson.students.count) { $0 + (groups[$1]?.size ?? 0) }
    let shares = max(1, lesson.roomNeed.count)
    return people % shares == 0 ? people / shares : people / shares + 1
  }

  func selected(by selector: Selector) -> [Lesson] {
    Self.select(selector, problem, lessons, courses, within)
  }

  private static func select(
    _ selector: Selector, _ problem: Problem, _ lessons: [LessonID: Lesson], _ courses: [CourseID: Course],
    _ within: [ClassGroupID: Set<ClassGroupID>]
  ) -> [Lesson] {
    var named: [Lesson] = []
    var seen: Set<LessonID> = []
    for id in selector.lessons.isEmpty ? problem.lessons.map(\.id) : selector.lessons {
      if let lesson = lessons[id], seen.insert(id).inserted { named.append(lesson) }
    }
    let wanted = selector.groups.reduce(into: Set<ClassGroupID>()) { $0.formUnion(within[$1] ?? []) }
    return named.filter { lesson in
      let department = lesson.department ?? lesson.course.flatMap { courses[$0]?.department }
      let people = Set(lesson.teachers).union(lesson.teacherPool)
      return (selector.courses.isEmpty || selector.courses.contains { $0 == lesson.course })
        && (selector.teachers.isEmpty || selector.teachers.contains(where: people.contains))
        && (selector.groups.isEmpty
          || lesson.groups.contains { !(within[$0] ?? []).isDisjoint(with: wanted) })
        && (selector.departments.isEmpty || selector.departments.contains { $0 == department })
        && (selector.tags.isEmpty || selector.tags.contains(where: lesson.tags.contains))
    }
  }
}
