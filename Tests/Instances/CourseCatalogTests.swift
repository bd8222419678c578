import Instances
import Interchange
import Patterns
import Testing

@Suite struct CourseCatalogTests {
  @Test(arguments: [(1, 0, 15, 0.5), (40, 60, 1, 0.5), (60, 90, 64, 0.9), (500, 2_000, 15, 0.8), (900, 0, 7, 0.3)])
  func thePlantedSolutionKeepsEveryHardRule(classes: Int, students: Int, weeks: Int, load: Double) throws {
    let catalog = CourseCatalog(
      try CatalogPlan(classes: classes, students: students, weeks: weeks, load: load, seed: 3))

    let score = PlainScorer(catalog.problem).score(catalog.planted)

    #expect(score.violations == [:])
  }

  @Test func sizesComeOutAsAsked() throws {
    let problem = CourseCatalog(try CatalogPlan(classes: 311, students: 777, weeks: 13, seed: 4)).problem

    #expect(problem.classes.count == 311)
    #expect(problem.students.count == 777)
    #expect(problem.weeks == 13)
    #expect(Set(problem.courses.flatMap(\.configurations).flatMap(\.subparts).flatMap(\.classes)).count == 311)
  }

  @Test func theSameSeedGivesTheSameBytesAndAnotherOthers() throws {
    func bytes(_ seed: UInt64) throws -> String {
      ITC2019.write(CourseCatalog(try CatalogPlan(classes: 80, seed: seed)).problem)
    }

    let (one, again, other) = (try bytes(7), try bytes(7), try bytes(8))

    #expect(one == again)
    #expect(one != other)
  }

  @Test(arguments: [1, 2, 15]) func whatIsWrittenIsReadAgain(weeks: Int) throws {
    let problem = CourseCatalog(try CatalogPlan(classes: 120, weeks: weeks, seed: 5)).problem

    let reading = ITC2019.read(Array(ITC2019.write(problem).utf8))

    #expect(reading.problem == problem)
    #expect(reading.ignored.isEmpty)
  }

  @Test func everyKindOfDistributionIsRequiredAndIsWished() throws {
    let problem = CourseCatalog(try CatalogPlan(classes: 300)).problem
    func names(_ isRequired: Bool) -> Set<Substring> {
      Set(problem.distributions.filter { $0.isRequired == isRequired }.map { $0.kind.description.prefix { $0 != "(" } })
    }

    #expect(names(true).count == 19)
    #expect(names(false).count == 19)
    #expect(problem.distributions.contains { $0.classes.count >= 12 })
  }

  @Test func coursesHaveConfigurationsSubpartsParentsAndClassesWithoutRooms() throws {
    let problem = CourseCatalog(try CatalogPlan(classes: 400)).problem

    #expect(problem.courses.contains { $0.configurations.count > 1 })
    #expect(problem.courses.contains { $0.configurations.contains { $0.subparts.count > 2 } })
    #expect(problem.classes.contains { $0.parent.flatMap { problem.classes[$0].parent } != nil })
    #expect(problem.classes.contains { $0.rooms.isEmpty })
    #expect(problem.classes.contains { $0.limit == nil })
    #expect(problem.classes.contains { Set($0.times.map(\.pattern.length)).count > 1 })
    #expect(problem.classes.contains { Set($0.times.map(\.pattern.weeks)).count > 1 })
    #expect(problem.rooms.contains { !$0.travel.isEmpty })
    #expect(problem.rooms.contains { !$0.unavailable.isEmpty })
    #expect(problem.students.contains { $0.courses.isEmpty })
  }

  @Test func fullerRoomsAreFewer() throws {
    func rooms(_ load: Double) throws -> Int {
      CourseCatalog(try CatalogPlan(classes: 400, load: load)).problem.rooms.count
    }

    #expect(try rooms(0.8) < rooms(0.4))
  }

  @Test(arguments: [(0, 10, 15, 0.5), (10, -1, 15, 0.5), (10, 10, 65, 0.5), (10, 10, 15, 1.5)])
  func sizesThatMakeNoSenseAreRefused(classes: Int, students: Int, weeks: Int, load: Double) {
    #expect(throws: UniversityPlanError.self) {
      try CatalogPlan(classes: classes, students: students, weeks: weeks, load: load)
    }
  }
}
