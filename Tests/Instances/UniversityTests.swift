import Instances
import Interchange
import Testing
import Timetabling
import Verification

@Suite struct UniversityTests {
  @Test(arguments: [(300, 0.6), (300, 0.95), (1_000, 0.75), (1_000, 0.95), (3_000, 0.9)])
  func thePlantedTimetableKeepsEveryHardRule(lessons: Int, load: Double) throws {
    let university = try University(UniversityPlan(lessons: lessons, load: load, seed: 3))

    let report = Verifier.verify(university.problem, university.planted)

    #expect(report.violations.map(\.message) == [])
    #expect(report.placed == university.problem.lessons.reduce(0) { $0 + $1.meetingsPerWeek })
    #expect(ProblemCheck.issues(in: university.problem).map(\.message) == [])
  }

  @Test func sizesComeOutAsAsked() throws {
    let plan = try UniversityPlan(departments: 9, courses: 150, lessons: 611, students: 1_234, seed: 4)

    let problem = try University(plan).problem

    #expect(problem.departments.count == 9)
    #expect(problem.programs.count == 9)
    #expect(problem.courses.count == 150)
    #expect(problem.lessons.count == 611)
    #expect(problem.students.count == 1_234)
    #expect(Set(problem.lessons.compactMap(\.course)).count == 150)
  }

  @Test func theDefaultIsTheUniversityOfTheRequirements() throws {
    let plan = try UniversityPlan()

    let problem = try University(plan).problem

    #expect(problem.departments.count == 127)
    #expect(problem.courses.count == 2_320)
    #expect(problem.lessons.count == 7_000)
    #expect(problem.students.count == 19_000)
    #expect((7_000...8_700).contains(problem.lessons.reduce(0) { $0 + $1.meetingsPerWeek }))
  }

  @Test func soIsItsLargerSibling() throws {
    let plan = try UniversityPlan(departments: 127, courses: 2_320, lessons: 8_300, students: 19_000)

    let university = try University(plan)

    #expect(university.problem.courses.count == 2_320)
    #expect(university.problem.lessons.count == 8_300)
    #expect(university.planted.unplaced.isEmpty)
  }

  @Test(arguments: [0.6, 0.75, 0.9, 0.95]) func roomsAreAsFullAsAsked(load: Double) throws {
    let university = try University(UniversityPlan(lessons: 700, load: load, seed: 5))

    let open = university.problem.rooms.reduce(0) { sum, room in
      sum + 45 * 50 - room.availability.reduce(0) { $0 + taughtMinutes($1.span) }
    }
    let used = university.planted.entries.reduce(0) { $0 + taughtMinutes($1.time) }

    #expect(abs(Double(used) / Double(open) - load) < 0.005)
  }

  @Test func theSameSeedGivesTheSameBytesAndAnotherOthers() throws {
    func bytes(_ seed: UInt64) throws -> (problem: [UInt8], planted: Timetable) {
      let university = try University(UniversityPlan(lessons: 300, seed: seed))
      return ([UInt8](try InstitutionDocument.write(university.problem)), university.planted)
    }

    let (one, again, other) = (try bytes(7), try bytes(7), try bytes(8))

    #expect(one.problem == again.problem)
    #expect(one.planted == again.planted)
    #expect(one.problem != other.problem)
  }

  @Test func whatIsWrittenIsReadAgain() throws {
    let problem = try University(UniversityPlan(lessons: 300)).problem

    let reading = InstitutionDocument.read(try InstitutionDocument.write(problem))

    #expect(reading.problem == problem)
  }

  @Test func chosenCoursesAreEnrolledOneByOneFromTheThirdYearOn() throws {
    let problem = try University(UniversityPlan(lessons: 1_000)).problem
    let kinds = Dictionary(uniqueKeysWithValues: problem.courses.map { ($0.id, $0.kind) })
    let years = Dictionary(uniqueKeysWithValues: problem.students.map { ($0.id, $0.year ?? 0) })

    let chosen = problem.lessons.filter { $0.course.flatMap { kinds[$0] } != .core }

    #expect(chosen.count > 30)
    #expect(chosen.allSatisfy { $0.groups.isEmpty && $0.students.count >= 6 })
    #expect(chosen.allSatisfy { $0.students.allSatisfy { (years[$0] ?? 0) >= 3 } })
    #expect(problem.lessons.allSatisfy { $0.groups.isEmpty || $0.students.isEmpty })
  }

  @Test func blockedHoursClosedRoomsFeaturesWishesAndPinsAllOccur() throws {
    let problem = try University(UniversityPlan(lessons: 2_000)).problem

    #expect(problem.teachers.contains { $0.availability.contains { $0.grade == .blocked } })
    #expect(problem.teachers.contains { $0.availability.contains { $0.grade != .blocked } })
    #expect(problem.groups.contains { !$0.availability.isEmpty })
    #expect(problem.rooms.contains { !$0.availability.isEmpty })
    #expect(problem.lessons.contains { !$0.roomNeed.features.isEmpty })
    #expect(problem.lessons.contains { !$0.roomNeed.wished.isEmpty })
    #expect(problem.lessons.contains { !$0.pins.isEmpty })
    #expect(problem.lessons.contains { $0.groups.count > 1 })
    #expect(Set(problem.rooms.map(\.type)).count >= 4)
    #expect(problem.zones.count > 1)
  }

  @Test(arguments: [
    (0, 10, 100, 100), (5, 2, 100, 100), (5, 50, 40, 100), (5, 50, 100, 10),
  ]) func sizesThatMakeNoSenseAreRefused(departments: Int, courses: Int, lessons: Int, students: Int) {
    #expect(throws: UniversityPlanError.self) {
      try UniversityPlan(departments: departments, courses: courses, lessons: lessons, students: students)
    }
  }

  @Test func moreLessonsThanWeeksCanHoldAreRefused() {
    #expect(throws: UniversityPlanError.self) {
      try University(UniversityPlan(departments: 2, courses: 8, lessons: 600, students: 80))
    }
  }

  /// Minutes of teaching periods within the span.
  private func taughtMinutes(_ span: TimeSpan) -> Int {
    [480, 540, 600, 660, 720, 840, 900, 960, 1020].count { $0 >= span.start && $0 + 50 <= span.end } * 50
  }
}
