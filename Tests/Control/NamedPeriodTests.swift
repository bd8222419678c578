import Control
import Explanation
import Foundation
import Interchange
import Optimization
import Testing
import Timetabling
import Verification

/// Two days of four hours, two teachers of two lessons each, a class and a room.
private func school(hours: [String], time: String = "", duration: Int = 1) -> String {
  func activity(_ id: Int, _ teacher: String, _ duration: Int) -> String {
    """
    <Activity><Teacher>\(teacher)</Teacher><Subject>Maths</Subject><Students>1</Students><Duration>\(duration)</Duration>
    <Id>\(id)</Id><Activity_Group_Id>0</Activity_Group_Id><Active>true</Active></Activity>
    """
  }
  return """
    <?xml version="1.0" encoding="UTF-8"?>
    <fet version="6.8.5"><Institution_Name>Tiny</Institution_Name>
    <Days_List><Day><Name>Mon</Name></Day><Day><Name>Tue</Name></Day></Days_List>
    <Hours_List>\(hours.map { "<Hour><Name>\($0)</Name></Hour>" }.joined())</Hours_List>
    <Subjects_List><Subject><Name>Maths</Name></Subject></Subjects_List>
    <Teachers_List><Teacher><Name>Ada</Name></Teacher><Teacher><Name>Bob</Name></Teacher></Teachers_List>
    <Students_List><Year><Name>1</Name><Number_of_Students>20</Number_of_Students></Year></Students_List>
    <Rooms_List><Room><Name>R1</Name><Capacity>30</Capacity></Room></Rooms_List>
    <Activities_List>
    \(activity(1, "Ada", 1))\(activity(2, "Ada", duration))\(activity(3, "Bob", 1))\(activity(4, "Bob", 1))
    </Activities_List>
    <Time_Constraints_List>\(time)</Time_Constraints_List>
    </fet>
    """
}

private let named = ["1st hour", "2nd hour", "3rd hour", "4th hour"]

private func fet(_ hours: [String], time: String = "", duration: Int = 1) throws -> Problem {
  try #require(
    FET.readAndCheck(Array(school(hours: hours, time: time, duration: duration).utf8)).problem)
}

private let absentMondays = """
  <ConstraintTeacherNotAvailableTimes><Weight_Percentage>100</Weight_Percentage><Teacher>Ada</Teacher>
  \(named.prefix(3).map { "<Not_Available_Time><Day>Mon</Day><Hour>\($0)</Hour></Not_Available_Time>" }.joined())
  <Active>true</Active></ConstraintTeacherNotAvailableTimes>
  <ConstraintActivityPreferredStartingTime><Weight_Percentage>100</Weight_Percentage><Activity_Id>1</Activity_Id>
  <Preferred_Day>Mon</Preferred_Day><Preferred_Hour>2nd hour</Preferred_Hour><Active>true</Active>
  </ConstraintActivityPreferredStartingTime>
  """

private let competition = """
  Name: Toy
  Courses: 3
  Rooms: 1
  Days: 2
  Periods_per_day: 3
  Curricula: 1
  Constraints: 1

  COURSES:
  Algebra Noether 2 2 30
  Optics Young 1 1 42
  Logic Noether 1 1 40

  ROOMS:
  A\t50

  CURRICULA:
  First 2 Algebra Optics

  UNAVAILABILITY_CONSTRAINTS:
  Optics 0 0

  END.
  """

/// Times and figures that the input does not have are nowhere in what is printed.
@Suite struct NamedPeriodTests {
  /// Every lesson's first meeting at one period, one after the other, from the week's begin.
  private func inOrder(_ problem: Problem, from first: Int = 0) -> Timetable {
    let index = ProblemIndex(problem)
    var number = first
    let starts = problem.timeGrids[0].placements(duration: problem.timeGrids[0].days[0].periods[0].minutes)
    return Timetable(
      entries: problem.lessons.indices.flatMap { lesson in
        (0..<problem.lessons[lesson].meetingsPerWeek).map { meeting in
          defer { number += 1 }
          return Entry(
            lesson: problem.lessons[lesson].id, meeting: meeting, weeks: index.lessons[lesson].weeks,
            time: starts[number % starts.count],
            rooms: problem.lessons[lesson].roomNeed.count > 0 ? [problem.rooms[0].id] : [],
            teachers: problem.lessons[lesson].teachers)
        }
      })
  }

