import Timetabling

/// All rules of a problem that a time model can hold, those people find most telling first.
struct RuleBook: Sendable {
  /// Leaf groups with the very same lessons, and these lessons.
  struct Cohort: Sendable {
    let groups: [Int]
    let lessons: [Int]
  }

  /// A set of rooms that some lessons are bound to.
  struct RoomKind: Sendable {
    let rooms: [Int]
    /// Lessons that may go nowhere else while every rule holds.
    let lessons: [Int]
  }

  /// So many room kinds are counted at most, the smallest first.
  private static let mostRoomKinds = 200

  let rules: [Rule]
  let cohorts: [Cohort]
  /// Named students with the very same lessons, which no class group attends all of.
  let enrolled: [Cohort]
  let roomKinds: [RoomKind]
  /// Lessons that each teacher surely gives, and those for which each may be chosen.
  let taught: [[Int]]
  let maybe: [[Int]]
  let pools: OpenPools
  /// What the model leaves out, in words.
  let omissions: [String]

  init(_ index: ProblemIndex) {
    let problem = index.problem
    let surely = index.lessons.indices.map { Self.sureTeachers($0, index) }
    taught = Self.invert(surely, count: problem.teachers.count)
    let pools = OpenPools(index)
    self.pools = pools
    maybe = problem.teachers.indices.map { teacher in
      pools.all.filter { $0.candidates.contains(teacher) }.map(\.lesson).sorted()
    }
    cohorts = Self.cohorts(index)
    enrolled = Self.enrolled(index, beside: cohorts.map(\.lessons) + taught)
    roomKinds = Self.roomKinds(index)
    omissions = Self.omissions(index, pools)
    rules = Self.rules(index, taught, maybe, pools, cohorts, enrolled, roomKinds)
  }

  /// Those of every meeting, and a pool of which nobody is spared.
  private static func sureTeachers(_ lesson: Int, _ index: ProblemIndex) -> [Int] {
    let facts = index.lessons[lesson]
    let pool = Set(facts.pool).subtracting(facts.teachers)
    let all = pool.count <= index.problem.lessons[lesson].teachersFromPool ? facts.teachers + pool : facts.teachers
    return Set(all).sorted()
  }

  private static func invert(_ rows: [[Int]], count: Int) -> [[Int]] {
    var inverse = [[Int]](repeating: [], count: count)
    for (row, values) in rows.enumerated() { for value in values { inverse[value].append(row) } }
    return inverse
  }

  private static func cohorts(_ index: ProblemIndex) -> [Cohort] {
    var groups: [[Int]: [Int]] = [:]
    for group in index.leafGroups where !index.groupLessons[group].isEmpty {
      groups[index.groupLessons[group], default: []].append(group)
    }
    return groups.map { Cohort(groups: $0.value, lessons: $0.key) }.sorted { $0.groups[0] < $1.groups[0] }
  }

  private static func enrolled(_ index: ProblemIndex, beside known: [[Int]]) -> [Cohort] {
    let listed = Set(index.problem.lessons.flatMap(\.students))
    let sets = known.map(Set.init)
    var students: [[Int]: [Int]] = [:]
    for (student, value) in index.problem.students.enumerated() where listed.contains(value.id) {
      let hard = index.studentLessons[student].filter { !index.lessons[$0].studentClashIsSoft }
      if !hard.isEmpty { students[hard, default: []].append(student) }
    }
    return students.filter { lessons, _ in !sets.contains { $0.isSuperset(of: lessons) } }
      .map { Cohort(groups: $0.value, lessons: $0.key) }.sorted { $0.groups[0] < $1.groups[0] }
  }

  /// The sets of rooms that lessons choose from, and unions of those that overlap (Hall's condition needs them).
  private static func roomKinds(_ index: ProblemIndex) -> [RoomKind] {
    let narrowing = RoomChoice(index)
    let sets = index.lessons.indices.map { Set(narrowing.fewest(lesson: $0)) }
    let bases = index.lessons.map { Set($0.rooms) }
    let needing = index.lessons.indices.filter { index.problem.lessons[$0].roomNeed.count > 0 }
    let kinds = HallSets.closure(
      of: needing.flatMap { [sets[$0], bases[$0]] }.filter { rooms in
        !rooms.isEmpty && !rooms.contains { index.problem.rooms[$0].isVirtual }
      }, limit: mostRoomKinds)
    return kinds.compactMap { rooms in
      let within = Set(rooms)
      let lessons = needing.filter { !sets[$0].isEmpty && sets[$0].isSubset(of: within) }
      let asked = lessons.reduce(0) {
        $0 + index.problem.lessons[$1].meetingsPerWeek * index.problem.lessons[$1].roomNeed.count
      }
      let isAlwaysOpen = rooms.allSatisfy { room in
        !index.problem.rooms[room].availability.contains { $0.grade == .blocked }
          && index.problem.rooms[room].dailyBookingLimit == nil
      }
      // As many rooms as meetings: never too few.
      return lessons.isEmpty || (isAlwaysOpen && asked <= rooms.count) ? nil : RoomKind(rooms: rooms, lessons: lessons)
    }
  }

