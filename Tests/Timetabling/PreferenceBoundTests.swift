import Testing
import Timetabling

/// The best that wishes allow takes into account that a teacher's meetings cannot start together.
@Suite struct PreferenceBoundTests {
  typealias School = TinySchool

  private func bounds(_ count: Int, _ availability: [Availability]) -> (best: Int, worst: Int) {
    var problem = School.problem(lessons: School.lessons(count, room: .none))
    problem.teachers[0].availability = availability
    return CriterionBounds(ProblemIndex(problem), base: nil).bounds(of: .facultyPreference)
  }

  @Test func oneLikedPeriodServesOneMeeting() {
    let liked = [Availability(span: School.span(0, 0), grade: .wish(3))]
    #expect(bounds(1, liked).best == 0)
    #expect(bounds(2, liked).best == 3)
    #expect(bounds(3, liked).best == 6)
    #expect(bounds(3, liked).worst == 9)
  }

  @Test func aBlockedPeriodIsNoChoice() {
    let liked = [
      Availability(span: School.span(0, 0), grade: .wish(3)), Availability(span: School.span(0, 1), grade: .wish(3)),
    ]
    #expect(bounds(2, liked).best == 0)
    let blocked = Availability(span: School.span(0, 1), grade: .blocked)
    #expect(bounds(2, liked + [blocked]).best == 3)
  }

  /// Against all ways to give three meetings different starts.
  @Test(arguments: 0..<20) func noAssignmentIsBetterThanTheBound(_ seed: Int) {
    var state = UInt64(seed) &* 2_654_435_761 &+ 1
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let grades = (0..<2).flatMap { day in (0..<3).map { (day, $0, next(7) - 3) } }
    let wishes = grades.map { Availability(span: School.span($0.0, $0.1), grade: .wish($0.2)) }
    var problem = School.problem(lessons: School.lessons(3, room: .none))
    problem.teachers[0].availability = wishes
    let index = ProblemIndex(problem)
    let misses = index.lessons[0].placements.map {
      index.missedWish(of: 0, lesson: 0, at: $0, weeks: index.lessons[0].weeks)
    }
    var best = Int.max
    for one in misses.indices {
      for two in misses.indices where two != one {
        for three in misses.indices where three != one && three != two {
          best = min(best, misses[one] + misses[two] + misses[three])
        }
      }
    }
    #expect(CriterionBounds(index, base: nil).bounds(of: .facultyPreference).best == best)
  }
}
