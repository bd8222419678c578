/// Resolves selectors to positions. The lists of a selector narrow together; within a list one match is enough.
struct Selection: Sendable {
  private let problem: Problem
  private let groups: [ClassGroupID: Int]
  private let courses: [CourseID: Int]
  private let tree: GroupTree
  private let lessonPositions: [LessonID: Int]
  /// Where to look: an institution may have thousands of constraints, each about one course, teacher or group.
  private let ofCourse: [CourseID: [Int]]
  private let ofTeacher: [TeacherID: [Int]]
  /// For each group the lessons that name it or a group that contains it.
  private let ofAtom: [[Int]]

  init(
    problem: Problem, lessons: [LessonID: Int], groups: [ClassGroupID: Int], courses: [CourseID: Int], tree: GroupTree
  ) {
    self.problem = problem
    self.groups = groups
    self.courses = courses
    self.tree = tree
    lessonPositions = lessons
    var (ofCourse, ofTeacher): ([CourseID: [Int]], [TeacherID: [Int]]) = ([:], [:])
    var ofAtom = [[Int]](repeating: [], count: problem.groups.count)
    for (position, lesson) in problem.lessons.enumerated() {
      if let course = lesson.course { ofCourse[course, default: []].append(position) }
      for teacher in lesson.teachers + lesson.teacherPool { ofTeacher[teacher, default: []].append(position) }
      for atom in lesson.groups.compactMap({ groups[$0] }).flatMap({ tree.atoms[$0] }) { ofAtom[atom].append(position) }
    }
    (self.ofCourse, self.ofTeacher, self.ofAtom) = (ofCourse, ofTeacher, ofAtom)
  }

  /// In the order of `selector.lessons` where it names lessons, else in the problem's; each once.
  ///
  /// A lesson belongs to a teacher who teaches it or may be chosen to, to a group of which somebody attends it,
  /// and to its own department, or its course's where it names none.
  func lessons(of selector: Selector) -> [Int] {
    let inCourses = Set(selector.courses)
    let withTeachers = Set(selector.teachers)
    let withAtoms = Set(selector.groups.compactMap { groups[$0] }.flatMap { tree.atoms[$0] })
    let inDepartments = Set(selector.departments)
    let withTags = Set(selector.tags)
    return candidates(selector, withAtoms).filter { index in
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

  /// All that one list of the selector leaves, the one that usually leaves fewest.
  private func candidates(_ selector: Selector, _ atoms: Set<Int>) -> [Int] {
    if !selector.lessons.isEmpty {
      var seen: Set<Int> = []
      return selector.lessons.compactMap { lessonPositions[$0] }.filter { seen.insert($0).inserted }
    }
    if !selector.courses.isEmpty { return Set(selector.courses.flatMap { ofCourse[$0] ?? [] }).sorted() }
    if !selector.teachers.isEmpty { return Set(selector.teachers.flatMap { ofTeacher[$0] ?? [] }).sorted() }
    if !selector.groups.isEmpty { return Set(atoms.flatMap { ofAtom[$0] }).sorted() }
    return Array(problem.lessons.indices)
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
    let departments = Set(selector.departments)
    let named = Set(selector.teachers.compactMap { teacherIndex[$0] }).sorted()
    return (selector.teachers.isEmpty ? Array(problem.teachers.indices) : named).filter { teacher in
      departments.isEmpty || problem.teachers[teacher].department.map(departments.contains) == true
    }
  }

  /// Narrowed by groups and departments: the groups themselves, not their parts.
  public func groups(of selector: Selector) -> [Int] {
    let departments = Set(selector.departments)
    let named = Set(selector.groups.compactMap { groupIndex[$0] }).sorted()
    return (selector.groups.isEmpty ? Array(problem.groups.indices) : named).filter { group in
      departments.isEmpty || problem.groups[group].department.map(departments.contains) == true
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
