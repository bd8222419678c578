import Optimization
import Testing
import Timetabling

/// Two days of somebody's week change places as a whole.
@Suite struct DaySwapTests {
  @Test func allLessonsOfAFullWeekGoToTheOtherDay() throws {
    let problem = school(of: ["A"])
    let trial = EvaluationTrial(problem, weights: problem.weights([.compactness: 1000]), seed: 1, allowsClashes: false)
    try #require(trial.timetable.unplaced.isEmpty)
    let before = places(trial.timetable)

    trial.swapDays(15)

    let after = places(trial.timetable)
    #expect(trial.accepted > 0)
    #expect(after.allSatisfy { lesson, time in time.start == before[lesson]?.start })
    let moved = after.count { $1.day != before[$0]?.day }
    #expect(moved == (trial.accepted % 2 == 1 ? 6 : 0))
  }

  @Test func whoeverIsInTheWayComesAlong() throws {
    // Each teacher has a lesson with both classes: a day of one cannot go where the teacher is with the other.
    let problem = school(of: ["A", "B"])
    let trial = EvaluationTrial(problem, weights: problem.weights([.compactness: 1000]), seed: 1, allowsClashes: false)
    try #require(trial.timetable.unplaced.isEmpty)

    trial.swapDays(100)

    #expect(trial.accepted > 0)
    #expect(trial.timetable.unplaced.isEmpty)
    #expect(ConflictDetector(problem).conflicts(of: trial.timetable).isEmpty)
  }

  /// Two days of three periods, all of them busy for every class. Two classes have the same teachers.
  private func school(of classes: [String]) -> Problem {
    var school = TinySchool(days: 2, periods: 3, rooms: (0..<2).map { Room(id: RoomID("R\($0)"), capacity: 30) })
    for group in classes {
      for number in 0..<6 {
        school.add(
          Lesson(
            id: LessonID("\(group)\(number)"), duration: 60, groups: [ClassGroupID(group)],
            teachers: classes.count > 1 ? [TeacherID("T\(group == "A" ? number : 5 - number)")] : []))
      }
    }
    return school.problem
  }

  @Test func aMeetingThatMayNotGoKeepsBothDays() {
    var school = TinySchool(days: 2, periods: 2)
    school.add(Lesson(id: "pinned", duration: 60, groups: ["A"], pins: [Pin(day: 0, start: 480)]))
    for number in 0..<3 { school.add(Lesson(id: LessonID("L\(number)"), duration: 60, groups: ["A"])) }
    let problem = school.problem
    let trial = EvaluationTrial(
      problem, weights: problem.weights([.compactness: 1000]), seed: 1, allowsClashes: false)
    let before = trial.timetable

    trial.swapDays(50)

    #expect(trial.timetable == before)
    #expect(trial.accepted == 0)
  }

  @Test func whatSwapsOfDaysCostIsCountedAsThePlainEvaluatorCounts() throws {
    for seed in UInt64(1)...4 {
      var random = RandomProblem(seed: seed)
      random.problem.constraints = [random.constraint(.groupMaxLateStarts, .weighted(2))]
      let weights = Weights(random.problem.objectiveTerms.map { _ in 500 })
      let trial = EvaluationTrial(random.problem, weights: weights, seed: seed, allowsClashes: false)
      let objective = Objective(ProblemIndex(random.problem), weights: weights, base: nil)
      for _ in 0..<20 {
        trial.walk(10)
        trial.swapDays(20)
        try #require(trial.softCost == objective.softCost(of: trial.timetable))
      }
      #expect(trial.recountedCost == 0)
    }
  }

  private func places(_ timetable: Timetable) -> [LessonID: TimeSpan] {
    Dictionary(uniqueKeysWithValues: timetable.entries.map { ($0.lesson, $0.time) })
  }
}
