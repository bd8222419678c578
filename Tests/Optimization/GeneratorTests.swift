import Optimization
import Testing
import Timetabling

@Suite struct GeneratorTests {
  @Test func lessonsOfOneTeacherNeverOverlapAndAllAreHeld() throws {
    var school = TinySchool()
    for number in 0..<8 { school.add(Lesson(id: LessonID("L\(number)"), duration: 60, groups: ["A"], teachers: ["T"])) }

    let run = try Runs(school.problem)

    // Eight lessons, eight periods, one teacher, one group, one room: exactly full.
    #expect(run.timetable.unplaced.isEmpty)
    #expect(Set(run.timetable.entries.map(\.time)).count == 8)
    #expect(ConflictDetector(school.problem).conflicts(of: run.timetable).isEmpty)
  }

  @Test func reachesTheKnownOptimum() throws {
    // Three lessons of one group on two days of four periods: a compact week has no gaps.
    var school = TinySchool(rooms: (0..<2).map { Room(id: RoomID("R\($0)"), capacity: 30) })
    for number in 0..<5 { school.add(Lesson(id: LessonID("L\(number)"), duration: 60, groups: ["A"], teachers: ["T"])) }

    let run = try Runs(school.problem, weights: school.problem.weights([.compactness: 1000]))

    #expect(PlainEvaluator(school.problem).units(of: .compactness, in: run.timetable) == 0)
    #expect(run.generation.variants[0].cost == 0)
  }

  @Test func sameSeedAndTicksGiveTheSameTimetableWhateverTheThreads() throws {
    let problem = RandomProblem(seed: 5).problem

    let one = try Runs(problem, ticks: 60, seed: 9, threads: 1)
    let two = try Runs(problem, ticks: 60, seed: 9, threads: 2)
    let again = try Runs(problem, ticks: 60, seed: 9, threads: 2)

    #expect(one.timetable == two.timetable)
    #expect(two.timetable == again.timetable)
    #expect(one.generation.proposals == two.generation.proposals)
  }

  @Test func aRunByTheClockIsRepeatedByItsSchedule() throws {
    let problem = RandomProblem(seed: 5).problem

    let run = try Runs(problem, seconds: 0.4, seed: 9)
    let schedule = run.generation.schedule
    let again = try Runs(problem, seconds: 0.4, schedule: schedule, seed: 9)

    #expect(schedule.count > 20)
    #expect(again.generation.schedule == schedule)
    #expect(again.generation.proposals == run.generation.proposals)
    #expect(again.timetable == run.timetable)
  }

  @Test func progressNeverFallsAndEndsAtOne() throws {
    let run = try Runs(RandomProblem(seed: 6).problem, ticks: 300)

    let fractions = run.progress.map(\.fraction)
    #expect(zip(fractions, fractions.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(fractions.last == 1)
    #expect(run.progress.allSatisfy { $0.etaLow <= $0.etaHigh })
  }

  @Test func cancelledFromTheStartStillAnswersWithAValidTimetable() throws {
    let problem = RandomProblem(seed: 7).problem

    let run = try Runs(problem, ticks: 1_000_000, isCancelled: { true })

    #expect(run.generation.wasCancelled)
    #expect(run.generation.variants.count == 1)
    #expect(PlainEvaluator(problem).score(run.timetable).hardViolations == 0)
  }

  @Test func everyVariantIsMadeUnderItsOwnWeights() throws {
    let problem = RandomProblem(seed: 8).problem
    let compact = problem.weights([.compactness: 1000])
    let spread = problem.weights([.spreadOverDays: 1000])

    let run = try Runs(
      problem, ticks: 200,
      variants: [
        VariantPlan(name: "compact", strategy: FixedWeights(compact)),
        VariantPlan(name: "spread", strategy: FixedWeights(spread)),
      ])

    #expect(run.generation.variants.map(\.name) == ["compact", "spread"])
    for (variant, weights) in zip(run.generation.variants, [compact, spread]) {
      let objective = Objective(ProblemIndex(problem), weights: weights)
      #expect(variant.cost == objective.cost(of: variant.timetable))
    }
  }

  @Test func equalWeightsDoNotMakeTheSameTimetableTwice() throws {
    let problem = RandomProblem(seed: 8).problem

    let run = try Runs(
      problem, ticks: 300,
      variants: ["one", "other"].map { VariantPlan(name: $0, strategy: FixedWeights()) })

    let times = run.generation.variants.map { variant in
      Dictionary(uniqueKeysWithValues: variant.timetable.entries.map { (["\($0.lesson)", "\($0.meeting)"], $0.time) })
    }
    let moved = times[0].count { times[1][$0.key] != $0.value }
    #expect(moved * 10 >= times[0].count, "\(moved) of \(times[0].count)")
  }

  @Test func aFailingStrategyFallsBackVisiblyOrEndsAStrictRun() throws {
    let problem = RandomProblem(seed: 9).problem

    let run = try Runs(problem, ticks: 50, variants: [VariantPlan(name: "v", strategy: Failing())])

    #expect(run.generation.variants[0].notes.contains { $0.what.contains("default weights") })
    #expect(throws: GenerationError.self) {
      try Runs(problem, ticks: 50, variants: [VariantPlan(name: "v", strategy: Failing(), isStrict: true)])
    }
  }

  @Test func aBaseTimetableIsKeptWhereOnlyDisruptionCounts() throws {
    let problem = RandomProblem(seed: 10, lessons: 12).problem
    let before = try Runs(problem, ticks: 100)
    try #require(before.timetable.unplaced.isEmpty)

    let after = try Runs(
      problem, ticks: 100, seed: 2, weights: problem.weights([.disruption: 1000]), base: before.timetable)

    #expect(after.timetable.entries == before.timetable.entries)
  }

  private struct Failing: WeightingStrategy {
    struct Fault: Error {}
    let identity = StrategyIdentity(id: "test.failing", version: "1", digest: "none")
    func prepare(_ problem: WeighingProblem) throws { throw Fault() }
    func chooseWeights(best: WeighingSolution?, current: Weights) throws -> Weights { current }
    func finish() {}
  }
}