  private static func omissions(_ index: ProblemIndex, _ pools: OpenPools) -> [String] {
    var words: [String] = []
    if pools.leftOut > 0 {
      words.append("the choice of teachers from pools (\(Wording.count(pools.leftOut, "lesson")))")
    }
    let candidates = Set(pools.all.flatMap(\.candidates))
    let bound = index.problem.constraints.filter { $0.enforcement == .hard && $0.kind.subject == .teachers }
      .reduce(into: Set<Int>()) { $0.formUnion(index.subjects(of: $1)) }.intersection(candidates)
    if !bound.isEmpty {
      words.append(
        "constraints on the weeks of teachers, for lessons that they may be chosen for "
          + "(\(Wording.count(bound.count, "teacher")))")
    }
    let roomKinds: Set<ConstraintKind> = [.lessonsSameRoom, .courseRoomStability]
    for kind in ConstraintKind.allCases where roomKinds.contains(kind) {
      let count = index.problem.constraints.count { $0.kind == kind && $0.enforcement == .hard }
      if count > 0 { words.append("hard constraints of kind \(kind.rawValue) (\(count))") }
    }
    let ofSeveral = index.problem.constraints.count { constraint in
      constraint.kind == .lessonsAllowedRooms && constraint.enforcement == .hard
        && index.lessons(of: constraint.selector).contains { index.problem.lessons[$0].roomNeed.count > 1 }
    }
    if ofSeveral > 0 {
      words.append(
        "hard constraints of kind \(ConstraintKind.lessonsAllowedRooms.rawValue) on meetings of several rooms "
          + "(\(ofSeveral))")
    }
    return words
  }

  private static func rules(
    _ index: ProblemIndex, _ taught: [[Int]], _ maybe: [[Int]], _ pools: OpenPools, _ cohorts: [Cohort],
    _ enrolled: [Cohort], _ kinds: [RoomKind]
  ) -> [Rule] {
    let problem = index.problem
    func isBlocked(_ availability: [Availability]) -> Bool { availability.contains { $0.grade == .blocked } }
    var rules: [Rule] = []
    for (lesson, value) in problem.lessons.enumerated() {
      for pin in value.pins.indices where value.pins[pin].meeting < value.meetingsPerWeek {
        rules.append(.pin(lesson: lesson, pin: pin))
      }
    }
    rules += pools.all.map { .pool($0.lesson) }
    for (teacher, value) in problem.teachers.enumerated() where !taught[teacher].isEmpty || !maybe[teacher].isEmpty {
      if meetingCount(taught[teacher] + maybe[teacher], index) > 1 { rules.append(.teacher(teacher)) }
      if isBlocked(value.availability) { rules.append(.teacherBlocked(teacher)) }
      if value.maxMinutesPerDay != nil || value.maxMinutesPerWeek != nil { rules.append(.teacherMinutes(teacher)) }
    }
    rules += cohorts.indices.filter { meetingCount(cohorts[$0].lessons, index) > 1 }.map(Rule.group)
    let attending = Set(index.lessons.flatMap(\.attending))
    rules += problem.groups.indices.filter { attending.contains($0) && isBlocked(problem.groups[$0].availability) }
      .map(Rule.groupBlocked)
    rules += kinds.indices.map(Rule.rooms)
    let narrowing = RoomChoice(index)
    rules += problem.lessons.indices.filter { narrowing.isEver(lesson: $0, below: problem.lessons[$0].roomNeed.count) }
      .map(Rule.noRoom)
    let counted = Set(kinds.flatMap(\.rooms))
    rules += counted.sorted().filter { isBlocked(problem.rooms[$0].availability) }.map(Rule.roomClosed)
    rules += kinds.indices.filter { kinds[$0].rooms.allSatisfy { problem.rooms[$0].dailyBookingLimit != nil } }
      .map(Rule.roomBookings)
    rules += enrolled.indices.filter { meetingCount(enrolled[$0].lessons, index) > 1 }.map(Rule.students)
    rules += problem.lessons.indices.filter { problem.lessons[$0].meetingsPerWeek > 1 }.map(Rule.meetings)
    rules += problem.constraints.indices.filter { ConstraintRows.canHold(problem.constraints[$0]) }
      .map(Rule.constraint)
    return rules.enumerated().sorted { ($0.element.kind.rawValue, $0.offset) < ($1.element.kind.rawValue, $1.offset) }
      .map(\.element)
  }

  private static func meetingCount(_ lessons: [Int], _ index: ProblemIndex) -> Int {
    lessons.reduce(0) { $0 + index.problem.lessons[$1].meetingsPerWeek }
  }
}
