/// Departments, programs, teachers, class groups, students and courses.
extension ProblemChecker {
  mutating func checkPeople() {
    checkIDs(problem.departments.map(\.id), "departments", of: "department")
    checkIDs(problem.programs.map(\.id), "programs", of: "program")
    checkIDs(problem.teachers.map(\.id), "teachers", of: "teacher")
    checkIDs(problem.students.map(\.id), "students", of: "student")
    for (position, program) in problem.programs.enumerated() {
      checkReference(
        program.department, in: known.departments, "/programs/\(position)/department", from: "program \(program.id)",
        to: "department")
    }
    for (position, teacher) in problem.teachers.enumerated() {
      let (place, owner) = ("/teachers/\(position)", "teacher \(teacher.id)")
      checkReference(teacher.department, in: known.departments, place + "/department", from: owner, to: "department")
      checkRange(teacher.maxMinutesPerDay, 0...1440, place + "/maxMinutesPerDay", "the daily maximum of \(owner)")
      checkRange(
        teacher.maxMinutesPerWeek, 0...(1440 * ProblemCheck.Limit.days), place + "/maxMinutesPerWeek",
        "the weekly maximum of \(owner)")
      checkAvailability(teacher.availability, place + "/availability", of: owner)
    }
    for (position, student) in problem.students.enumerated() {
      let (place, owner) = ("/students/\(position)", "student \(student.id)")
      checkReference(student.group, in: known.groups, place + "/group", from: owner, to: "group")
      checkRange(student.year, 0...100, place + "/year", "the year of \(owner)")
    }
  }

  mutating func checkGroups() {
    checkIDs(problem.groups.map(\.id), "groups", of: "group")
    for (position, group) in problem.groups.enumerated() {
      let (place, owner) = ("/groups/\(position)", "class group \(group.id)")
      checkRange(group.size, 0...ProblemCheck.Limit.people, place + "/size", "the size of \(owner)")
      checkRange(group.year, 0...100, place + "/year", "the year of \(owner)")
      checkReference(group.department, in: known.departments, place + "/department", from: owner, to: "department")
      checkReference(group.program, in: known.programs, place + "/program", from: owner, to: "program")
      checkReference(group.homeRoom, in: known.rooms, place + "/homeRoom", from: owner, to: "room")
      checkReferences(group.parts, in: known.groups, place + "/parts", from: owner, to: "group")
      checkAvailability(group.availability, place + "/availability", of: owner)
      if let cycle = cycle(through: position) {
        report(
          place + "/parts", "group.cycle",
          "\(owner.sentence) is a part of itself: \(cycle.map(\.rawValue).joined(separator: " contains ")).",
          advice: "Take one of these parts out.")
      }
    }
  }

  /// The way from a group back to itself through its parts, or nil.
  private func cycle(through start: Int) -> [ClassGroupID]? {
    var cameFrom: [Int: Int] = [:]
    var open = [start]
    while let next = open.popLast() {
      for part in problem.groups[next].parts.compactMap({ index.groupIndex[$0] }) {
        if part == start {
          var path = [problem.groups[start].id]
          var step = next
          while step != start {
            path.append(problem.groups[step].id)
            step = cameFrom[step] ?? start
          }
          path.append(problem.groups[start].id)
          return path.reversed()
        }
        if cameFrom[part] == nil {
          cameFrom[part] = next
          open.append(part)
        }
      }
    }
    return nil
  }

  mutating func checkCourses() {
    checkIDs(problem.courses.map(\.id), "courses", of: "course")
    for (position, course) in problem.courses.enumerated() {
      let (place, owner) = ("/courses/\(position)", "course \(course.id)")
      checkReference(course.department, in: known.departments, place + "/department", from: owner, to: "department")
      checkRange(course.year, 0...100, place + "/year", "the year of \(owner)")
      require(
        course.credits.map { $0 >= 0 && $0 <= 1000 } ?? true, place + "/credits", "number.out-of-range",
        "The credits of \(owner) are \(course.credits ?? 0).", advice: "They must lie between 0 and 1000.")
    }
  }
}
