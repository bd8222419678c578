import Patterns

/// Who may attend what, in flat arrays. A request is one student's wish for one course.
struct CompiledSections: Sendable {
  let students: Int
  let requests: Int
  /// Requests of student s: `studentBegin[s]..<studentBegin[s + 1]`.
  let studentBegin: Flat<Int32>
  let studentOf: Flat<Int32>
  let courseOf: Flat<Int32>
  /// Where a request's classes stand, one for each subpart of its configuration, and room for the widest configuration.
  let seatBegin: Flat<Int32>
  let seats: Int
  /// Requests for each course.
  let roster: Rows<Int32>

  /// Configurations of course c: `configurationBegin[c]..<configurationBegin[c + 1]`, likewise subparts of those.
  /// A subpart stands after those in which the parents of its classes are.
  let configurationBegin: Flat<Int32>
  let subpartBegin: Flat<Int32>
  let subparts: Rows<Int32>
  /// Of each class: the subpart's place within the configuration, the configuration, the parent or -1, the limit.
  let subpartOf: Flat<Int32>
  let configurationOf: Flat<Int32>
  let parent: Flat<Int32>
  let limit: Flat<Int32>
  /// Subparts of the configuration that has most.
  let widest: Int
  /// Classes that one student may attend.
  let mostClasses: Int

  init(_ problem: CourseProblem) {
    var configurationBegin: [Int32] = [0]
    var subpartBegin: [Int32] = [0]
    var subparts: [[Int]] = []
    var subpartOf = [Int32](repeating: 0, count: problem.classes.count)
    var configurationOf = subpartOf
    var width: [Int] = []
    for course in problem.courses {
      for configuration in course.configurations where Self.canBeAttended(configuration) {
        for (place, subpart) in Self.parentsFirst(configuration, problem).enumerated() {
          for index in subpart.classes {
            subpartOf[index] = Int32(place)
            configurationOf[index] = Int32(subpartBegin.count - 1)
          }
          subparts.append(subpart.classes)
        }
        subpartBegin.append(Int32(subparts.count))
      }
      configurationBegin.append(Int32(subpartBegin.count - 1))
      width.append(course.configurations.map(\.subparts.count).max() ?? 0)
    }
    var studentBegin: [Int32] = [0]
    var studentOf: [Int32] = []
    var courseOf: [Int32] = []
    var seatBegin: [Int32] = []
    var roster = [[Int]](repeating: [], count: problem.courses.count)
    var seats = 0
    var mostClasses = 0
    for (student, facts) in problem.students.enumerated() {
      for course in facts.courses {
        roster[course].append(courseOf.count)
        studentOf.append(Int32(student))
        courseOf.append(Int32(course))
        seatBegin.append(Int32(seats))
        seats += width[course]
      }
      studentBegin.append(Int32(courseOf.count))
      mostClasses = max(mostClasses, facts.courses.reduce(0) { $0 + width[$1] })
    }
    students = problem.students.count
    requests = courseOf.count
    self.studentBegin = Flat(studentBegin)
    self.studentOf = Flat(studentOf)
    self.courseOf = Flat(courseOf)
    self.seatBegin = Flat(seatBegin)
    self.seats = seats
    self.roster = Rows(roster)
    self.configurationBegin = Flat(configurationBegin)
    self.subpartBegin = Flat(subpartBegin)
    self.subparts = Rows(subparts)
    self.subpartOf = Flat(subpartOf)
    self.configurationOf = Flat(configurationOf)
    parent = Flat(problem.classes.map { Int32($0.parent ?? -1) })
    limit = Flat(problem.classes.map { Int32($0.limit ?? Int(Int32.max)) })
    widest = width.max() ?? 0
    self.mostClasses = mostClasses
  }

  /// The others are left out. Whether parents allow it, only a search can tell.
  private static func canBeAttended(_ configuration: CourseOffering.Configuration) -> Bool {
    !configuration.subparts.isEmpty && configuration.subparts.allSatisfy { !$0.classes.isEmpty }
  }

  /// The subparts so ordered that parents come first; where they go in a circle, as the file has them.
  private static func parentsFirst(_ configuration: CourseOffering.Configuration, _ problem: CourseProblem)
    -> [CourseOffering.Subpart]
  {
    var ordered: [CourseOffering.Subpart] = []
    var seen: Set<Int> = []
    var left = configuration.subparts
    while !left.isEmpty {
      let next =
        left.firstIndex { subpart in
          subpart.classes.allSatisfy { index in problem.classes[index].parent.map(seen.contains) ?? true }
        } ?? 0
      let subpart = left.remove(at: next)
      seen.formUnion(subpart.classes)
      ordered.append(subpart)
    }
    return ordered
  }

  func free() {
    studentBegin.free()
    studentOf.free()
    courseOf.free()
    seatBegin.free()
    roster.free()
    configurationBegin.free()
    subpartBegin.free()
    subparts.free()
    subpartOf.free()
    configurationOf.free()
    parent.free()
    limit.free()
  }
}
