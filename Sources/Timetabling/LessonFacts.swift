/// What follows from the problem for one lesson, whatever the timetable.
public struct LessonFacts: Sendable {
  /// Position of its time grid.
  public let grid: Int
  /// Its weeks within the term.
  public let weeks: WeekSet
  /// The groups it names, sorted.
  public let groups: [Int]
  /// The groups it names and all their parts, sorted: two lessons clash over groups when these meet.
  public let atoms: [Int]
  /// Every group of which somebody may attend: those that share an atom with its groups. Sorted.
  public let attending: [Int]
  /// The atoms without parts, sorted.
  public let leafGroups: [Int]
  /// Teachers of every meeting, in the lesson's order.
  public let teachers: [Int]
  /// Teachers to choose `teachersFromPool` from, in the lesson's order.
  public let pool: [Int]
  /// Named students who attend: those it lists and the members of its groups, sorted.
  public let students: [Int]
  /// Expected attendance.
  public let size: Int
  /// Seats that each of its rooms must have: an equal share of `size`, rounded up.
  public let seatsPerRoom: Int
  /// Rooms that each fit on their own: type, features, allowed list, and seats unless softened. Sorted.
  public let rooms: [Int]
  /// Lessons with equal numbers have equal `rooms`.
  public let roomKind: Int
  /// Every place in the week that its grid and duration allow; pins and blocked spans are not considered.
  public let placements: [TimeSpan]
  /// Lessons with equal numbers have equal `placements`.
  public let placementKind: Int
  public let capacityIsSoft: Bool
  public let studentClashIsSoft: Bool
}

extension LessonFacts {
  static func make(
    problem: Problem, grids: [TimeGridID: Int], teachers: [TeacherID: Int], groups: [ClassGroupID: Int],
    tree: GroupTree, selection: Selection, studentLessons: [[Int]]
  ) -> [LessonFacts] {
    var students = [[Int]](repeating: [], count: problem.lessons.count)
    for (student, lessons) in studentLessons.enumerated() {
      for lesson in lessons { students[lesson].append(student) }
    }
    let softCapacity = softened(.roomCapacity, of: problem, by: selection)
    let softClash = softened(.studentClash, of: problem, by: selection)
    var kinds = LessonKinds(problem)

    return problem.lessons.enumerated().map { position, lesson in
      let grid = lesson.timeGrid.flatMap { grids[$0] } ?? 0
      let known = lesson.groups.compactMap { groups[$0] }
      let atoms = Set(known.flatMap { tree.atoms[$0] }).sorted()
      let size =
        lesson.size
        ?? known.reduce(0) { $0 + problem.groups[$1].size } + lesson.students.count
      let seats = (size + max(1, lesson.roomNeed.count) - 1) / max(1, lesson.roomNeed.count)
      let isSoft = softCapacity.contains(position)
      let room = kinds.room(lesson.roomNeed, seats: isSoft ? 0 : seats)
      let placement = kinds.placement(grid: grid, duration: lesson.duration)
      return LessonFacts(
        grid: grid, weeks: WeekSet(mask: (lesson.weeks ?? problem.term.allWeeks).mask & problem.term.allWeeks.mask),
        groups: Set(known).sorted(), atoms: atoms, attending: Set(atoms.flatMap { tree.containers[$0] }).sorted(),
        leafGroups: Set(known.flatMap { tree.leaves[$0] }).sorted(),
        teachers: lesson.teachers.compactMap { teachers[$0] }, pool: lesson.teacherPool.compactMap { teachers[$0] },
        students: students[position], size: size, seatsPerRoom: seats,
        rooms: kinds.rooms[room], roomKind: room, placements: kinds.placements[placement], placementKind: placement,
        capacityIsSoft: isSoft,
        studentClashIsSoft: softClash.contains(position))
    }
  }

  /// The lessons that a weighted constraint of the kind selects and no hard one does.
  private static func softened(_ kind: ConstraintKind, of problem: Problem, by selection: Selection) -> Set<Int> {
    var soft: Set<Int> = []
    var hard: Set<Int> = []
    for constraint in problem.constraints where constraint.kind == kind {
      let lessons = selection.lessons(of: constraint.selector)
      if constraint.enforcement == .hard { hard.formUnion(lessons) } else { soft.formUnion(lessons) }
    }
    return soft.subtracting(hard)
  }
}
