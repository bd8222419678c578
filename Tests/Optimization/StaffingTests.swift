import Foundation
import Optimization
import Testing
import Timetabling
import Verification

/// Who is chosen from pools is part of the search: no lesson is left out that another choice would hold.
@Suite struct StaffingTests {
  @Test(arguments: UInt64(1)...40) func whatWasPlantedIsFound(seed: UInt64) throws {
    let school = PlantedPools(seed: seed)
    try #require(Verifier.verify(school.problem, school.planted).isValid)

    let run = try Runs(school.problem, ticks: 400, seed: seed)

    #expect(run.timetable.unplaced.map(\.lesson) == [])
    #expect(Verifier.verify(school.problem, run.timetable).violations.map(\.message) == [])
  }

  /// T may give 60 minutes on each of two days. B needs T twice, A needs T or U twice. Seven meetings, six hours, two rooms.
  private var school: TinySchool {
    var school = TinySchool(
      days: 2, periods: 3, rooms: [Room(id: "R1", capacity: 30), Room(id: "R2", capacity: 30)])
    school.add(
      Lesson(id: "A", duration: 60, meetingsPerWeek: 2, groups: ["G"], teacherPool: ["T", "U"], teachersFromPool: 1))
    school.add(Lesson(id: "B", duration: 60, meetingsPerWeek: 2, groups: ["H"], teachers: ["T"]))
    if let position = school.problem.teachers.firstIndex(where: { $0.id == "T" }) {
      school.problem.teachers[position].maxMinutesPerDay = 60
    }
    // The least loaded is not the right one: U gives a lesson, too.
    school.add(Lesson(id: "C", duration: 60, meetingsPerWeek: 3, groups: ["J"], teachers: ["U"]))
    return school
  }

  @Test(arguments: UInt64(1)...5) func theLeastLoadedGivesWayToWhoHasTheTime(seed: UInt64) throws {
    let run = try Runs(school.problem, ticks: 50, seed: seed)

    #expect(run.timetable.unplaced.isEmpty)
    #expect(run.timetable.entries.filter { $0.lesson == "A" }.allSatisfy { $0.teachers == ["U"] })
  }

  @Test func aBaseTimetableKeepsItsChoice() throws {
    var school = TinySchool(days: 1, periods: 2)
    school.add(Lesson(id: "A", duration: 60, teacherPool: ["S", "T"], teachersFromPool: 1))
    for teacher in ["S", "T"] as [TeacherID] {
      let entry = Entry(
        lesson: "A", weeks: .first(4), time: TimeSpan(day: 0, start: 480, end: 540), rooms: ["R1"], teachers: [teacher])

      let run = try Runs(
        school.problem, ticks: 20, weights: school.problem.weights([.disruption: 1000]),
        base: Timetable(entries: [entry]))

      #expect(run.timetable.entries == [entry])
    }
  }

  @Test func aRunWithPoolsIsRepeatedBitForBit() throws {
    let problem = PlantedPools(seed: 7).problem

    let (one, two) = (try Runs(problem, ticks: 100, threads: 1), try Runs(problem, ticks: 100, threads: 2))
    let run = try Runs(problem, seconds: 0.3)
    let again = try Runs(problem, seconds: 0.3, schedule: run.generation.schedule)

    #expect(one.timetable == two.timetable)
    #expect(run.timetable == again.timetable)
  }

  @Test func whoLikesTheHourIsChosen() throws {
    // S has more to give, so T is chosen first; T would rather not come at all.
    var school = TinySchool(days: 1, periods: 3)
    school.add(Lesson(id: "A", duration: 60, groups: ["G"], teacherPool: ["S", "T"], teachersFromPool: 1))
    school.add(Lesson(id: "B", duration: 60, groups: ["H"], teachers: ["S"]))
    school.problem.teachers[1].availability = [
      Availability(span: TimeSpan(day: 0, start: 480, end: 660), grade: .wish(-3))
    ]

    let run = try Runs(school.problem, ticks: 30, weights: school.problem.weights([.facultyPreference: 1000]))

    #expect(run.timetable.entries.first { $0.lesson == "A" }?.teachers == ["S"])
    #expect(run.generation.variants[0].cost == 0)
    #expect(Verifier.verify(school.problem, run.timetable).isValid)
  }

  @Test func theReportedCaseIsComplete() throws {
    let problem = try Cases.problem("teacher-pool-min.json")
    for seed in UInt64(1)...10 {
      let run = try Runs(problem, ticks: 30, seed: seed)

      #expect(run.timetable.unplaced.isEmpty, "seed \(seed)")
      #expect(Verifier.verify(problem, run.timetable).isValid)
    }
  }

  @Test func whoIsChosenWithoutTimeIsToldOnlyWhereNobodyElseHasAny() throws {
    var school = TinySchool(days: 1, periods: 2)
    school.add(Lesson(id: "A", duration: 60, meetingsPerWeek: 2, teacherPool: ["S", "T"], teachersFromPool: 1))
    for teacher in school.problem.teachers.indices { school.problem.teachers[teacher].maxMinutesPerWeek = 60 }

    let none = try Runs(school.problem, ticks: 20)
    school.problem.teachers[1].maxMinutesPerWeek = nil
    let one = try Runs(school.problem, ticks: 20)

    #expect(none.generation.notes.contains { $0.what.contains("without enough free time") })
    #expect(!one.generation.notes.contains { $0.what.contains("without enough free time") })
    #expect(one.timetable.unplaced.isEmpty)
  }
}
