import Control
import Foundation
import Processes
import Testing

@Suite struct SideBySideTests {
  private func ours(_ seed: Int, complete: Bool, after seconds: Double = 1) -> BenchReport.Run {
    BenchReport.Run(
      seed: seed, end: .exited(complete ? 0 : 4),
      output: Data(
        """
        {"lessons": 10, "meetings": 10, "wasCancelled": false,
         "measures": {"seconds": 9, "cpuSeconds": 9, "proposalsPerSecond": 1, "peakMemoryMiB": 1,
                      "firstFeasibleSeconds": \(seconds), "firstFeasibleCPUSeconds": \(seconds / 2)},
         "variants": [{"cost": 0, "scoreCard": {"unplacedMeetings": \(complete ? 0 : 1)}}]}
        """.utf8))
  }

  private func theirs(_ status: PeerRun.Status, after seconds: Double = 3) -> PeerRun {
    PeerRun(
      seed: 1, status: status, message: status == .complete ? "fine" : "Time exceeded", seconds: seconds,
      cpuSeconds: seconds / 2)
  }

  private func row(_ name: String, ours complete: [Bool], theirs: [PeerRun.Status]) -> BenchReport.Row {
    BenchReport.Row(
      instance: name, bestKnown: nil, runs: complete.enumerated().map { ours($0 + 1, complete: $1) },
      peers: theirs.map { self.theirs($0) })
  }

  private func sideBySide(_ rows: BenchReport.Row...) -> SideBySide {
    SideBySide(BenchReport(seconds: 20, threads: 1, rows: rows), peer: "fet-cl")
  }

  @Test func anInstanceIsCompletedByWhoeverCompletesMoreThanHalfOfTheRuns() {
    let result = sideBySide(
      row("a", ours: [true, true, false], theirs: [.complete, .incomplete, .failed]),
      row("b", ours: [true, false], theirs: [.complete, .complete]))

    #expect(result.onlyOurs == ["a"])
    #expect(result.onlyTheirs == ["b"])
  }

  @Test func theLastLinesCountAndNameWhatWeMiss() {
    let lines = sideBySide(
      row("a", ours: [true], theirs: [.complete]), row("b", ours: [false], theirs: [.complete]),
      row("c", ours: [true], theirs: [.incomplete])
    ).text.split(separator: "\n").map(String.init)

    #expect(lines.count == 8)
    #expect(lines[4].hasSuffix("Time exceeded"))
    #expect(lines[5] == "of 3 instances we complete 2, fet-cl 2: both 1, we alone 1, fet-cl alone 1")
    #expect(lines[6] == "completed by fet-cl alone: b")
    #expect(lines[7].hasPrefix("medians over what both complete: ours 1.00 s (CPU 0.50 s), fet-cl 3.00 s (CPU 1.50 s)"))
  }

  @Test func whatWeDoNotReadIsNotCompared() {
    let refused = BenchReport.Row(
      instance: "odd", bestKnown: nil, runs: [BenchReport.Run(seed: 1, end: .exited(3), output: Data())])

    let text = sideBySide(refused).text

    #expect(text.contains("unsupported"))
    #expect(text.contains("of 0 instances"))
  }
}
