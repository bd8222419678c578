import Control
import Optimization
import Testing
import Timetabling

@Suite struct SolveReportTests {
  private func card(_ violations: [ConstraintKind: Int]) -> ScoreCard {
    ScoreCard(
      criteria: [], constraintViolations: Dictionary(uniqueKeysWithValues: violations.map { ($0.rawValue, $1) }),
      hardViolations: 0, placedMeetings: 0, unplacedMeetings: 0)
  }

  @Test(arguments: [
    (ConstraintKind.roomCapacity, 1), (.courseMinWorkingDays, 5), (.groupIsolatedPeriods, 2), (.courseRoomStability, 1),
  ])
  func theCompetitionsCostWeighsEachPartAsItsRulesSay(_ kind: ConstraintKind, _ weight: Int) {
    #expect(SolveReport.ud2Cost(card([kind: 3])) == 3 * weight)
  }

  @Test func theCompetitionsCostIsTheSumOfItsPartsAndOfNothingElse() {
    let violations: [ConstraintKind: Int] = [
      .roomCapacity: 6, .courseMinWorkingDays: 1, .groupIsolatedPeriods: 2, .courseRoomStability: 1,
      .teacherMaxDaysPerWeek: 100,
    ]
    #expect(SolveReport.ud2Cost(card(violations)) == 6 + 5 + 4 + 1)
  }

  @Test func aTableIsAsWideAsItsWidestCells() {
    var table = TextTable(header: ["criterion", "a"])
    table.add(["x", "12"])
    table.add(["longer than the header", "3"])
    #expect(
      table.text == """
        criterion                a
        ──────────────────────  ──
        x                       12
        longer than the header   3
        """)
  }

  @Test(arguments: [(-0.5, "0%"), (0.256, "25%"), (1, "100%"), (7, "100%")])
  func theProgressLineStaysBetweenNothingAndAll(_ fraction: Double, _ shown: String) {
    let progress = GenerationProgress(
      phase: .annealing, variant: "balanced", fraction: fraction, etaLow: 3.2, etaHigh: 9.6, hardViolations: 0,
      unplaced: 0, cost: 17, proposalsPerSecond: 1)
    let text = ProgressLine.text(progress)
    #expect(text.contains(" \(shown) annealing balanced, 3 to 10 s left, 0 unplaced, cost 17"))
    #expect(text.prefix(20).allSatisfy { $0 == "█" || $0 == "░" })
  }
}
