/// How large a catalog of courses to make, and how full its rooms.
///
/// Equal plans give equal catalogs, byte for byte, on every machine.
public struct CatalogPlan: Hashable, Sendable {
  /// Exactly as many come out: 1...20,000.
  public var classes: Int
  /// 0...100,000.
  public var students: Int
  /// Of the term, 1...64.
  public var weeks: Int
  /// Room-hours taught for each room-hour from 8:00 to 20:00 on workdays: 0.1...0.9. Where classes of a size find no
  /// common hours in the rooms that this gives, there are more rooms.
  public var load: Double
  public var seed: UInt64

  /// Four students to a class are usual in the competition's files.
  public init(
    classes: Int = 1_000, students: Int? = nil, weeks: Int = 15, load: Double = 0.5, seed: UInt64 = 1
  ) throws(UniversityPlanError) {
    self.classes = classes
    self.students = students ?? classes * 4
    self.weeks = weeks
    self.load = load
    self.seed = seed
    try check()
  }

  private func check() throws(UniversityPlanError) {
    func require(_ value: Int, _ range: ClosedRange<Int>, _ what: String) throws(UniversityPlanError) {
      if !range.contains(value) { throw .outOfRange(what: what, value: value, range: range) }
    }
    try require(classes, 1...20_000, "classes")
    try require(students, 0...100_000, "students")
    try require(weeks, 1...64, "weeks")
    guard (0.1...0.9).contains(load) else { throw .load(load, 0.1...0.9) }
  }
}
