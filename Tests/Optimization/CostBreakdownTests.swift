import Optimization
import Testing
import Timetabling

/// The parts of a timetable's cost are the whole.
@Suite struct CostBreakdownTests {
  @Test(arguments: UInt64(1)...4) func partsSumUpToTheObjectiveAndToEachTerm(seed: UInt64) throws {
    var random = RandomProblem(seed: seed)
    random.problem.constraints = ConstraintKind.allCases.map { random.constraint($0, .weighted(1 + Int(seed))) }
    let problem = random.problem
    let index = ProblemIndex(problem)
    let base = try Runs(problem, ticks: 5).timetable
    let weights = Weights(problem.objectiveTerms.enumerated().map { Int32(300 + 100 * $0.offset) })
    let trial = EvaluationTrial(problem, weights: weights, base: base, seed: seed, allowsClashes: true)
    trial.walk(500)
    let timetable = trial.timetable

    let breakdown = Objective.breakdown(of: timetable, index, weights: weights, base: base)

    #expect(breakdown.cost == Objective(index, weights: weights, base: base).cost(of: timetable))
    let evaluator = PlainEvaluator(index)
    let card = evaluator.score(timetable, base: base)
    for (item, score) in zip(breakdown.items, card.criteria) {
      #expect(item.score.units == score.units, "\(item.score.term)")
      #expect(item.score.best == score.best && item.score.worst == score.worst)
    }
    for (item, constraint) in zip(breakdown.items.dropFirst(Criterion.allCases.count), problem.constraints) {
      #expect(item.score.constraint == constraint.id.rawValue)
      #expect(item.score.units == evaluator.violations(of: constraint, in: timetable), "\(constraint.kind)")
    }
    for item in breakdown.items {
      let sums = [item.score.lessons, item.score.holders].map { $0.reduce(0) { $0 + $1.thousandths } }
      #expect(sums == [1000 * item.score.units, 1000 * item.score.units], "\(item.score.term)")
      #expect(
        item.score.lessons.reduce(0) { $0 + item.cost(of: $1) } == 1000 * (item.cost + item.unavoidableCost))
    }
    let whole = breakdown.items.reduce(0) { $0 + 1000 * ($1.cost + $1.unavoidableCost) }
    #expect(breakdown.lessons.reduce(0) { $0 + $1.costThousandths } == whole)
    #expect(breakdown.holders.reduce(0) { $0 + $1.costThousandths } == whole)
  }

  /// G: 8:00 L0, free, 10:00 L1. One gap, between the two, of one leaf group.
  @Test func aGapLiesWithTheLessonsOnItsTwoSides() throws {
    var school = TinySchool(days: 1, periods: 4)
    for number in 0..<3 { school.add(Lesson(id: LessonID("L\(number)"), duration: 60, groups: ["G"], teachers: ["T"])) }
    school.problem.lessons[2].groups = []
    let weeks = school.problem.term.allWeeks
    let timetable = Timetable(
      entries: zip(["L0", "L1", "L2"] as [LessonID], [480, 600, 660]).map {
        Entry(
          lesson: $0, weeks: weeks, time: TimeSpan(day: 0, start: $1, end: $1 + 60), rooms: ["R1"], teachers: ["T"])
      })
    let breakdown = Objective.breakdown(
      of: timetable, ProblemIndex(school.problem), weights: school.problem.weights([.compactness: 1000]))
    let gaps = try #require(breakdown.items.first { $0.score.term == "criterion.compactness" })
    #expect(
      gaps.score.lessons == [
        ScoreShare(kind: .lesson, id: "L0", thousandths: 500), ScoreShare(kind: .lesson, id: "L1", thousandths: 500),
      ])
    #expect(gaps.score.holders == [ScoreShare(kind: .group, id: "G", thousandths: 1000)])
  }

  @Test func constantsOfTheInputAreSaidToBeConstant() {
    var school = TinySchool(days: 2, periods: 4)
    school.add(Lesson(id: "L0", duration: 60, meetingsPerWeek: 2, groups: ["G"], teachers: ["T"]))
    let constants = InputConstants(ProblemIndex(school.problem))
    #expect(constants.neededRoomTime == 120 && constants.openRoomTime == 480)
    #expect(constants.roomHourUtilization == 25)
    #expect(constants.areTeachersGiven && constants.weeklyLoadDeviation == nil)
    let empty = Objective.breakdown(
      of: Timetable(entries: []), ProblemIndex(school.problem), weights: school.problem.weights([:]))
    #expect(empty.items.first { $0.score.term == "criterion.travel" }?.score.isConstant == true)
  }

  /// T teaches 2 hours a week, U 2 in every other week: 120 and 60 minutes in the mean week. The rooms of V are virtual.
  @Test func aLessonOfSomeWeeksIsAShareOfTheWeekAndOneOnlineNeedsNoRoom() {
    var school = TinySchool(days: 2, periods: 4)
    school.problem.term.weekCount = 2
    school.problem.teachers.append(Teacher(id: "U"))
    school.problem.rooms.append(Room(id: "V", capacity: 30, isVirtual: true))
    school.add(Lesson(id: "L0", duration: 60, meetingsPerWeek: 2, groups: ["G"], teachers: ["T"]))
    school.add(
      Lesson(id: "L1", duration: 60, meetingsPerWeek: 2, weeks: WeekSet(mask: 1), groups: ["G"], teachers: ["U"]))
    for lesson in 0..<2 { school.problem.lessons[lesson].roomNeed.rooms = [lesson == 0 ? "R1" : "V"] }
    let constants = InputConstants(ProblemIndex(school.problem))
    #expect(constants.weeklyLoadDeviation == 30)
    #expect(constants.neededRoomTime == 120)
  }
}
