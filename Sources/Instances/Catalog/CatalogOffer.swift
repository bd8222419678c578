import Patterns

/// The courses with their configurations and subparts, and what each class is like.
struct CatalogOffer {
  /// How a class meets.
  struct Shape {
    /// A week.
    var meetings: Int
    var length: Int
    /// Position in `CatalogCalendar.weekPatterns`.
    var weeks: Int
  }

  struct Section {
    var parent: Int?
    var shape: Shape
    var course: Int
  }

  private(set) var courses: [CourseOffering] = []
  private(set) var sections: [Section] = []
  private var subpartCount = 0
  private var configurationCount = 0

  init(_ plan: CatalogPlan, _ calendar: CatalogCalendar, _ chance: inout Chance) {
    while sections.count < plan.classes {
      addCourse(plan.classes - sections.count, partsOfTerm: calendar.weekPatterns.count - 1, &chance)
    }
  }

  /// Many small courses, some with many parallel classes; each seventh can be attended in two ways.
  private mutating func addCourse(_ most: Int, partsOfTerm: Int, _ chance: inout Chance) {
    let groups = chance.pick([1, 1, 1, 1, 2, 2, 3, 4, 6, 10])
    let room = sections.count + most
    var course = CourseOffering(id: "\(courses.count + 1)", configurations: [])
    for _ in 0..<(chance.happens(15) ? 2 : 1) where sections.count < room {
      course.configurations.append(configuration(groups, upTo: room, partsOfTerm, &chance))
    }
    courses.append(course)
  }

  /// Lectures; often groups beside or within them; sometimes laboratories within the groups.
  private mutating func configuration(
    _ groups: Int, upTo room: Int, _ partsOfTerm: Int, _ chance: inout Chance
  ) -> CourseOffering.Configuration {
    let lectures = min(max(1, groups / 3), room - sections.count)
    var subparts = [subpart(lectures, parents: [], lecture(partsOfTerm, &chance))]
    let more = chance.pick([0, 0, 0, 1, 1, 1, 1, 2])
    for number in 0..<more {
      let above = number == 0 ? subparts[0] : subparts[1]
      let parents = chance.happens(70) ? above : []
      let size = max(groups, above.count)
      guard sections.count + size <= room else { break }
      subparts.append(subpart(size, parents: parents, seminar(partsOfTerm, &chance)))
    }
    configurationCount += 1
    return CourseOffering.Configuration(
      id: "\(configurationCount)",
      subparts: subparts.map { classes in
        subpartCount += 1
        return CourseOffering.Subpart(id: "\(subpartCount)", classes: classes)
      })
  }

  /// Parents take turns, so that each has a child.
  private mutating func subpart(_ size: Int, parents: [Int], _ shape: Shape) -> [Int] {
    (0..<size).map { number in
      sections.append(
        Section(parent: parents.isEmpty ? nil : parents[number % parents.count], shape: shape, course: courses.count))
      return sections.count - 1
    }
  }

  private func lecture(_ partsOfTerm: Int, _ chance: inout Chance) -> Shape {
    let (meetings, length) = chance.pick([(1, 18), (1, 22), (1, 36), (2, 15), (2, 15), (2, 18), (3, 10)])
    return Shape(meetings: meetings, length: length, weeks: weeks(partsOfTerm, &chance))
  }

  private func seminar(_ partsOfTerm: Int, _ chance: inout Chance) -> Shape {
    let (meetings, length) = chance.pick([(1, 10), (1, 18), (1, 22), (1, 24), (2, 10)])
    return Shape(meetings: meetings, length: length, weeks: weeks(partsOfTerm, &chance))
  }

  private func weeks(_ partsOfTerm: Int, _ chance: inout Chance) -> Int {
    partsOfTerm > 0 && chance.happens(20) ? 1 + chance.below(partsOfTerm) : 0
  }
}
