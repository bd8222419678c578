import Explanation
import Optimization
import Synchronization
import Testing
import Timetabling

/// What a timetable that was found proves, and what it spares the solver.
@Suite struct WitnessTests {
  private func explanation(
    _ school: School, _ limits: ExplanationLimits = ExplanationLimits(), solver: (any ExactSolver)? = nil,
    search: @escaping TimetableSearch
  ) throws -> InfeasibilityExplanation {
    try InfeasibilityExplainer(school.problem, solver: solver ?? School.solver(), search: search, limits: limits)
      .explain()
  }

  /// Two lessons of Ada, one of Bo.
  private var possible: School {
    var school = School(days: 1, periods: 2)
    school.add("L0", teacher: "Ada")
    school.add("L1", teacher: "Ada")
    school.add("M0", teacher: "Bo")
    return school
  }

  /// Ada has five lessons and four free hours; Bo's lessons share their class groups.
  private var impossible: School {
    var school = School()
    for number in 0..<5 { school.add(LessonID("L\(number)"), teacher: "Ada", group: ClassGroupID("G\(number)")) }
    for number in 0..<4 { school.add(LessonID("M\(number)"), teacher: "Bo", group: ClassGroupID("G\(number)")) }
    school.block("Ada", School.span(1, 0, 4))
    return school
  }

  /// All of it but L4: Ada's Monday, Bo's Tuesday.
  private func part(of school: School) -> Timetable {
    school.timetable(
      Dictionary(
        uniqueKeysWithValues: (0..<4).flatMap { number in
          [
            (LessonID("L\(number)"), School.span(0, number)), (LessonID("M\(number)"), School.span(1, number)),
          ]
        }))
  }

  @Test func aCompleteTimetableIsTheProof() throws {
    let timetable = possible.timetable(["L0": School.span(0, 0), "L1": School.span(0, 1), "M0": School.span(0, 0)])

    let explanation = try explanation(possible) { _, _ in timetable }

    #expect(explanation.verdict == .possible)
    #expect(explanation.timetable == timetable)
    #expect(explanation.checks == 0, "nothing is left to ask")
    #expect(explanation.text.hasPrefix("Possible: a complete timetable without a conflict was found."))
  }

  @Test func aTimetableThatBreaksARuleIsNotBelieved() throws {
    let clash = possible.timetable(["L0": School.span(0, 0), "L1": School.span(0, 0), "M0": School.span(0, 0)])

    let explanation = try explanation(possible) { _, _ in clash }

    #expect(explanation.verdict == .timesExist, "as the solver says")
    #expect(explanation.timetable == nil)
    #expect(explanation.text.contains("the independent check refused it: "))
  }

  @Test func aTimetableThatOnlyTheLastSearchFindsDecides() throws {
    let timetable = possible.timetable(["L0": School.span(0, 0), "L1": School.span(0, 1), "M0": School.span(0, 0)])
    let part = possible.timetable(["L0": School.span(0, 0), "M0": School.span(0, 0)])

    let explanation = try explanation(possible, ExplanationLimits(firstTicks: 1, lastTicks: 2)) { ticks, _ in
      ticks == 2 ? timetable : part
    }

    #expect(explanation.verdict == .possible)
    #expect(explanation.timetable == timetable)
  }

  @Test func whatCountingProvesStandsAndWithoutASolverNothingIsSearched() throws {
    let part = part(of: impossible)
    #expect(try explanation(impossible) { _, _ in part }.verdict == .impossible)

    let alone = try InfeasibilityExplainer(
      impossible.problem, solver: nil,
      search: { _, _ in
        Issue.record("a timetable was searched")
        return nil
      }
    ).explain()
    #expect(alone.verdict == .impossible && alone.timetable == nil)
  }

  @Test func conflictsAreTheSameWithATimetableAsWithout() throws {
    let part = part(of: impossible)
    let explanation = try explanation(impossible) { _, _ in part }
    #expect(explanation.conflicts == (try impossible.explanation()).conflicts)
    #expect(explanation.text.contains("leaves out 1 of 9 meetings: L4."))
  }

  @Test func whatATimetableHoldsIsNotAsked() throws {
    // Six teachers with three lessons and three hours each; T4 has one hour less. Only its lessons are in doubt.
    var school = School(days: 1, periods: 3)
    var places: [LessonID: TimeSpan] = [:]
    for teacher in 0..<6 {
      for number in 0..<3 {
        let id = LessonID("L\(teacher)\(number)")
        school.add(id, teacher: TeacherID("T\(teacher)"))
        if teacher != 4 || number != 1 { places[id] = School.span(0, number) }
      }
    }
    school.block("T4", School.span(0, 1))
    let part = school.timetable(places)
    let solver = WatchedSolver(try School.solver())

    let explanation = try explanation(school, solver: solver) { _, _ in part }

    #expect(explanation.conflicts.map(\.codes) == [["teacher.one-at-a-time T4", "teacher.blocked-time T4"]])
    // Three lessons with three times each, or left out.
    #expect(solver.feasibilityLiterals.allSatisfy { $0 <= 3 * 4 })
  }

  @Test func whatIsEnoughForAllIsFoundThoughAllTogetherIsTooLargeToAsk() throws {
    // Ada's lessons alone have 5 × 9 literals, with Bo's 9 × 9.
    let part = part(of: impossible)
    let explanation = try explanation(impossible, ExplanationLimits(mostLiterals: 50)) { _, _ in part }

    let relaxations = try #require(explanation.conflicts.first).relaxations
    #expect(relaxations.map(\.rule.code) == ["teacher.blocked-time", "teacher.one-at-a-time", "every-meeting"])
    #expect(relaxations.allSatisfy { $0.isEnoughForAll && $0.amount == 1 })
  }
}

/// A solver, and how many literals each question without costs had.
private final class WatchedSolver: ExactSolver {
  private let solver: any ExactSolver
  private let sizes = Mutex<[Int]>([])
  var name: String { solver.name }
  var feasibilityLiterals: [Int] { sizes.withLock { $0 } }

  init(_ solver: any ExactSolver) { self.solver = solver }

  func solve(_ model: ChoiceModel, limit: ExactLimit, isCancelled: @Sendable () -> Bool) throws -> ExactResult {
    if model.costs.isEmpty { sizes.withLock { $0.append(model.literalCount) } }
    return try solver.solve(model, limit: limit, isCancelled: isCancelled)
  }
}
