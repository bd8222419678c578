/// A problem with its references resolved to positions: what evaluator, detector, pre-check and engine read.
///
/// Immutable, built once for a problem. It never traps on a wrong problem: of two things with one id the first
/// counts, and references to unknown things are left out (`ProblemCheck` reports both).
public struct ProblemIndex: Sendable {
  public let problem: Problem
  public let scale: PeriodScale
  public let allWeeks: WeekSet

  public let gridIndex: [TimeGridID: Int]
  public let roomIndex: [RoomID: Int]
  public let teacherIndex: [TeacherID: Int]
  public let groupIndex: [ClassGroupID: Int]
  public let studentIndex: [StudentID: Int]
  public let courseIndex: [CourseID: Int]
  public let lessonIndex: [LessonID: Int]

  /// The tree of class groups.
  public let tree: GroupTree
  /// For each teacher and day: the periods that blocked time touches in every week of the term, as bits.
  public let teacherBlocked: [[UInt64]]
  /// For each group and day the same, of itself and of every group that contains it.
  public let groupBlocked: [[UInt64]]
  let selection: Selection
  /// Parallel to `problem.lessons`.
  public let lessons: [LessonFacts]
  /// For each group: the lessons it attends, its own and those of every group that contains it.
  public let groupLessons: [[Int]]
  /// For each named student: the lessons that list the student and those of the student's group.
  public let studentLessons: [[Int]]
  /// For each room: its own zone, else its building's, as a position in `problem.zones`.
  public let roomZones: [Int?]

  public init(_ problem: Problem) {
    self.problem = problem
    scale = PeriodScale(problem.timeGrids)
    allWeeks = problem.term.allWeeks
    gridIndex = Self.positions(problem.timeGrids.map(\.id))
    roomIndex = Self.positions(problem.rooms.map(\.id))
    teacherIndex = Self.positions(problem.teachers.map(\.id))
    groupIndex = Self.positions(problem.groups.map(\.id))
    studentIndex = Self.positions(problem.students.map(\.id))
    courseIndex = Self.positions(problem.courses.map(\.id))
    lessonIndex = Self.positions(problem.lessons.map(\.id))
    tree = GroupTree(problem.groups, positions: groupIndex)

    let zones = Self.positions(problem.zones.map(\.id))
    let buildingZones = Dictionary(
      problem.buildings.map { ($0.id, $0.zone) }, uniquingKeysWith: { first, _ in first })
    roomZones = problem.rooms.map { room in
      (room.zone ?? room.building.flatMap { buildingZones[$0] ?? nil }).flatMap { zones[$0] }
    }

    let (groups, students) = (groupIndex, studentIndex)
    var ownLessons = [[Int]](repeating: [], count: problem.groups.count)
    for (lesson, value) in problem.lessons.enumerated() {
      for group in Set(value.groups.compactMap { groups[$0] }) { ownLessons[group].append(lesson) }
    }
    groupLessons = tree.containers.map { containers in Set(containers.flatMap { ownLessons[$0] }).sorted() }

    var studentLessons = [Set<Int>](repeating: [], count: problem.students.count)
    for (lesson, value) in problem.lessons.enumerated() {
      for student in value.students.compactMap({ students[$0] }) { studentLessons[student].insert(lesson) }
    }
    for (student, value) in problem.students.enumerated() {
      if let group = value.group.flatMap({ groups[$0] }) { studentLessons[student].formUnion(groupLessons[group]) }
    }
    self.studentLessons = studentLessons.map { $0.sorted() }

    let (scale, weeks) = (scale, allWeeks)
    teacherBlocked = problem.teachers.map { scale.blocked(by: $0.availability, in: weeks) }
    let own = problem.groups.map { scale.blocked(by: $0.availability, in: weeks) }
    groupBlocked = tree.containers.map { containers in
      containers.reduce([UInt64](repeating: 0, count: scale.days.count)) { zip($0, own[$1]).map { $0 | $1 } }
    }
    selection = Selection(
      problem: problem, lessons: lessonIndex, groups: groupIndex, courses: courseIndex, tree: tree)
    lessons = LessonFacts.make(
      problem: problem, grids: gridIndex, teachers: teacherIndex, groups: groupIndex, tree: tree, selection: selection,
      studentLessons: self.studentLessons)
  }

  public var atoms: [[Int]] { tree.atoms }
  public var leaves: [[Int]] { tree.leaves }
  public var leafGroups: [Int] { tree.leafGroups }
  public var containers: [[Int]] { tree.containers }

  /// Whether the two groups may have a student in common: one is the other, contains it or shares a part with it.
  public func clash(_ group: Int, _ other: Int) -> Bool { tree.clash(group, other) }

  /// Of the rooms that are known, sorted, each once.
  func positions(of rooms: [RoomID]) -> [Int] {
    rooms.count == 1 ? rooms.compactMap { roomIndex[$0] } : Set(rooms.compactMap { roomIndex[$0] }).sorted()
  }

  static func positions<Subject>(_ ids: [Identifier<Subject>]) -> [Identifier<Subject>: Int] {
    Dictionary(ids.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
  }
}
