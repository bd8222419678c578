/// How large a university to make, and how full.
///
/// Equal plans give equal universities, byte for byte, on every machine.
public struct UniversityPlan: Hashable, Sendable {
  /// 1...2,000.
  public var departments: Int
  /// One lecture each at least.
  public var courses: Int
  /// Exactly as many come out. Every third lesson or so meets twice a week.
  public var lessons: Int
  /// Named people, all in a year group of one department.
  public var students: Int
  /// Room-hours taught for each room-hour that is open, of the physical rooms together: 0.3...0.98.
  public var load: Double
  public var seed: UInt64

  /// Sizes left out follow from `lessons` in the proportions of the university that the requirements describe:
  /// 127 departments, 2,320 courses, 7,000 lessons (about 8,300 meetings a week) and 19,000 students.
  public init(
    departments: Int? = nil, courses: Int? = nil, lessons: Int = 7_000, students: Int? = nil, load: Double = 0.75,
    seed: UInt64 = 1
  ) throws(UniversityPlanError) {
    self.lessons = lessons
    self.departments = departments ?? max(1, Self.share(of: lessons, 127))
    self.courses = courses ?? max(self.departments, Self.share(of: lessons, 2_320))
    self.students = students ?? Self.share(of: lessons, 19_000)
    self.load = load
    self.seed = seed
    try check()
  }

  private static func share(of lessons: Int, _ ofSevenThousand: Int) -> Int {
    (lessons * ofSevenThousand + 3_500) / 7_000
  }

  private func check() throws(UniversityPlanError) {
    func require(_ value: Int, _ range: ClosedRange<Int>, _ what: String) throws(UniversityPlanError) {
      if !range.contains(value) { throw .outOfRange(what: what, value: value, range: range) }
    }
    try require(departments, 1...2_000, "departments")
    try require(courses, departments...50_000, "courses")
    try require(lessons, courses...100_000, "lessons")
    try require(students, (departments * Faculty.years)...500_000, "students")
    guard (0.3...0.98).contains(load) else { throw .load(load, 0.3...0.98) }
  }
}

public enum UniversityPlanError: Error, Equatable, CustomStringConvertible {
  case outOfRange(what: String, value: Int, range: ClosedRange<Int>)
  case load(Double, ClosedRange<Double>)
  /// The week of somebody would be too full: `left` lessons found no group with time for them.
  case tooManyLessons(left: Int)
  /// The groups that attend the course together have no hour in common left.
  case noCommonTime(course: String)

  public var description: String {
    switch self {
    case .outOfRange(let what, let value, let range):
      "\(value) \(what) were asked for.\nMaybe a number from \(range.lowerBound) to \(range.upperBound)."
    case .load(let load, let range):
      "A room load of \(load) was asked for.\nMaybe a number from \(range.lowerBound) to \(range.upperBound)."
    case .tooManyLessons(let left):
      "\(left) of the lessons would not fit into the weeks of the class groups.\nMaybe ask for more courses or departments."
    case .noCommonTime(let course):
      "The class groups of course \(course) have no hour in common.\nMaybe take another seed, or fewer lessons."
    }
  }
}