  /// What the commands print of a problem and a timetable of it, by command.
  private func outputs(_ problem: Problem, _ timetable: Timetable) throws -> [String: String] {
    let index = ProblemIndex(problem)
    let weights = try StandingTimetable.weights(of: problem, isCompetition: false, [])
    let report = ScoreReport(
      faults: TimetableFaults(timetable, index), breakdown: Objective.breakdown(of: timetable, index, weights: weights),
      figures: TimetableFigures(timetable, index), top: 20)
    let map = try #require(
      PlaceExplainer(problem, timetable: timetable, weights: weights).map(lesson: problem.lessons[0].id, meeting: 0))
    let replan = Replanner(ReplanPlan(problem: problem, base: timetable)).run()
    let replanReport = ReplanReport(
      problem: problem, replan: replan, verification: Verifier.verify(problem, timetable), seconds: 0.25)
    return [
      "score": report.text, "score --json": try report.json, "why": map.table(of: problem),
      "why --json": try map.json(of: problem), "replan": replanReport.text, "replan --json": try replanReport.json(),
      "check": Precheck.findings(in: problem).map { "\($0)" }.joined(separator: "\n"),
      "check --explain": try InfeasibilityExplainer(
        problem, solver: nil, search: FirstTimetable(of: problem).search
      ).explain().text,
      "conflicts": ConflictDetector(index).conflicts(of: timetable).map(\.message).joined(separator: "\n"),
      "violations": Verifier.verify(problem, timetable).violations.map(\.message).joined(separator: "\n"),
      "--out .csv": TimetableDocument.csv(timetable, of: problem),
      "--out .json": String(decoding: try TimetableDocument.json(timetable, of: problem), as: UTF8.self),
    ]
  }

  private func expectNoTimes(_ texts: [String: String]) {
    for (command, text) in texts {
      #expect(text.firstMatch(of: /[0-9][0-9]:[0-9][0-9]/) == nil, "\(command): \(text)")
      #expect(text.firstMatch(of: /[0-9] (min|h\b|hours)/) == nil, "\(command): \(text)")
      #expect(text.firstMatch(of: /\b(480|540|600|660|720)\b/) == nil, "\(command): \(text)")
    }
  }

  @Test func hoursWithNamesAreSaidByThem() throws {
    let problem = try fet(named)
    let texts = try outputs(problem, inOrder(problem))

    expectNoTimes(texts)
    #expect(texts["why"]?.contains("Mon 1st hour") == true)
    #expect(texts["score"]?.contains("daily periods of teachers, standard deviation") == true)
    #expect(texts["score"]?.contains("1.00 periods") == true)
    #expect(texts["why --json"]?.contains("\"period\" : \"1st hour\"") == true)
    #expect(texts["score --json"]?.contains("\"unit\" : \"periods\"") == true)
  }

  @Test func whatIsWrongIsSaidByNamesToo() throws {
    let problem = try fet(named, time: absentMondays, duration: 2)
    var timetable = inOrder(problem)
    // Two lessons of one teacher at one time, a lesson that is too short, one that is missing.
    timetable.entries[1].time = timetable.entries[0].time
    timetable.unplaced = [Unplaced(lesson: timetable.entries.removeLast().lesson, reasons: ["No room is free."])]
    let texts = try outputs(problem, timetable)

    expectNoTimes(texts)
    #expect(texts["conflicts"]?.contains("Ada is not available Mon 1st hour") == true)
    #expect(texts["conflicts"]?.contains("takes 2 periods, here Mon 1st hour to 2nd hour") == true)
    #expect(texts["conflicts"]?.contains("at 2nd hour") == true)
    #expect(texts["check"]?.contains("Mon 2nd hour") == true)
  }

  @Test func aCompetitionsPeriodsAreNumbers() throws {
    let problem = try #require(CTT.readAndCheck(Array(competition.utf8)).problem)
    let texts = try outputs(problem, inOrder(problem))

    expectNoTimes(texts)
    #expect(texts["why"]?.contains("Day 1 Period 1") == true)
    #expect(texts["conflicts"]?.isEmpty == true)
    expectNoTimes(try outputs(problem, inOrder(problem, from: 4)))
  }

  @Test func mistakesAreSaidByNamesToo() {
    let files = [
      school(hours: named, duration: 5), school(hours: named, duration: 30),
      school(hours: named, time: absentMondays.replacing("2nd hour", with: "5th hour")),
    ]
    for file in files {
      let reading = FET.readAndCheck(Array(file.utf8))
      #expect(!reading.issues.isEmpty)
      expectNoTimes(["check": reading.issues.map(\.message).joined(separator: "\n")])
    }
  }

  /// As in a real file with hours from 08:00 to 17:30.
  @Test func halfHoursAreHalfHours() throws {
    let problem = try fet(["08:00", "08:30", "09:00", "09:30"])
    let texts = try outputs(problem, inOrder(problem))

    #expect(texts["why"]?.contains("Mon 08:30–09:00") == true)
    // Two of the four lessons on one day, half an hour each: half an hour from the mean.
    #expect(texts["score"]?.contains("0.50 h") == true)
    #expect(texts["--out .csv"]?.contains("Mon,08:30,09:00,08:30,1") == true)
  }

  @Test(arguments: [
    (["17:00-18:30", "18:30-20:00"], "Mon 17:00–18:30"), (["11:00 - 11:20", "11:20 - 12:00"], "Mon 11:00–11:20"),
  ])
  func stretchesKeepTheirTimes(hours: [String], time: String) throws {
    let problem = try fet(hours)
    #expect(try outputs(problem, inOrder(problem))["why"]?.contains(time) == true)
    #expect(TimetableDocument.csv(inOrder(problem), of: problem).contains(hours[0]))
  }
}
