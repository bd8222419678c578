import Testing
import Timetabling

@Suite struct DominanceTests {
  private func card(gaps: Int, travel: Int, leftOut: Int = 0, constraints: [String: Int] = [:]) -> ScoreCard {
    ScoreCard(
      criteria: [
        CriterionScore(criterion: .compactness, units: gaps, best: 0, worst: 10),
        CriterionScore(criterion: .travel, units: travel, best: 0, worst: 10),
      ],
      constraintViolations: constraints, hardViolations: 0, placedMeetings: 5, unplacedMeetings: leftOut)
  }

  @Test func whatIsBetterInOneAndWorseInNoneDominates() {
    #expect(card(gaps: 2, travel: 3).dominates(card(gaps: 2, travel: 4)))
    #expect(!card(gaps: 2, travel: 4).dominates(card(gaps: 2, travel: 3)))
  }

  @Test func equalsAndTradesDoNotDominate() {
    #expect(!card(gaps: 2, travel: 3).dominates(card(gaps: 2, travel: 3)))
    #expect(!card(gaps: 1, travel: 4).dominates(card(gaps: 2, travel: 3)))
  }

  @Test func aMeetingLeftOutOrAConstraintBrokenCounts() {
    #expect(!card(gaps: 1, travel: 1, leftOut: 1).dominates(card(gaps: 2, travel: 2)))
    #expect(!card(gaps: 1, travel: 1, constraints: ["lessons.same-day": 1]).dominates(card(gaps: 2, travel: 2)))
    #expect(card(gaps: 2, travel: 2).dominates(card(gaps: 2, travel: 2, constraints: ["lessons.same-day": 1])))
  }
}
