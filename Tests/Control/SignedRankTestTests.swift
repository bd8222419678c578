import Control
import Foundation
import Processes
import Testing

@Suite struct SignedRankTestTests {
  @Test func alwaysBetterIsAsRareAsAllSignsEqual() {
    #expect(SignedRankTest([1, 2, 3, 4, 5]).probability == 2.0 / 32)
    #expect(SignedRankTest([-1, -2, -3, -4, -5, -6, -7, -8]).probability == 2.0 / 256)
  }

  @Test func balancedOrNoDifferencesProveNothing() {
    #expect(SignedRankTest([1, -1, 2, -2]).probability == 1)
    #expect(SignedRankTest([0, 0]).probability == 1)
    #expect(SignedRankTest([0, 0]).count == 0)
  }

  @Test func theTextbookCaseOfTenPairs() {
    // Ranks of the positive ones: 1 + 2 + 6 = 9 of 55. All 1,024 ways to give signs are counted.
    let test = SignedRankTest([1, 2, -3, -4, -5, 6, -7, -8, -9, -10])
    let ways = (0..<1024).count { signs in
      let sum = (0..<10).reduce(0) { $0 + (signs >> $1 & 1) * ($1 + 1) }
      return min(sum, 55 - sum) <= 9
    }
    #expect(abs(test.probability - Double(ways) / 1024) < 1e-12)
  }

  @Test func onlyRunsThatPlacedEquallyMuchAreCompared() {
    func row(_ costs: [(cost: Int, unplaced: Int)]) -> BenchReport.Row {
      BenchReport.Row(
        instance: "a", bestKnown: nil,
        runs: costs.enumerated().map { seed, run in
          let text = """
            {"lessons": 1, "meetings": 9, "wasCancelled": false,
             "measures": {"seconds": 2, "cpuSeconds": 1.5, "proposalsPerSecond": 3, "peakMemoryMiB": 40},
             "variants": [{"cost": \(run.cost), "scoreCard": {"unplacedMeetings": \(run.unplaced)}}]}
            """
          return BenchReport.Run(seed: seed, end: .exited(0), output: Data(text.utf8))
        })
    }
    let differences = AblationReport.differences([row([(100, 0), (10, 0)])], [row([(125, 0), (50, 1)])])
    #expect(differences == [0.2])
    let report = AblationReport(settings: [
      .init(name: "(everything)", rows: [row([(100, 0)])]), .init(name: "crossing", rows: [row([(125, 0)])]),
    ])
    #expect(report.text.contains("crossing") && report.text.contains("+20.0"))
  }
}
