import Control
import Foundation
import Interchange
import Optimization
import Testing
import Timetabling

/// What `score` and `why` say first of a timetable that breaks rules or leaves meetings out.
@Suite struct TimetableFaultsTests {
  private static let cases: URL = {
    var root = URL(fileURLWithPath: #filePath)
    for _ in 0..<2 { root.deleteLastPathComponent() }
    return root.appendingPathComponent("Fixtures/Cases")
  }()

  private func read(_ name: String) throws -> (ProblemIndex, Timetable) {
    let folder = Self.cases.appendingPathComponent("base")
    let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .reduce(into: [:]) { $0[$1.lastPathComponent] = [UInt8](try Data(contentsOf: $1)) }
    let problem = try #require(CSVFolder.read(files).problem)
    let bytes = [UInt8](try Data(contentsOf: Self.cases.appendingPathComponent(name)))
    return (ProblemIndex(problem), try #require(TimetableDocument.read(bytes, of: problem).timetable { _ in }))
  }

  private func report(_ index: ProblemIndex, _ timetable: Timetable) throws -> ScoreReport {
    let weights = try StandingTimetable.weights(of: index.problem, isCompetition: false, [])
    return ScoreReport(
      faults: TimetableFaults(timetable, index), breakdown: Objective.breakdown(of: timetable, index, weights: weights),
      figures: TimetableFigures(timetable, index), top: 3)
  }

  @Test func theFirstLineCountsWhatIsBrokenAndEachIsNamed() throws {
    let (index, timetable) = try read("clash.json")
    let report = try report(index, timetable)
    let conflicts = ConflictDetector(index).conflicts(of: timetable)

    #expect(report.text.hasPrefix("breaks \(conflicts.count) hard rules, 0 meetings missing\n"))
    #expect(conflicts.allSatisfy { report.text.contains($0.message) })
    #expect(report.faults.exit?.rawValue == 1)
    #expect(try report.json.contains("\"kind\" : \"teacher-clash\""))
  }

  @Test func aPartialTimetableNeverLooksBetterThanAWholeOne() throws {
    let (index, partial) = try read("partial.json")
    let whole = try #require(
      Generator(
        plan: GenerationPlan(
          problem: index.problem, variants: [VariantPlan(name: "v", strategy: FixedWeights())], ticks: 20),
        exactSolver: nil
      ).run(onProgress: { _ in }, onVariant: { _ in }, isCancelled: { false }).variants.first)
    try #require(whole.timetable.unplaced.isEmpty)
    let report = try report(index, partial)

    #expect(report.text.hasPrefix("breaks 0 hard rules, 2 meetings missing\n"))
    #expect(report.text.contains("  missing: L1, meeting 2\n"))
    #expect(report.faults.exit?.rawValue == 4)
    #expect(report.breakdown.cost >= 2 * Objective.faultPrice)
    #expect(try self.report(index, whole.timetable).breakdown.cost < report.breakdown.cost)
    #expect(try self.report(index, whole.timetable).faults.exit == nil)
    #expect(report.breakdown.cost < (try self.report(index, Timetable(entries: []))).breakdown.cost)
  }

  @Test func ofAnEmptyTimetableNothingIsMeasured() throws {
    let (index, _) = try read("partial.json")
    let text = try report(index, Timetable(entries: [])).text
    #expect(text.contains("No meeting is placed") && !text.contains("%") && text.contains("objective"))
  }

  @Test func onlySoManyAreNamed() throws {
    let (index, timetable) = try read("partial.json")
    var problem = index.problem
    problem.lessons[0].meetingsPerWeek = 50

    let text = TimetableFaults(timetable, ProblemIndex(problem)).text

    #expect(text.split(separator: "\n").count == 22)
    #expect(text.hasSuffix("more missing"))
  }
}
