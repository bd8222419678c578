import Timetabling

/// Courses and their lessons, before anybody knows when they are.
struct Curriculum {
  struct Course {
    var id: String
    var name: String
    var department: Int
    var year: Int
    var kind: Timetabling.Course.Kind
    /// Those who attend the lecture together; empty where students enrol one by one.
    var groups: [Int]
    /// Places of a course that students choose.
    var places = 0
    var lessons: [Int] = []
  }

  struct Lesson {
    var course: Int
    var part: Timetabling.Lesson.Part
    var suffix: String
    /// Periods of one meeting.
    var length: Int
    var meetings: Int
    var groups: [Int]
    var size: Int
    var roomType: String
  }

  /// More would leave a student, and the planting, too little room in a week of 45 periods.
  private static let fullWeek = 26

  private(set) var courses: [Course] = []
  private(set) var lessons: [Lesson] = []
  /// Periods a week of each leaf group, chosen courses not counted.
  private var load: [Int]
  private let faculty: Faculty
  private let laboratories: [String?]

  init(_ plan: UniversityPlan, _ faculty: Faculty, _ chance: inout Chance) throws(UniversityPlanError) {
    self.faculty = faculty
    load = [Int](repeating: 0, count: faculty.groups.count)
    // Few kinds of laboratories where there are few lessons, or each would be one room.
    let kinds = ["computer-lab", "physics-lab", "chemistry-lab", "electronics-lab", "biology-lab", "workshop"]
      .prefix(max(1, min(6, plan.lessons / 500)))
    laboratories = (0..<plan.departments).map { $0 % 5 < 3 ? kinds[$0 % kinds.count] : nil }
    addCourses(plan, &chance)
    try addFurtherLessons(plan.lessons - plan.courses, &chance)
  }

  private mutating func addCourses(_ plan: UniversityPlan, _ chance: inout Chance) {
    let years = plan.departments * Faculty.years
    let counts = Chance.apportion(
      plan.courses, by: (0..<years).map { _ in 4 + chance.below(3) }, least: min(1, plan.courses / years))
    for department in 0..<plan.departments {
      for year in 0..<Faculty.years {
        for number in 0..<counts[department * Faculty.years + year] {
          addCourse(department, year, number, &chance)
        }
      }
    }
  }

  /// The first two courses of a year are for all its students; from the third year on others may be chosen.
  private mutating func addCourse(_ department: Int, _ year: Int, _ number: Int, _ chance: inout Chance) {
    let group = faculty.yearGroups[department][year]
    var course = Course(
      id: "\(Names.code(department))-\(year + 1)\(Names.padded(number + 1, 2))",
      name: "\(faculty.departmentNames[department]) \(year + 1).\(number + 1)", department: department, year: year,
      kind: .core, groups: [group])
    let fate = chance.below(100)
    if year >= 2, number >= 2, fate < 50 {
      course.kind = fate < 35 ? .departmentalElective : .openElective
      course.groups = []
      course.places = 12 + chance.below(30)
    } else if year == 0, fate < 30, faculty.yearGroups.count > 1 {
      // Taught for the first years of other departments, too, all in one hall.
      for _ in 0...chance.below(2) {
        let other = faculty.yearGroups[chance.below(faculty.yearGroups.count)][0]
        if !course.groups.contains(other), !isFull(other, 2 + Self.fullWeek / 2) { course.groups.append(other) }
      }
    }
    courses.append(course)
    // Twice an hour, thrice, or two hours together.
    let fashion = chance.below(100)
    add(
      courses.count - 1, .lecture, "L", length: fashion < 50 ? 1 : 2,
      meetings: fashion < 45 ? 2 : fashion < 50 ? 3 : 1, groups: course.groups)
  }

  /// Tutorials, then laboratories, then more of both, until there are `count` more lessons.
  private mutating func addFurtherLessons(_ count: Int, _ chance: inout Chance) throws(UniversityPlanError) {
    var left = count
    var round = 0
    while left > 0 {
      let before = left
      for course in chance.shuffled(courses.indices) where left > 0 { left -= addRound(round, course, atMost: left) }
      if left == before, round > 2 { throw .tooManyLessons(left: left) }
      round += 1
    }
  }

  /// How many lessons the round brought for the course.
  private mutating func addRound(_ round: Int, _ course: Int, atMost most: Int) -> Int {
    let value = courses[course]
    let laboratory = laboratories[value.department]
    let isLaboratory = round % 2 == 1 && laboratory != nil
    let (length, suffix) = isLaboratory ? (2, "P\(round)") : (1, "T\(round)")
    // A chosen course has a tutorial at most: its students would hardly all be free for more.
    if value.groups.isEmpty {
      guard round == 2 else { return 0 }
      add(course, .tutorial, "T", length: 1, meetings: 1, groups: [])
      return 1
    }
    var audiences = value.groups.flatMap { faculty.leaves(of: $0) }.map { [$0] }
    if audiences.count > most { audiences = [value.groups] }
    if value.groups.contains(where: { isFull($0, length) }) { return 0 }
    for (number, groups) in audiences.enumerated() {
      let name = audiences.count > 1 ? suffix + Names.letter(number) : suffix
      add(
        course, isLaboratory ? .lab : .tutorial, name, length: length, meetings: 1, groups: groups,
        laboratory: isLaboratory ? laboratory : nil)
    }
    return audiences.count
  }

  private mutating func add(
    _ course: Int, _ part: Timetabling.Lesson.Part, _ suffix: String, length: Int, meetings: Int, groups: [Int],
    laboratory: String? = nil
  ) {
    let size = groups.isEmpty ? courses[course].places : groups.reduce(0) { $0 + faculty.groups[$1].size }
    courses[course].lessons.append(lessons.count)
    lessons.append(
      Lesson(
        course: course, part: part, suffix: suffix, length: length, meetings: meetings, groups: groups, size: size,
        roomType: laboratory ?? (size > 60 ? "lecture-hall" : "classroom")))
    for leaf in groups.flatMap({ faculty.leaves(of: $0) }) { load[leaf] += length * meetings }
  }

  private func isFull(_ group: Int, _ more: Int) -> Bool {
    faculty.leaves(of: group).contains { load[$0] + more > Self.fullWeek }
  }
}
