/// What teachers miss at the placements of their lessons, worked out once for each teacher and kind of placements.
public struct MissedWishes {
  private struct Key: Hashable {
    let teacher: Int
    let placementKind: Int
    let weeks: WeekSet
  }

  private let index: ProblemIndex
  private let hasWishes: [Bool]
  private var known: [Key: [Int]] = [:]

  public init(_ index: ProblemIndex) {
    self.index = index
    hasWishes = index.problem.teachers.map { $0.availability.contains { $0.grade != .blocked } }
  }

  /// Parallel to the lesson's placements; empty for a teacher without wishes.
  public mutating func row(of teacher: Int, lesson: Int) -> [Int] {
    guard hasWishes[teacher] else { return [] }
    let facts = index.lessons[lesson]
    let key = Key(teacher: teacher, placementKind: facts.placementKind, weeks: facts.weeks)
    if let row = known[key] { return row }
    let row = facts.placements.map { index.missedWish(of: teacher, lesson: lesson, at: $0, weeks: facts.weeks) }
    known[key] = row
    return row
  }
}
