import Patterns

/// Small problems with everything in them: all nineteen distributions, required and not, two configurations, parents,
/// tight limits, ways, closed rooms, weeks of many kinds.
struct RandomCourseProblem {
  private var random: SplitMix

  init(seed: UInt64) { random = SplitMix(seed) }

  /// Distributions of `kinds` only, each once required and once with a penalty.
  static func make(seed: UInt64, kinds: [Distribution.Kind] = allKinds) -> CourseProblem {
    var maker = RandomCourseProblem(seed: seed)
    return maker.problem(kinds)
  }

  static let allKinds: [Distribution.Kind] = [
    .sameStart, .sameTime, .differentTime, .sameDays, .differentDays, .sameWeeks, .differentWeeks, .sameRoom,
    .differentRoom, .overlap, .notOverlap, .sameAttendees, .precedence, .workDay(7), .minGap(2), .maxDays(2),
    .maxDayLoad(5), .maxBreaks(1, gap: 1), .maxBlock(4, gap: 1),
  ]

  private mutating func problem(_ kinds: [Distribution.Kind]) -> CourseProblem {
    var problem = CourseProblem(
      name: "random", days: 4, slotsPerDay: 12, weeks: 5,
      weights: CostWeights(time: 2, room: 1, distribution: 5, student: 3))
    problem.rooms = (0..<4).map { index in
      CourseRoom(
        id: "r\(index)", capacity: 10 * index,
        // One room names a way to itself, and two a way to one another: what stands last holds, also where it is none.
        travel: [0, 2, 1, 2][index...index].map { CourseRoom.Travel(room: $0, slots: random.below(4)) },
        unavailable: index == 2 ? [pattern(), pattern()] : [])
    }
    addCourse(to: &problem, configurations: [[2, 3], [2]], hasParents: true)
    addCourse(to: &problem, configurations: [[3]], hasParents: false)
    addCourse(to: &problem, configurations: [[1, 2, 2]], hasParents: true)
    let count = problem.classes.count
    for kind in kinds {
      for isRequired in [true, false] {
        // Some with so many classes that the search lists them by days.
        let size = random.below(4) == 0 ? count : 2 + random.below(3)
        var members = Array(0..<count)
        for index in members.indices { members.swapAt(index, random.below(count)) }
        problem.distributions.append(
          Distribution(
            kind, isRequired: isRequired, penalty: 1 + random.below(4), classes: Array(members.prefix(size))))
      }
    }
    problem.students = (0..<9).map { index in
      CourseStudent(id: "s\(index)", courses: index % 3 == 0 ? [0, 1, 2] : [index % 3, (index + 1) % 3])
    }
    return problem
  }

  private mutating func addCourse(to problem: inout CourseProblem, configurations: [[Int]], hasParents: Bool) {
    var course = CourseOffering(id: "c\(problem.courses.count)", configurations: [])
    for sizes in configurations {
      var configuration = CourseOffering.Configuration(id: "f\(course.configurations.count)", subparts: [])
      var parents: [Int] = []
      for size in sizes {
        var classes: [Int] = []
        for number in 0..<size {
          classes.append(problem.classes.count)
          problem.classes.append(
            CourseClass(
              id: "k\(problem.classes.count)", limit: random.below(3) == 0 ? nil : 2 + random.below(4),
              parent: hasParents && !parents.isEmpty ? parents[number % parents.count] : nil,
              times: (0..<(1 + random.below(5))).map { _ in
                TimeOption(pattern: pattern(), penalty: random.below(5))
              },
              rooms: random.below(5) == 0
                ? []
                : (0..<4).filter { _ in random.below(2) == 0 }.map { RoomOption(room: $0, penalty: random.below(3)) }))
        }
        configuration.subparts.append(CourseOffering.Subpart(id: "p", classes: classes))
        parents = classes
      }
      course.configurations.append(configuration)
    }
    problem.courses.append(course)
  }

  private mutating func pattern() -> MeetingPattern {
    let weeks: [UInt64] = [0b11111, 0b10101, 0b01010, 0b00111, 0b11000, 0b00100]
    return MeetingPattern(
      days: UInt16(1 + random.below(15)), weeks: weeks[random.below(weeks.count)], start: random.below(9),
      length: 1 + random.below(3))
  }
}

extension SplitMix {
  mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }
}
