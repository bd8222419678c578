import Optimization
import Testing
import Timetabling

/// A rule is broken for good only by what the missing lessons cannot mend. One group, two days of four periods.
@Suite struct PartialWeeksTests {
  @Test func aGapIsNoViolationWhileALessonCanFillIt() {
    #expect(broken([0, 2], of: 3, .groupMaxGapsPerWeek, "max", 0) == 0)
    #expect(broken([0, 3], of: 3, .groupMaxGapsPerWeek, "max", 0) > 0)
    #expect(broken([0, 3], of: 3, .groupMaxGapsPerWeek, "max", 1) == 0)
    #expect(broken([0, 2], of: 2, .groupMaxGapsPerWeek, "max", 0) > 0)
  }

  @Test func gapsOfADayAreJudgedAlike() {
    #expect(broken([0, 2], of: 3, .groupMaxGapsPerDay, "max", 0) == 0)
    #expect(broken([0, 2, 4, 6], of: 5, .groupMaxGapsPerDay, "max", 0) > 0)
    #expect(broken([0, 2, 4, 6], of: 4, .groupMaxGapsPerDay, "max", 1) == 0)
  }

  @Test func aLateStartWaitsForTheLessonBeforeIt() {
    #expect(broken([1, 5], of: 4, .groupMaxLateStarts, "max", 0) == 0)
    #expect(broken([1, 5], of: 3, .groupMaxLateStarts, "max", 0) > 0)
    #expect(broken([1, 5], of: 3, .groupMaxLateStarts, "max", 1) == 0)
  }

  @Test func withoutGapsALateStartNeedsAllPeriodsBeforeIt() {
    let rules: [(ConstraintKind, String, Int)] = [(.groupMaxGapsPerWeek, "max", 0), (.groupMaxLateStarts, "max", 0)]
    #expect(broken([2], of: 2, rules) > 0)
    #expect(broken([2], of: 3, rules) == 0)
  }

  @Test func aShortDayWaitsForMore() {
    #expect(broken([0, 4], of: 4, .groupMinPeriodsPerDay, "min", 2) == 0)
    #expect(broken([0, 4], of: 3, .groupMinPeriodsPerDay, "min", 2) > 0)
  }

  @Test func whatOnlyGrowsIsCountedAtOnce() {
    #expect(broken([0, 4], of: 8, .groupMaxDaysPerWeek, "max", 1) > 0)
    #expect(broken([0, 1, 2], of: 8, .groupMaxPeriodsPerDay, "max", 2) > 0)
    #expect(broken([0, 3], of: 8, .groupMaxSpanPerDay, "max", 3) > 0)
    #expect(broken([0, 1], of: 8, .groupMaxPeriodsInRow, "max", 1) > 0)
    #expect(broken([0, 2], of: 8, .groupMaxPeriodsInRow, "max", 1) == 0)
  }

  /// Two gaps to fill, but the day holds no more than three periods.
  @Test func gapsThatMustBeFilledNeedRoomUnderTheDaysLimit() {
    let gaps: (ConstraintKind, String, Int) = (.groupMaxGapsPerWeek, "max", 0)
    #expect(broken([0, 3], of: 8, [gaps, (.groupMaxPeriodsPerDay, "max", 3)]) > 0)
    #expect(broken([0, 2], of: 8, [gaps, (.groupMaxPeriodsPerDay, "max", 3)]) == 0)
  }

  private func broken(_ places: [Int], of count: Int, _ kind: ConstraintKind, _ parameter: String, _ value: Int) -> Int
  {
    broken(places, of: count, [(kind, parameter, value)])
  }

  /// `places`: period + 4 × day of the first lessons; the others have no place.
  private func broken(_ places: [Int], of count: Int, _ rules: [(ConstraintKind, String, Int)]) -> Int {
    var school = TinySchool(days: 2, periods: 4)
    for number in 0..<count { school.add(Lesson(id: LessonID("L\(number)"), duration: 60, groups: ["A"])) }
    school.problem.constraints = rules.enumerated().map { number, rule in
      Constraint(id: ConstraintID("\(number)"), kind: rule.0, parameters: [rule.1: rule.2])
    }
    let entries = places.enumerated().map { number, place in
      let start = 480 + 60 * (place % 4)
      return Entry(
        lesson: LessonID("L\(number)"), meeting: 0, weeks: .first(4),
        time: TimeSpan(day: place / 4, start: start, end: start + 60), rooms: ["R1"], teachers: [])
    }
    return SeedingTrial(school.problem, from: Timetable(entries: entries)).brokenForGood
  }
}
