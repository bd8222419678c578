import Patterns

extension ITC2019 {
  /// The competition's problem file; `read` gives the same problem again.
  public static func write(_ problem: CourseProblem) -> String {
    let weights = problem.weights
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <!DOCTYPE problem PUBLIC "-//ITC 2019//DTD Problem Format/EN" \
      "http://www.itc2019.org/competition-format.dtd">
      <problem name="\(escaped(problem.name))" nrDays="\(problem.days)" nrWeeks="\(problem.weeks)" \
      slotsPerDay="\(problem.slotsPerDay)">
        <optimization time="\(weights.time)" room="\(weights.room)" distribution="\(weights.distribution)" \
      student="\(weights.student)"/>
      \(element("rooms", problem.rooms.map { room($0, problem) }))\
      \(element("courses", problem.courses.map { course($0, problem) }))\
      \(element("distributions", problem.distributions.map { distribution($0, problem) }))\
      \(element("students", problem.students.map { student($0, problem) }))\
      </problem>

      """
  }

  private static func room(_ room: CourseRoom, _ problem: CourseProblem) -> String {
    let ways = room.travel.map { "<travel room=\"\(escaped(problem.rooms[$0.room].id))\" value=\"\($0.slots)\"/>\n" }
    let closures = room.unavailable.map { "<unavailable\(meeting($0, problem))/>\n" }
    return element("room id=\"\(escaped(room.id))\" capacity=\"\(room.capacity)\"", ways + closures)
  }

  private static func course(_ course: CourseOffering, _ problem: CourseProblem) -> String {
    element(
      "course id=\"\(escaped(course.id))\"",
      course.configurations.map { configuration in
        element(
          "config id=\"\(escaped(configuration.id))\"",
          configuration.subparts.map { subpart in
            element(
              "subpart id=\"\(escaped(subpart.id))\"",
              subpart.classes.map { courseClass(problem.classes[$0], problem) })
          })
      })
  }

  private static func courseClass(_ facts: CourseClass, _ problem: CourseProblem) -> String {
    var head = "class id=\"\(escaped(facts.id))\""
    if let limit = facts.limit { head += " limit=\"\(limit)\"" }
    if let parent = facts.parent { head += " parent=\"\(escaped(problem.classes[parent].id))\"" }
    if facts.rooms.isEmpty { head += " room=\"false\"" }
    let rooms = facts.rooms.map {
      "<room id=\"\(escaped(problem.rooms[$0.room].id))\" penalty=\"\($0.penalty)\"/>\n"
    }
    let times = facts.times.map { "<time\(meeting($0.pattern, problem)) penalty=\"\($0.penalty)\"/>\n" }
    return element(head, rooms + times)
  }

  private static func distribution(_ distribution: Distribution, _ problem: CourseProblem) -> String {
    let force = distribution.isRequired ? "required=\"true\"" : "penalty=\"\(distribution.penalty)\""
    return element(
      "distribution type=\"\(distribution.kind)\" \(force)", classes(distribution.classes, problem))
  }

  private static func classes(_ indices: [Int], _ problem: CourseProblem) -> [String] {
    indices.map { "<class id=\"\(escaped(problem.classes[$0].id))\"/>\n" }
  }

  private static func student(_ student: CourseStudent, _ problem: CourseProblem) -> String {
    element(
      "student id=\"\(escaped(student.id))\"",
      student.courses.map { "<course id=\"\(escaped(problem.courses[$0].id))\"/>\n" })
  }

  private static func meeting(_ pattern: MeetingPattern, _ problem: CourseProblem) -> String {
    " days=\"\(bits(UInt64(pattern.days), problem.days))\" start=\"\(pattern.start)\" length=\"\(pattern.length)\""
      + " weeks=\"\(bits(pattern.weeks, problem.weeks))\""
  }

  /// Not indented: real files have a hundred thousand lines.
  private static func element(_ head: String, _ children: [String]) -> String {
    if children.isEmpty { return "<\(head)/>\n" }
    let name = head.prefix { $0 != " " }
    return "<\(head)>\n\(children.joined())</\(name)>\n"
  }
}
