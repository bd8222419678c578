public import Tenancy
public import Timetabling

extension Problem {
  /// Whose consent a decision on one lesson needs: its own department's, or its course's, or everybody's. The schema's
  /// `departments_concerned` says the same of all lessons together.
  public func reach(of lesson: Lesson) -> DepartmentReach {
    if let department = Owners(self).owner(of: lesson) { return .departments([department.rawValue]) }
    return departments.isEmpty ? .institution : .departments(Set(departments.map(\.id.rawValue)))
  }
}

extension DepartmentReach {
  /// Whose consent it needs that `new` takes the place of `old`. A department's are its people, class groups, courses
  /// and lessons; term, bell times, places and rules are everybody's. What changes hands concerns both sides.
  ///
  /// - Parameter known: the departments of the tenant's other terms, which a new term concerns as well
  init(replacing old: Problem?, by new: Problem, known: Set<String>) {
    var change = ProblemChange()
    if let old {
      let (before, after) = (Owners(old), Owners(new))
      change.compare(old.departments, new.departments, \.id, { $0.id }, { $0.id })
      change.compare(old.programs, new.programs, \.id, \.department, \.department)
      change.compare(old.teachers, new.teachers, \.id, \.department, \.department)
      change.compare(old.groups, new.groups, \.id, \.department, \.department)
      change.compare(old.students, new.students, \.id, before.owner(of:), after.owner(of:))
      change.compare(old.courses, new.courses, \.id, \.department, \.department)
      change.compare(old.lessons, new.lessons, \.id, before.owner(of:), after.owner(of:))
      if !old.sharesPlacesAndRules(with: new) { change.isShared = true }
    }
    guard old == nil || change.isShared else {
      self = .departments(change.departments)
      return
    }
    let all = known.union([old, new].flatMap { $0?.departments.map(\.id.rawValue) ?? [] })
    self = all.isEmpty ? .institution : .departments(all)
  }
}

/// What of two problems differs, by the departments it belongs to.
private struct ProblemChange {
  var departments: Set<String> = []
  /// Something that belongs to no department differs, or the order of something, which is part of a problem's content.
  var isShared = false

  mutating func compare<Thing: Hashable, ID: Hashable>(
    _ old: [Thing], _ new: [Thing], _ id: (Thing) -> ID, _ before: (Thing) -> DepartmentID?,
    _ after: (Thing) -> DepartmentID?
  ) {
    guard old != new else { return }
    let earlier = Dictionary(old.map { (id($0), $0) }) { first, _ in first }
    let later = Dictionary(new.map { (id($0), $0) }) { first, _ in first }
    for thing in old where later[id(thing)] != thing { note(before(thing)) }
    for thing in new where earlier[id(thing)] != thing { note(after(thing)) }
    if old.map(id).filter({ later[$0] != nil }) != new.map(id).filter({ earlier[$0] != nil }) { isShared = true }
  }

  private mutating func note(_ owner: DepartmentID?) {
    if let owner { departments.insert(owner.rawValue) } else { isShared = true }
  }
}

/// Where things of one problem belong that name no department themselves.
private struct Owners {
  private let groups: [ClassGroupID: DepartmentID?]
  private let courses: [CourseID: DepartmentID?]

  init(_ problem: Problem) {
    groups = Dictionary(problem.groups.map { ($0.id, $0.department) }) { first, _ in first }
    courses = Dictionary(problem.courses.map { ($0.id, $0.department) }) { first, _ in first }
  }

  func owner(of lesson: Lesson) -> DepartmentID? {
    lesson.department ?? lesson.course.flatMap { courses[$0] ?? nil }
  }

  func owner(of student: Student) -> DepartmentID? { student.group.flatMap { groups[$0] ?? nil } }
}

extension Problem {
  fileprivate func sharesPlacesAndRules(with other: Problem) -> Bool {
    name == other.name && term == other.term && timeGrids == other.timeGrids && zones == other.zones
      && travelTimes == other.travelTimes && buildings == other.buildings && rooms == other.rooms
      && constraints == other.constraints
  }
}
