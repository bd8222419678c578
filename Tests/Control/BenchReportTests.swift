import Control
import Foundation
import Processes
import Testing

@Suite struct BenchReportTests {
  /// What `solve --json` prints, as far as a benchmark reads it.
  private func output(cost: Int, unplaced: Int = 0, feasible: Double? = 0.5, mebibytes: Double = 40) -> Data {
    Data(
      """
      {"problem": "p", "lessons": 10, "meetings": 12, "wasCancelled": false,
       "measures": {"seconds": 2, "cpuSeconds": 1.5, \(feasible.map { "\"firstFeasibleSeconds\": \($0), " } ?? "")
                    "proposalsPerSecond": 3000000, "peakMemoryMiB": \(mebibytes)},
       "variants": [{"cost": 999, "ud2Cost": \(cost), "scoreCard": {"unplacedMeetings": \(unplaced)}}]}
      """.utf8)
  }

  private func row(_ costs: [Int], best: Int64?) -> BenchReport.Row {
    BenchReport.Row(
      instance: "comp01", bestKnown: best,
      runs: costs.enumerated().map { BenchReport.Run(seed: $0 + 1, end: .exited(0), output: output(cost: $1)) })
  }

  @Test func figuresAreMediansOverTheSeeds() {
    #expect(row([9, 5, 70], best: nil).medianCost == 9)
    #expect(row([9, 5, 70, 11], best: nil).medianCost == 10)
    #expect(row([], best: nil).medianCost == nil)
  }

  @Test func theGapIsTheShareAboveTheBestKnown() {
    #expect(row([6], best: 5).gap == 20)
    #expect(row([0], best: 0).gap == 0)
    #expect(row([3], best: 0).gap == nil)
    #expect(row([3], best: nil).gap == nil)
  }

  /// What `solve --json` prints of a problem in pattern mode.
  private func courses(valid: Bool) -> Data {
    Data(
      """
      {"problem": "p", "classes": 7, "wasCancelled": false, "valid": \(valid), "total": 42,
       "violations": \(valid ? "{}" : "{\"SameStart\": 2}"), "time": 1, "room": 2, "distribution": 3, "student": 4,
       "seconds": 2, "proposals": 1000, "seed": 1, "threads": 2,
       "measures": {"seconds": 2, "cpuSeconds": 1.5, "proposalsPerSecond": 500, "peakMemoryMiB": 40}}
      """.utf8)
  }

  @Test func aProblemInPatternModeIsReadToo() {
    let good = BenchReport.Run(seed: 1, end: .exited(0), output: courses(valid: true))
    let bad = BenchReport.Run(seed: 2, end: .exited(1), output: courses(valid: false))
    let row = BenchReport.Row(instance: "itc", bestKnown: 40, runs: [good, bad])

    #expect(good.status == .complete && good.reason == nil)
    #expect(bad.status == .failed && bad.reason == "not verified: 2 violations of hard rules")
    #expect(row.medianCost == 42 && row.gap == 5)
  }

  @Test func whatIsNotVerifiedStandsBelowTheTableWithItsReason() {
    let runs = [
      BenchReport.Run(seed: 1, end: .killed(signal: 9), output: Data()),
      BenchReport.Run(seed: 2, end: .exited(0), output: Data("nonsense".utf8)),
      BenchReport.Run(seed: 3, end: .exited(7), output: Data()),
    ]
    let text = BenchReport(
      seconds: 1, threads: 1, rows: [BenchReport.Row(instance: "x", bestKnown: nil, runs: runs)]
    ).text

    #expect(text.contains("x, seed 1: it was ended by signal 9"))
    #expect(text.contains("x, seed 2: what it printed could not be read"))
    #expect(text.contains("x, seed 3: it ended with status 7"))
  }

  @Test func costsOfPartialTimetablesAreNoMedians() {
    let runs = [output(cost: 5, unplaced: 3), output(cost: 9)].enumerated().map {
      BenchReport.Run(seed: $0 + 1, end: .exited($0 == 0 ? 4 : 0), output: $1)
    }

    #expect(BenchReport.Row(instance: "x", bestKnown: nil, runs: runs).medianCost == 9)
    #expect(BenchReport.Row(instance: "x", bestKnown: nil, runs: [runs[0]]).medianCost == nil)
  }

  @Test(arguments: [
    (ChildEnd.exited(0), true, BenchReport.Status.complete), (.exited(4), true, .incomplete),
    (.exited(1), true, .failed), (.exited(0), false, .failed), (.exited(2), false, .wrongInput),
    (.exited(3), false, .unsupported), (.killed(signal: 9), false, .failed),
  ])
  func howARunEndedTellsWhatItIsWorth(_ end: ChildEnd, _ hasAnswer: Bool, _ status: BenchReport.Status) {
    let run = BenchReport.Run(seed: 1, end: end, output: hasAnswer ? output(cost: 1) : Data())

    #expect(run.status == status)
  }

  @Test func theTableHasALineForEachInstanceAndTheSum() {
    let refused = BenchReport.Row(
      instance: "odd", bestKnown: nil, runs: [BenchReport.Run(seed: 1, end: .exited(3), output: Data())])
    let report = BenchReport(seconds: 10, threads: 1, rows: [row([6, 8, 7], best: 5), refused])

    let lines = report.text.split(separator: "\n").map(String.init)

    #expect(lines.count == 7)
    #expect(lines[2].hasPrefix("comp01") && lines[2].contains("40.0") && lines[2].hasSuffix("3 of 3"))
    #expect(lines[3].hasPrefix("odd") && lines[3].hasSuffix("unsupported"))
    #expect(lines[4] == "sum of 1 median costs 7, of best known 5; mean gap 40.0 %")
    #expect(lines[5] == "odd, seed 1: the instance uses what is not supported, which was printed")
  }

  @Test func everyRunStandsInTheJSON() throws {
    let report = BenchReport(seconds: 10, threads: 1, rows: [row([6, 8], best: 5)])

    let document = try #require(try JSONSerialization.jsonObject(with: report.json()) as? [String: Any])

    let rows = try #require(document["rows"] as? [[String: Any]])
    #expect((rows.first?["runs"] as? [Any])?.count == 2)
    #expect(rows.first?["bestKnown"] as? Int == 5)
  }

  @Test func publishedCostsAreFoundByName() throws {
    let file = Data(
      #"{"best_known": {"v": [5, 24], "literature": [7, 7, 64]}, "instances": {"tg-fal17": 4215}}"#.utf8)

    let known = try PublishedCosts(file)

    #expect(known["comp01"] == 5)
    #expect(known["comp02"] == 24)
    #expect(known["comp03"] == 64)
    #expect(known["tg-fal17"] == 4215)
    #expect(known["comp04"] == nil)
  }

  @Test(arguments: [
    ("a/comp01.ctt", "comp01"), ("b/x.fet.gz", "x"), ("c/y.v2.json", "y.v2"), ("d/z.json.gz", "z"), ("plain", "plain"),
  ])
  func anInstanceIsNamedAfterItsFile(file: String, name: String) {
    #expect(InstanceFiles.name(of: file) == name)
  }
}
