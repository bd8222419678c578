/// Resolves selectors to positions. The lists of a selector narrow together; within a list one match is enough.
struct Selection: Sendable {
  private let problem: Problem
  private let groups: [ClassGroupID: Int]
  private let courses: [CourseID: Int]
  private let tree: GroupTree
  private let lessonPositions: [LessonID: Int]

  init(
    problem: Problem, lessons: [LessonID: Int], groups: [ClassGroupID: Int], courses: [CourseID: Int], tree: GroupTree
  ) {
    self.problem = problem
    self.groups = groups
    self.courses = courses
    self.tree = tree
    lessonPositions = lessons
  }

  /// In the order of `selector.lessons` where it names lessons, else in the problem's; each once.
  ///
  /// A lesson belongs to a teacher who teaches it or may be chosen to, to a group of which somebody attends it,
  /// and to its own department, or its course's where it names none.
  func lessons(of selector: Selector) -> [Int] {
    var seen: Set<Int> = []
    let candidates =
      selector.lessons.isEmpty
      ? Array(problem.lessons.indices)
      : selector.lessons.compactMap { lessonPositions[$0] }.filter { seen.insert($0).inserted }
    let inCourses = Set(selector.courses)
    let withTeachers = Set(selector.teachers)
    let withAtoms = Set(selector.groups.compactMap { groups[$0] }.flatMap { tree.atoms[$0] })
    let inDepartments = Set(selector.departments)
    let withTags = Set(selector.tags)
    return candidates.filter { index in
      let lesson = problem.lessons[index]
      if !inCourses.isEmpty, lesson.course.map(inCourses.contains) != true { return false }
      if !withTeachers.isEmpty, withTeachers.isDisjoint(with: lesson.teachers + lesson.teacherPool) { return false }
      if !selector.groups.isEmpty {
        let atoms = lesson.groups.compactMap { groups[$0] }.flatMap { tree.atoms[$0] }
        if withAtoms.isDisjoint(with: atoms) { return false }
      }
      if !inDepartments.isEmpty, department(of: lesson).map(inDepartments.contains) != true { return false }
      return withTags.isEmpty || !withTags.isDisjoint(with: lesson.tags)
    }
  }

  private func department(of lesson: Lesson) -> DepartmentID? {
    lesson.department ?? lesson.course.flatMap { courses[$0] }.flatMap { problem.courses[$0].department }
  }
}

extension ProblemIndex {
  /// In the order of `selector.lessons` where it names lessons, else in the problem's; each once.
  public func lessons(of selector: Selector) -> [Int] {
    selection.lessons(of: selector)
  }

  /// Narrowed by teachers and departments.
  public func teachers(of selector: Selector) -> [Int] {
    let named = Set(selector.teachers)
    let departments = Set(selector.departments)
    return problem.teachers.indices.filter { index in
      let teacher = problem.teachers[index]
      return (named.isEmpty || named.contains(teacher.id))
        && (departments.isEmpty || teacher.department.map(departments.contains) == true)
    }
  }

  /// Narrowed by groups and departments: the groups themselves, not their parts.
  public func groups(of selector: Selector) -> [Int] {
    let named = Set(selector.groups)
    let departments = Set(selector.departments)
    return problem.groups.indices.filter { index in
      let group = problem.groups[index]
      return (named.isEmpty || named.contains(group.id))
        && (departments.isEmpty || group.department.map(departments.contains) == true)
    }
  }

  /// What a constraint is counted for: teachers, lessons, or groups. Groups are their leaf groups, each once, but
  /// for isolated periods.
  public func subjects(of constraint: Constraint) -> [Int] {
    switch constraint.kind.subject {
    case .teachers: teachers(of: constraint.selector)
    case .lessons: lessons(of: constraint.selector)
    case .groups:
      if constraint.kind == .groupIsolatedPeriods {
        groups(of: constraint.selector)
      } else {
        Set(groups(of: constraint.selector).flatMap { leaves[$0] }).sorted()
      }
    }
  }
}
