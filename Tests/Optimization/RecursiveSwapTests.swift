import Optimization
import Testing
import Timetabling

/// The construction that keeps hard rules while the timetable is still partial.
@Suite struct RecursiveSwapTests {
  @Test(arguments: ConstraintKind.allCases) func noPartialTimetableIsBrokenForGood(_ kind: ConstraintKind) throws {
    for seed in UInt64(1)...3 {
      var random = RandomProblem(seed: seed)
      random.problem.constraints = (0..<2).map { number in
        var constraint = random.constraint(kind, .hard)
        constraint.id = ConstraintID("\(number)")
        return constraint
      }
      var trial = SeedingTrial(random.problem, seed: seed)
      for _ in 0..<30 where trial.isGoing {
        _ = trial.run(steps: 9)
        try #require(trial.brokenForGood == 0)
        try #require(trial.trackedBrokenForGood == 0)
        let conflicts = ConflictDetector(random.problem).conflicts(of: trial.timetable)
        #expect(conflicts.allSatisfy { $0.kind == .constraintBroken })
      }
    }
  }

  @Test func completeTimetablesKeepTheRulesOfEveryKind() throws {
    var kinds: Set<ConstraintKind> = []
    for kind in Self.kindsKeptOnTheWay {
      for seed in UInt64(1)...6 {
        var random = RandomProblem(seed: seed, lessons: 12)
        // In all weeks: what alternating lessons may do in one week is left to the search.
        for lesson in random.problem.lessons.indices { random.problem.lessons[lesson].weeks = nil }
        let constraint = random.constraint(kind, .hard)
        random.problem.constraints = [constraint]
        var trial = SeedingTrial(random.problem, seed: seed)
        guard trial.run(steps: 400) else { continue }
        kinds.insert(kind)
        #expect(PlainEvaluator(random.problem).violations(of: constraint, in: trial.timetable) == 0, "\(kind)")
        #expect(trial.hardViolations == 0, "\(kind) \(seed)")
      }
    }
    // Some random constraints leave no timetable at all.
    #expect(kinds.count >= 20)
  }

  static let kindsKeptOnTheWay = ConstraintKind.allCases.filter {
    ![.groupIsolatedPeriods, .courseMinWorkingDays, .courseRoomStability].contains($0)
  }

  /// Three days of four periods, of which the two in the middle may hold one lesson in all: seven lessons just fit.
  @Test func weeksWithFreeTimesAndFullDaysAreCompleted() throws {
    var school = TinySchool(days: 3, periods: 4, rooms: (0..<4).map { Room(id: RoomID("R\($0)"), capacity: 30) })
    for number in 0..<7 {
      school.add(Lesson(id: LessonID("\(number)"), duration: 60, groups: ["G"]))
    }
    let lunch = (0..<3).map { TimeSpan(day: $0, start: 540, end: 660) }
    school.problem.constraints = [
      Constraint(id: "lunch", kind: .groupMaxPeriodsPerDayInTimes, parameters: ["max": 1], times: lunch),
      Constraint(id: "days", kind: .groupMaxDaysPerWeekInTimes, parameters: ["max": 1], times: lunch),
      Constraint(id: "every", kind: .groupMinPeriodsPerDay, parameters: ["min": 2, "everyDay": 1]),
    ]
    var trial = SeedingTrial(school.problem)

    let isComplete = trial.run(steps: 2_000)

    #expect(isComplete)
    #expect(PlainEvaluator(school.problem).score(trial.timetable).hardViolations == 0)
  }

  @Test func fullWeeksWithoutGapsAreCompleted() throws {
    let problem = Self.fullSchool

    var trial = SeedingTrial(problem)
    let isComplete = trial.run(steps: 20_000)

    #expect(isComplete)
    #expect(PlainEvaluator(problem).score(trial.timetable).hardViolations == 0)
  }

  @Test func theGeneratorEndsWithTheFullSchoolComplete() throws {
    let run = try Runs(Self.fullSchool, ticks: 100)

    #expect(run.timetable.unplaced.isEmpty)
    #expect(PlainEvaluator(Self.fullSchool).score(run.timetable).hardViolations == 0)
  }

  @Test func sameSeedAndStepsGiveTheSameTimetable() {
    var (one, two) = (SeedingTrial(Self.fullSchool, seed: 5), SeedingTrial(Self.fullSchool, seed: 5))

    _ = one.run(steps: 60)
    for _ in 0..<6 { _ = two.run(steps: 10) }

    #expect(one.timetable == two.timetable)
  }

  @Test func whatFitsNowhereIsLeftOutAndTheRestStands() {
    var school = TinySchool(days: 1, periods: 2, rooms: (0..<3).map { Room(id: RoomID("R\($0)"), capacity: 30) })
    for number in 0..<2 { school.add(Lesson(id: LessonID("L\(number)"), duration: 60, groups: ["A"])) }
    school.add(Lesson(id: "nowhere", duration: 60, groups: ["B"], size: 500))
    school.problem.constraints = [Constraint(id: "c", kind: .groupMaxGapsPerWeek, parameters: ["max": 0])]
    var trial = SeedingTrial(school.problem)

    let isComplete = trial.run(steps: 100)

    #expect(!isComplete)
    #expect(!trial.isGoing)
    #expect(trial.unplaced == 1)
  }

  /// Four classes, three days of four periods, each class with twelve lessons: every period of every class is taken.
  /// Six teachers with eight lessons each have at most one gap a week and no day with a single lesson.
  private static var fullSchool: Problem {
    var school = TinySchool(days: 3, periods: 4, rooms: (0..<4).map { Room(id: RoomID("R\($0)"), capacity: 30) })
    for group in 0..<4 {
      for number in 0..<12 {
        school.add(
          Lesson(
            id: LessonID("\(group).\(number)"), duration: 60, groups: [ClassGroupID("G\(group)")],
            teachers: [TeacherID("T\((group + number) % 6)")]))
      }
    }
    school.problem.constraints = [
      Constraint(id: "gaps", kind: .groupMaxGapsPerWeek, parameters: ["max": 0]),
      Constraint(id: "late", kind: .groupMaxLateStarts, parameters: ["max": 0]),
      Constraint(id: "teachers", kind: .teacherMaxGapsPerWeek, parameters: ["max": 1]),
      Constraint(id: "short", kind: .teacherMinPeriodsPerDay, parameters: ["min": 2]),
    ]
    return school.problem
  }
}
