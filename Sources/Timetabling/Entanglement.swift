/// How much a problem's parts multiply with one another: what an index of it takes grows with products of its lists,
/// so that a short document can ask for more memory than a machine has.
///
/// Counted from the plain lists, in time that grows with the document, and given up at the first bound.
enum Entanglement {
  enum Bound {
    /// Groups within groups, each counted with all that contain it.
    static let nestings = 2_000_000
    /// Lessons that students attend, and that groups are part of.
    static let attendances = 20_000_000
    /// Rooms that kinds of lessons may choose from.
    static let roomChoices = 20_000_000
    /// Places in the week that kinds of lessons may choose from.
    static let placements = 10_000_000
    /// Lessons that constraints are about.
    static let constrained = 20_000_000
  }

  static func issue(in problem: Problem) -> DataIssue? {
    if let places = placements(of: problem), places > Bound.placements {
      return excess("/timeGrids", "\(places) places in the week", Bound.placements)
    }
    let constrained = constrainedLessons(in: problem)
    if constrained > Bound.constrained {
      return excess("/constraints", "\(constrained) lessons under constraints", Bound.constrained)
    }
    let rooms = kindsOfNeeds(in: problem) * problem.rooms.count
    if rooms > Bound.roomChoices { return excess("/rooms", "\(rooms) choices of rooms", Bound.roomChoices) }
    guard let lessons = lessonsByGroup(in: problem) else {
      return excess("/groups", "more groups within groups", Bound.nestings)
    }
    var attendances = lessons.values.reduce(0, +)
    for student in problem.students { attendances += student.group.flatMap { lessons[$0] } ?? 0 }
    if attendances > Bound.attendances {
      return excess("/students", "\(attendances) attendances of lessons", Bound.attendances)
    }
    return nil
  }

  private static func excess(_ place: String, _ what: String, _ bound: Int) -> DataIssue {
    DataIssue(
      place: place, code: "size.too-entangled",
      message: "The institution's lists make \(what) together; at most \(bound) are taken. "
        + "Maybe split it into several problems.")
  }

  private static func placements(of problem: Problem) -> Int? {
    let sizes = Dictionary(
      problem.timeGrids.map { grid in (grid.id, grid.days.reduce(0) { $0 + $1.periods.count }) },
      uniquingKeysWith: { first, _ in first })
    guard let first = problem.timeGrids.first?.id else { return nil }
    var durations: [TimeGridID: Set<Int>] = [:]
    for lesson in problem.lessons { durations[lesson.timeGrid ?? first, default: []].insert(lesson.duration) }
    return durations.reduce(0) { $0 + $1.value.count * (sizes[$1.key] ?? 0) }
  }

  /// A selector without lists that leave few lessons looks at all of them.
  private static func constrainedLessons(in problem: Problem) -> Int {
    problem.constraints.reduce(0) { sum, constraint in
      let selector = constraint.selector
      let isWide = selector.courses.isEmpty && selector.teachers.isEmpty && selector.groups.isEmpty
      return sum + (selector.lessons.isEmpty && isWide ? problem.lessons.count : selector.lessons.count)
    }
  }

  private static func kindsOfNeeds(in problem: Problem) -> Int {
    struct Kind: Hashable {
      var types: [String]
      var features: [String]
      var rooms: [RoomID]
    }
    return Set(
      problem.lessons.map { Kind(types: $0.roomNeed.types, features: $0.roomNeed.features, rooms: $0.roomNeed.rooms) }
    ).count
  }

  /// For each group the lessons of its own and of all that contain it; nil beyond the bound of nestings.
  private static func lessonsByGroup(in problem: Problem) -> [ClassGroupID: Int]? {
    let positions = ProblemIndex.positions(problem.groups.map(\.id))
    let parts = problem.groups.map { $0.parts.compactMap { positions[$0] } }
    var own = [Int](repeating: 0, count: problem.groups.count)
    for lesson in problem.lessons {
      for group in lesson.groups.compactMap({ positions[$0] }) { own[group] += 1 }
    }
    var lessons = own
    var steps = 0
    for group in parts.indices where !parts[group].isEmpty {
      var seen: Set<Int> = [group]
      var open = [group]
      while let next = open.popLast() {
        steps += parts[next].count
        guard steps <= Bound.nestings else { return nil }
        for part in parts[next] where seen.insert(part).inserted {
          lessons[part] += own[group]
          open.append(part)
        }
      }
    }
    return Dictionary(
      zip(problem.groups.map(\.id), lessons).map { ($0, $1) }, uniquingKeysWith: { first, _ in first })
  }
}
