/// Scores a solution straight from the definitions, in plain loops: what the search's deltas are checked against.
///
/// Shares no code with the search. Quadratic in the classes of a room and of a distribution.
public struct PlainScorer: Sendable {
  let problem: CourseProblem
  /// From room to room, both directions, only where above 0.
  let travel: [[Int: Int]]

  public init(_ problem: CourseProblem) {
    self.problem = problem
    var travel = [[Int: Int]](repeating: [:], count: problem.rooms.count)
    for (room, facts) in problem.rooms.enumerated() {
      for way in facts.travel {
        travel[room][way.room] = way.slots
        travel[way.room][room] = way.slots
      }
    }
    self.travel = travel
  }

  public func score(_ solution: CourseSolution) -> SolutionScore {
    var score = SolutionScore(
      violations: [:], time: 0, room: 0, distribution: 0, student: 0, weights: problem.weights)
    let placed = placedClasses(of: solution, &score)
    scoreRooms(placed, &score)
    for distribution in problem.distributions { scoreDistribution(distribution, placed, &score) }
    scoreStudents(solution, placed, &score)
    score.violations = score.violations.filter { $0.value > 0 }
    return score
  }

  /// A class where it was placed.
  struct Placed {
    var pattern: MeetingPattern
    var room: Int?
  }

  private func placedClasses(of solution: CourseSolution, _ score: inout SolutionScore) -> [Placed?] {
    problem.classes.indices.map { index in
      let facts = problem.classes[index]
      guard let placement = solution.placements[index], let placed = placed(index, placement) else {
        score.violations[.placed, default: 0] += 1
        return nil
      }
      score.time += facts.times[placement.time].penalty
      score.room += placement.room.map { facts.rooms[$0].penalty } ?? 0
      return placed
    }
  }

  /// Nil for a class without a place, or without the room that it needs.
  func placed(_ index: Int, _ placement: CourseSolution.Placement?) -> Placed? {
    let facts = problem.classes[index]
    guard let placement, facts.rooms.isEmpty == (placement.room == nil) else { return nil }
    return Placed(pattern: facts.times[placement.time].pattern, room: placement.room.map { facts.rooms[$0].room })
  }

  private func scoreRooms(_ placed: [Placed?], _ score: inout SolutionScore) {
    for room in problem.rooms.indices {
      let here = placed.compactMap { $0 }.filter { $0.room == room }.map(\.pattern)
      score.violations[.roomClash, default: 0] += pairs(here).count { $0.overlaps($1) }
      score.violations[.closedRoom, default: 0] += here.count { pattern in
        problem.rooms[room].unavailable.contains { $0.overlaps(pattern) }
      }
    }
  }

  private func scoreStudents(_ solution: CourseSolution, _ placed: [Placed?], _ score: inout SolutionScore) {
    var attendance = [Int](repeating: 0, count: problem.classes.count)
    for (student, classes) in solution.enrollments.enumerated() {
      let mine = Set(classes)
      for index in mine {
        attendance[index] += 1
        if let parent = problem.classes[index].parent, !mine.contains(parent) {
          score.violations[.parent, default: 0] += 1
        }
      }
      score.violations[.sectioning, default: 0] += sectioningErrors(of: mine, in: problem.students[student].courses)
      score.student += pairs(mine.compactMap { placed[$0] }).count { isTooFar($0, $1) }
    }
    for (index, count) in attendance.enumerated() {
      guard let limit = problem.classes[index].limit else { continue }
      score.violations[.limit, default: 0] += max(0, count - limit)
    }
  }

  private func sectioningErrors(of mine: Set<Int>, in wanted: [Int]) -> Int {
    var errors = 0
    var explained = 0
    for course in wanted {
      let attended = problem.courses[course].configurations.filter { configuration in
        configuration.subparts.contains { $0.classes.contains(where: mine.contains) }
      }
      explained += attended.flatMap(\.subparts).flatMap(\.classes).count(where: mine.contains)
      let isRight =
        attended.count == 1 && attended[0].subparts.allSatisfy { $0.classes.count(where: mine.contains) == 1 }
      errors += isRight ? 0 : 1
    }
    return errors + (mine.count - explained)
  }

  /// One person cannot attend both.
  func isTooFar(_ one: Placed, _ two: Placed) -> Bool {
    guard one.pattern.sharesDay(with: two.pattern) else { return false }
    let way = one.room.flatMap { from in two.room.map { travel[from][$0] ?? 0 } } ?? 0
    return one.pattern.end + way > two.pattern.start && two.pattern.end + way > one.pattern.start
  }
}

/// Each two of them, in their order.
func pairs<Element>(_ elements: [Element]) -> [(Element, Element)] {
  elements.indices.flatMap { first in elements[(first + 1)...].map { (elements[first], $0) } }
}

extension MeetingPattern {
  /// Both meet on one day of one week.
  public func sharesDay(with other: MeetingPattern) -> Bool { days & other.days != 0 && weeks & other.weeks != 0 }

  public func overlaps(_ other: MeetingPattern) -> Bool {
    sharesDay(with: other) && start < other.end && other.start < end
  }
}
