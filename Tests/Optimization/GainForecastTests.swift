import Optimization
import Testing
import Timetabling

/// What more time is expected to bring.
@Suite struct GainForecastTests {
  @Test func aCostThatHalvesWithEightTimesTheWorkFallsByAFifthWithTwice() throws {
    let forecast = try #require(
      GainForecast(
        short: GainForecast.Effort(proposals: 1_000, cost: 200), whole: GainForecast.Effort(proposals: 8_000, cost: 100)
      ))

    // The law says 1 − 2^(−1/3), and seven tenths of what it says came.
    #expect(abs(forecast.gain(times: 2) - 0.7 * 0.2063) < 0.0001)
    #expect(forecast.gain(times: 1) == 0)
    #expect(forecast.gain(times: 4) > forecast.gain(times: 2))
  }

  @Test func nothingIsPromisedWhereTheLongerSearchFoundNothingBetter() throws {
    let forecast = try #require(
      GainForecast(
        short: GainForecast.Effort(proposals: 1_000, cost: 100), whole: GainForecast.Effort(proposals: 8_000, cost: 100)
      ))

    #expect(forecast.gain(times: 2) == 0)
  }

  @Test func whatCannotBeTheBasisOfALawIsNone() {
    let none = GainForecast.Effort(proposals: 0, cost: 100)
    let free = GainForecast.Effort(proposals: 8_000, cost: 0)
    let short = GainForecast.Effort(proposals: 1_000, cost: 100)

    #expect(GainForecast(short: none, whole: short) == nil)
    #expect(GainForecast(short: short, whole: free) == nil)
    #expect(GainForecast(short: short, whole: short) == nil)
    // A hundred times cheaper after eight times the work: the short one had not begun to be good.
    #expect(
      GainForecast(
        short: GainForecast.Effort(proposals: 1_000, cost: 800_000),
        whole: GainForecast.Effort(proposals: 8_000, cost: 8_000)) == nil)
  }

  @Test func aRunWhoseRestCannotBeSavedPromisesNothing() throws {
    // Both teachers of the one class want the first hour, which the bound of each alone takes for possible.
    var school = TinySchool(days: 1, periods: 2)
    for name in ["T", "U"] {
      school.add(
        Lesson(id: LessonID(name), duration: 60, groups: ["A"], teachers: [TeacherID(name)]))
      school.problem.teachers[school.problem.teachers.count - 1].availability = [
        Availability(span: TimeSpan(day: 0, start: 480, end: 540), grade: .wish(3))
      ]
    }

    let run = try Runs(school.problem, ticks: 60, weights: school.problem.weights([.facultyPreference: 1000]))

    #expect(run.generation.variants[0].cost > 0)
    #expect(run.generation.gainOfTwiceTheTime == 0)
    #expect(run.progress.filter { $0.phase == .seeding }.allSatisfy { $0.gainOfTwiceTheTime == nil })
  }

  @Test func nobodyKnowsWhatTimeBringsWhileALessonHasNoPlace() throws {
    var school = TinySchool(days: 1, periods: 1)
    for name in ["a", "b"] { school.add(Lesson(id: LessonID(name), duration: 60, groups: ["A"])) }

    let run = try Runs(school.problem, ticks: 60)

    #expect(run.timetable.unplaced.count == 1)
    #expect(run.generation.gainOfTwiceTheTime == nil)
  }

  @Test func theCostShownNeverRisesWithinAVariant() throws {
    var random = RandomProblem(seed: 4)
    random.problem.constraints = []
    let run = try Runs(random.problem, ticks: 60, weights: Weights(random.problem.objectiveTerms.map { _ in 500 }))

    let settled = run.progress.filter { $0.unplaced + $0.hardViolations == 0 && $0.phase != .verifying }.map(\.cost)
    #expect(zip(settled, settled.dropFirst()).allSatisfy { $0 >= $1 })
  }
}
