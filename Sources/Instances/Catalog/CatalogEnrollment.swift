import Patterns

/// Who asks for which courses, in which classes everybody was planted, and how many may attend each.
struct CatalogEnrollment {
  private(set) var students: [CourseStudent] = []
  private(set) var enrollments: [[Int]] = []
  /// Most are nearly full; one class in thirty takes as many as come.
  private(set) var limits: [Int?] = []
  /// Seats that a class's room must have.
  private(set) var sizes: [Int]
  private var load: [Int]

  init(_ plan: CatalogPlan, _ offer: CatalogOffer, _ chance: inout Chance) {
    load = [Int](repeating: 0, count: offer.sections.count)
    sizes = load
    let widths = offer.courses.map { course in
      course.configurations.reduce(0) { sum, way in sum + (way.subparts.map(\.classes.count).max() ?? 0) }
    }
    let programs = Self.programs(widths, &chance)
    for number in 0..<plan.students {
      // One in fifty asks for nothing.
      let courses = chance.below(50) == 0 ? [] : Self.wishes(chance.pick(programs), offer.courses.count, &chance)
      students.append(CourseStudent(id: "\(number + 1)", courses: courses))
      enrollments.append(courses.flatMap { seat(offer.courses[$0], offer) })
    }
    for index in offer.sections.indices {
      let seats = plan.students == 0 ? chance.pick([12, 20, 25, 30, 40, 60, 90]) : load[index]
      sizes[index] = max(5, seats + seats * chance.below(15) / 100)
      limits.append(chance.below(30) == 0 ? nil : sizes[index])
    }
  }

  /// Sets of courses from which those who study the same choose; a course with many classes stands in more of them.
  private static func programs(_ widths: [Int], _ chance: inout Chance) -> [[Int]] {
    let tickets = widths.indices.flatMap { [Int](repeating: $0, count: widths[$0]) }
    return (0..<max(1, widths.count / 6)).map { _ in
      var program: [Int] = []
      for _ in 0..<12 {
        let course = chance.pick(tickets)
        if !program.contains(course) { program.append(course) }
      }
      return program
    }
  }

  /// Three to six of the program; every third student replaces one by any course there is.
  private static func wishes(_ program: [Int], _ courses: Int, _ chance: inout Chance) -> [Int] {
    var wishes = Array(chance.shuffled(program).prefix(3 + chance.below(4)))
    let other = chance.below(courses)
    if chance.happens(33), !wishes.contains(other) { wishes[0] = other }
    return wishes
  }

  /// Of each configuration the emptiest class of each subpart that goes with those above; then the emptier configuration.
  private mutating func seat(_ course: CourseOffering, _ offer: CatalogOffer) -> [Int] {
    let choices = course.configurations.map { configuration in
      configuration.subparts.reduce(into: [Int]()) { chosen, subpart in
        let fitting = subpart.classes.filter { index in offer.sections[index].parent.map(chosen.contains) ?? true }
        if let index = fitting.min(by: { (load[$0], $0) < (load[$1], $1) }) { chosen.append(index) }
      }
    }
    let emptiest = choices.min { one, two in (one.map { load[$0] }.max() ?? 0) < (two.map { load[$0] }.max() ?? 0) }
    for index in emptiest ?? [] { load[index] += 1 }
    return emptiest ?? []
  }
}
