import Control
import Explanation
import Optimization
import Testing
import Timetabling

/// What `why` and `score` print.
@Suite struct ExplainingTests {
  /// L0 of T and G at 8:00, L1 of T at 9:00, free at 10:00; one room.
  private var problem: Problem {
    var problem = Problem(
      name: "tiny", term: Term(id: "t", name: "t", firstDay: "2026-09-07", weekCount: 2),
      timeGrids: [
        TimeGrid(
          id: "g",
          days: [GridDay(name: "Mon", periods: (8..<11).map { Period(start: $0 * 60, end: $0 * 60 + 60) })])
      ], rooms: [Room(id: "R", capacity: 40)], teachers: [Teacher(id: "T")], groups: [ClassGroup(id: "G", size: 20)])
    problem.lessons = ["L0", "L1"].map { Lesson(id: $0, duration: 60, groups: ["G"], teachers: ["T"]) }
    return problem
  }

  private var timetable: Timetable { timetable(starts: [480, 540]) }

  private func timetable(starts: [MinuteOfDay]) -> Timetable {
    Timetable(
      entries: zip(["L0", "L1"] as [LessonID], starts).map {
        Entry(
          lesson: $0, weeks: .first(2), time: TimeSpan(day: 0, start: $1, end: $1 + 60), rooms: ["R"], teachers: ["T"])
      })
  }

  @Test func theMapShowsEachTimeWithItsCostOrItsReasons() throws {
    let weights = try StandingTimetable.weights(of: problem, isCompetition: false, ["criterion.compactness=1000"])
    let map = try #require(
      PlaceExplainer(problem, timetable: timetable, weights: weights).map(lesson: "L0", meeting: 0))
    let lines = map.table(of: problem).split(separator: "\n").map(String.init)
    #expect(lines[2].hasPrefix("Mon 08:00–09:00") && lines[2].hasSuffix("it stands here now"))
    #expect(lines[3].contains("T teaches L0 and L1 at one time"))
    #expect(lines.last?.hasPrefix("Mon 10:00–11:00") == true)
  }

  @Test func theScoreSaysWhatIsAttainableAndWhatIsAConstant() throws {
    let weights = try StandingTimetable.weights(of: problem, isCompetition: false, [])
    // With a gap between the two, which costs both of them.
    let index = ProblemIndex(problem)
    let breakdown = Objective.breakdown(of: timetable(starts: [480, 600]), index, weights: weights)
    let figures = TimetableFigures(timetable(starts: [480, 600]), index)
    let report = ScoreReport(
      faults: TimetableFaults(timetable(starts: [480, 600]), index), breakdown: breakdown, figures: figures, top: 1)
    let text = report.text
    #expect(text.contains("of possible"))
    #expect(text.contains("criterion.travel is a constant of the input: 0 units whatever the timetable."))
    #expect(text.contains("Raw room-hour utilization is a constant of the input: 66.7 % of open room time"))
    #expect(text.contains("objective \(breakdown.cost)"))
    #expect(text.contains("1 more"))
    #expect(text.contains("daily hours of teachers, standard deviation"))
    #expect(try report.json.contains("\"dailyTeachingDeviation\""))
  }

  @Test func competitionsWeighOnlyTheirFourConstraints() throws {
    var problem = problem
    problem.constraints = [.courseMinWorkingDays, .teacherMaxGapsPerDay].map {
      Constraint(id: ConstraintID($0.rawValue), kind: $0, enforcement: .weighted(1))
    }
    let weights = try StandingTimetable.weights(of: problem, isCompetition: true, [])
    #expect(weights.values.filter { $0 != 0 } == [5])
  }

  @Test func unknownTermsAreNamed() {
    #expect(throws: (any Error).self) {
      try StandingTimetable.weights(of: problem, isCompetition: false, ["criterion.beauty=1"])
    }
  }

  @Test func aProblemThatHasATimetableIsProvenPossibleByTheEngine() throws {
    let explanation = try InfeasibilityExplainer(
      problem, solver: nil, search: FirstTimetable(of: problem).search
    ).explain()
    #expect(explanation.verdict == .possible)
    #expect(explanation.timetable?.entries.count == 2)
  }
}
