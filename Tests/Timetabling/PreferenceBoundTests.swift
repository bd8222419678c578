import Testing
import Timetabling

/// The best that wishes allow takes into account that a teacher's meetings cannot overlap.
@Suite struct PreferenceBoundTests {
  typealias School = TinySchool

  private func bounds(_ count: Int, _ availability: [Availability]) -> (best: Int, worst: Int) {
    var problem = School.problem(lessons: School.lessons(count, room: .none))
    problem.teachers[0].availability = availability
    return bounds(problem)
  }

  private func bounds(_ problem: Problem) -> (best: Int, worst: Int) {
    CriterionBounds(problem).bounds(of: .facultyPreference)
  }

  private func liked(_ span: TimeSpan, weeks: WeekSet? = nil) -> Availability {
    Availability(span: span, grade: .wish(3), weeks: weeks)
  }

  @Test func oneLikedPeriodServesOneMeeting() {
    let liked = [liked(School.span(0, 0))]
    #expect(bounds(1, liked).best == 0)
    #expect(bounds(2, liked).best == 3)
    #expect(bounds(3, liked).best == 6)
    #expect(bounds(3, liked).worst == 9)
  }

  @Test func aBlockedPeriodIsNoChoice() {
    let both = [liked(School.span(0, 0)), liked(School.span(0, 1))]
    #expect(bounds(2, both).best == 0)
    #expect(bounds(2, both + [Availability(span: School.span(0, 1), grade: .blocked)]).best == 3)
  }

  @Test func whereTheGroupCannotComeIsNoChoice() {
    var problem = School.problem(lessons: School.lessons(2))
    problem.teachers[0].availability = [liked(School.span(0, 0)), liked(School.span(0, 1))]
    #expect(bounds(problem).best == 0)
    problem.groups[0].availability = [Availability(span: School.span(0, 1), grade: .blocked)]
    #expect(bounds(problem).best == 3)
  }

  @Test func allowedTimesAreTheOnlyChoice() {
    var problem = School.problem(lessons: School.lessons(1))
    problem.teachers[0].availability = [liked(School.span(0, 0))]
    problem.constraints = [
      Constraint(
        id: "c", kind: .lessonsAllowedTimes, selector: Selector(lessons: ["L0"]),
        times: [School.span(1, 0, 2)], enforcement: .hard)
    ]
    #expect(bounds(problem).best == 3)
    problem.constraints[0].enforcement = .weighted(5)
    #expect(bounds(problem).best == 0)
  }

  /// Two of two hours start at different times within three liked hours, but do not fit into them.
  @Test func longMeetingsFillWhatIsLiked() {
    var problem = Week(days: 2, periods: 4).problem(durations: [120, 120])
    problem.teachers[0].availability = [liked(Week.span(0, 0, 3))]
    #expect(bounds(problem).best == 3)
    problem.teachers[0].availability = [liked(Week.span(0, 0, 4))]
    #expect(bounds(problem).best == 0)
  }

  @Test func lessonsThatAlternateShareWhatIsLiked() {
    var problem = School.problem(lessons: School.lessons(3))
    problem.teachers[0].availability = [liked(School.span(0, 0))]
    #expect(bounds(problem).best == 6)
    problem.lessons[0].weeks = .odd(4)
    problem.lessons[1].weeks = .even(4)
    problem.lessons[2].weeks = .even(4)
    #expect(bounds(problem).best == 3)
  }

  /// Each of twelve lessons may be held at times of its own, which makes more kinds than are told apart.
  @Test func manyKindsOfLessonsAreNotOverestimated() {
    var problem = School.problem(lessons: School.lessons(12))
    problem.groups = (0..<12).map { number in
      ClassGroup(
        id: ClassGroupID("G\(number)"), size: 20,
        availability: [Availability(span: School.span(3 + number / 4 % 2, number % 4), grade: .blocked)])
    }
    for number in 0..<12 { problem.lessons[number].groups = [problem.groups[number].id] }
    problem.teachers[0].availability = (0..<12).map { liked(School.span($0 / 4, $0 % 4)) }
    #expect(bounds(problem).best == 0)
    problem.teachers[0].availability.removeLast()
    #expect(bounds(problem).best == 3)
  }

  /// Against all places of three meetings of one and two hours: exact for one teacher in every week, never too high
  /// for two who share a group or for lessons that alternate.
  @Test(arguments: 0..<60) func noTimetableIsBetterThanTheBound(_ seed: Int) throws {
    var chance = Chance(seed)
    let week = Week(days: 2, periods: 5)
    var problem = week.problem(durations: (0..<3).map { _ in [60, 120][chance.below(2)] })
    for teacher in 0..<2 {
      problem.teachers[teacher].availability = week.periods.filter { _ in chance.below(4) > 0 }.map {
        Availability(span: $0, grade: chance.below(10) == 0 ? .blocked : .wish(chance.below(7) - 3))
      }
    }
    let isExact = seed % 3 == 0
    for lesson in problem.lessons.indices where !isExact {
      if seed % 3 == 1 {
        problem.lessons[lesson].weeks = [.odd(4), .even(4), .first(1), .first(4)][chance.below(4)]
      } else {
        problem.lessons[lesson].teachers = [["T"], ["U"], ["T", "U"]][chance.below(3)]
      }
    }
    let best = try #require(fewestUnits(problem))
    let bound = bounds(problem).best
    #expect(isExact ? bound == best : bound <= best)
  }

  /// Over all timetables without conflicts.
  private func fewestUnits(_ problem: Problem) -> Int? {
    let index = ProblemIndex(problem)
    let (evaluator, detector) = (PlainEvaluator(index), ConflictDetector(index))
    var timetables = [[Entry]()]
    for (lesson, facts) in zip(problem.lessons, index.lessons) {
      timetables = timetables.flatMap { entries in
        facts.placements.map { span in
          entries + [Entry(lesson: lesson.id, weeks: facts.weeks, time: span, teachers: lesson.teachers)]
        }
      }
      timetables.removeAll { !detector.conflicts(of: Timetable(entries: $0)).isEmpty }
    }
    return timetables.map { evaluator.units(of: .facultyPreference, in: Timetable(entries: $0)) }.min()
  }
}

/// Days of equal periods of an hour, from eight o'clock on, without breaks.
private struct Week {
  let days: Int
  let count: Int

  init(days: Int, periods: Int) { (self.days, count) = (days, periods) }

  static func span(_ day: Int, _ ordinal: Int, _ length: Int = 1) -> TimeSpan {
    TimeSpan(day: day, start: 480 + 60 * ordinal, end: 480 + 60 * (ordinal + length))
  }

  var periods: [TimeSpan] { (0..<days * count).map { Self.span($0 / count, $0 % count) } }

  /// Lessons for teacher T and group G.
  func problem(durations: [Int]) -> Problem {
    var problem = TinySchool.problem(
      lessons: durations.enumerated().map {
        Lesson(id: LessonID("L\($0)"), duration: $1, groups: ["G"], teachers: ["T"], roomNeed: .none)
      })
    problem.timeGrids = [
      TimeGrid(
        id: "hours",
        days: (0..<days).map { day in
          GridDay(
            name: "day \(day)",
            periods: (0..<count).map {
              Period(start: Self.span(day, $0).start, end: Self.span(day, $0).end)
            })
        })
    ]
    return problem
  }
}

private struct Chance {
  private var state: UInt64

  init(_ seed: Int) { state = UInt64(seed) &* 2_654_435_761 &+ 1 }

  mutating func below(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % bound
  }
}
