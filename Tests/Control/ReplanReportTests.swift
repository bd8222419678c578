import Control
import Optimization
import Testing
import Timetabling
import Verification

@Suite struct ReplanReportTests {
  /// One day of two hours; Algebra was at eight, where its teacher is away now.
  private let problem: Problem = {
    let hours = [Period(start: 480, end: 540), Period(start: 540, end: 600)]
    return Problem(
      name: "tiny", term: Term(id: "t", name: "t", firstDay: "2026-09-07", weekCount: 4),
      timeGrids: [TimeGrid(id: "g", days: [GridDay(name: "Monday", periods: hours)])],
      rooms: [Room(id: "r", name: "Great Hall", capacity: 30)],
      teachers: [
        Teacher(
          id: "en", name: "Emmy Noether",
          availability: [Availability(span: TimeSpan(day: 0, start: 480, end: 540), grade: .blocked)])
      ], groups: [ClassGroup(id: "m1", name: "Mathematics 1", size: 20)],
      lessons: [Lesson(id: "alg", name: "Algebra", duration: 60, groups: ["m1"], teachers: ["en"])])
  }()

  private func report(teaching other: TeacherID? = nil) -> ReplanReport {
    let base = Timetable(
      entries: [
        Entry(
          lesson: "alg", weeks: .first(4), time: TimeSpan(day: 0, start: 480, end: 540), rooms: ["r"],
          teachers: [other ?? "en"])
      ])
    let replan = Replanner(ReplanPlan(problem: problem, base: base)).run()
    return ReplanReport(
      problem: problem, replan: replan, verification: Verifier.verify(problem, replan.timetable), seconds: 0.25)
  }

  @Test func peopleReadTheirOwnNamesAndPlaces() {
    let lines = report().text.split(separator: "\n").map(String.init)

    #expect(lines[0] == "Verified: no hard rule is broken.")
    #expect(lines[1].hasPrefix("1 lesson had to move, 0 more moved to make room; no others could have moved."))
    #expect(
      lines[2...] == [
        "Emmy Noether", "  Algebra: Monday 08:00–09:00 in Great Hall → Monday 09:00–10:00 in Great Hall",
        "class group Mathematics 1", "  Algebra: Monday 08:00–09:00 in Great Hall → Monday 09:00–10:00 in Great Hall",
      ])
  }

  @Test func anotherTeacherIsNamed() {
    let text = report(teaching: "em").text

    #expect(text.contains("Great Hall with em → Monday 09:00–10:00 in Great Hall with Emmy Noether"))
  }

  @Test func theDocumentHoldsTheWholePlan() throws {
    let json = try report().json()

    #expect(json.contains("\"forced\" : [\n      \"alg\"\n    ]"))
    #expect(json.contains("\"seconds\" : 0.25"))
  }
}
