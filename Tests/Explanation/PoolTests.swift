import Explanation
import Optimization
import Testing
import Timetabling

/// The choice of teachers from pools is part of what is proven.
@Suite struct PoolTests {
  /// Two days of two hours; T and U give what they give, and P is given by one of them.
  private func school(minutes: [TeacherID: Int], pooled: Int) -> School {
    var school = School(days: 2, periods: 2)
    school.add("A", teacher: "T", group: "G", meetings: 2)
    school.add("B", teacher: "U", group: "H", meetings: 2)
    school.add("P", group: "J", meetings: pooled)
    school.problem.lessons[2].teacherPool = ["T", "U"]
    school.problem.lessons[2].teachersFromPool = 1
    for (teacher, limit) in minutes {
      for position in school.problem.teachers.indices where school.problem.teachers[position].id == teacher {
        school.problem.teachers[position].maxMinutesPerWeek = limit
      }
    }
    return school
  }

  @Test func nobodyOfThePoolHasTheTime() throws {
    let explanation = try school(minutes: ["T": 180, "U": 180], pooled: 2).explanation()

    #expect(explanation.verdict == .impossible)
    #expect(explanation.omissions.isEmpty)
    let conflict = try #require(explanation.conflicts.first)
    #expect(conflict.codes == ["lesson.pool P", "teacher.minutes T", "teacher.minutes U"])
    #expect(conflict.lessons == ["A", "B", "P"])
    #expect(conflict.rules[0].message == "P is given by 1 of T and U, the same in all its meetings.")
  }

  @Test func oneWithTimeIsEnough() throws {
    let explanation = try school(minutes: ["T": 180], pooled: 2).explanation()

    #expect(explanation.verdict == .timesExist)
  }

  @Test func theChoiceHoldsForAllMeetings() throws {
    // One of the two meetings fits with each teacher, both with neither.
    var school = school(minutes: [:], pooled: 2)
    school.block("T", School.span(0, 0))
    school.block("U", School.span(1, 0))

    #expect(try school.explanation().verdict == .impossible)
  }

  /// Against all choices of teachers and times.
  @Test func theModelAgreesWithTryingEverything() throws {
    var answers: Set<Bool> = []
    for seed in 0..<24 {
      var school = school(minutes: seed % 3 == 0 ? ["T": 120 + 60 * (seed % 2)] : [:], pooled: 1 + seed % 2)
      if seed % 2 == 0 { school.block("T", School.span(seed / 2 % 2, 0, 1 + seed / 4 % 2)) }
      if seed % 4 < 2 { school.block("U", School.span(seed / 4 % 2, seed / 8 % 2)) }
      if seed % 5 == 0 { school.problem.teachers[1].maxMinutesPerDay = 60 }
      let expected = hasTimetable(school.problem)
      answers.insert(expected)

      let verdict = try school.explanation().verdict

      #expect(verdict == (expected ? .timesExist : .impossible), "seed \(seed)")
    }
    #expect(answers == [true, false])
  }

  private func hasTimetable(_ problem: Problem) -> Bool {
    let detector = ConflictDetector(problem)
    let spans = (0..<2).flatMap { day in (0..<2).map { School.span(day, $0) } }
    return ["T", "U"].contains { (teacher: TeacherID) in
      let meetings = problem.lessons.flatMap { lesson in (0..<lesson.meetingsPerWeek).map { (lesson, $0) } }
      func search(_ entries: [Entry]) -> Bool {
        guard entries.count < meetings.count else {
          return detector.conflicts(of: Timetable(entries: entries)).isEmpty
        }
        let (lesson, number) = meetings[entries.count]
        return spans.contains { span in
          search(
            entries + [
              Entry(
                lesson: lesson.id, meeting: number, weeks: .first(4), time: span,
                teachers: lesson.teachers + (lesson.teachersFromPool > 0 ? [teacher] : []))
            ])
        }
      }
      return search([])
    }
  }

  /// G's Monday needs two lessons; one alone is too few, whatever the other needs.
  @Test func meetingsThatHelpARuleAreNotThoughtAway() throws {
    var school = School(days: 1, periods: 3)
    school.add("A", teacher: "T", group: "G", pin: Pin(day: 0, start: 480))
    school.add("B", teacher: "U", group: "G")
    for number in 0..<4 { school.add(LessonID("C\(number)"), teacher: "V") }
    school.problem.constraints = [
      Constraint(
        id: "two a day", kind: .groupMinPeriodsPerDay, selector: Selector(groups: ["G"]), parameters: ["min": 2],
        enforcement: .hard)
    ]

    let explanation = try school.explanation()

    // V's four lessons in three hours are the only conflict.
    #expect(explanation.conflicts.map(\.codes) == [["teacher.one-at-a-time V"]])
  }
}
