import Testing
import Timetabling

/// One constraint, one test: given these lessons, it counts so much.
@Suite struct LessonConstraintTests {
  typealias School = TinySchool

  @Test func missingDaysBetweenPairsAreSummed() {
    // Monday and Tuesday: 1 missing. Tuesday and Thursday: 0. Monday and Thursday: 0.
    #expect(School.violations(.lessonsMinDaysBetween, ["days": 2], at: [(0, 0), (1, 0), (3, 0)]) == 1)
    #expect(School.violations(.lessonsMinDaysBetween, ["days": 2], at: [(0, 0), (0, 3)]) == 2)
  }

  @Test func daysBeyondTheMostBetweenPairsAreSummed() {
    // Monday and Wednesday: 1 beyond. Monday and Friday: 3. Wednesday and Friday: 1.
    #expect(School.violations(.lessonsMaxDaysBetween, ["days": 1], at: [(0, 0), (2, 0), (4, 0)]) == 5)
    #expect(School.violations(.lessonsMaxDaysBetween, ["days": 0], at: [(1, 0), (1, 3)]) == 0)
  }

  @Test func backToBackOnOneDayMayExcuseAPair() {
    let parameters = ["days": 1, "consecutive": 1]
    #expect(School.violations(.lessonsMinDaysBetween, parameters, at: [(0, 1), (0, 0)]) == 0)
    #expect(School.violations(.lessonsMinDaysBetween, parameters, at: [(0, 0), (0, 2)]) == 1)
  }

  @Test func allowedTimesCoverTheWholeMeeting() {
    let times = [TimeSpan(day: 0, start: 480, end: 600)]
    #expect(School.violations(.lessonsAllowedTimes, times: times, at: [(0, 0), (0, 1), (0, 2), (1, 0)]) == 2)
  }

  @Test func allowedStartsLookAtTheStartAlone() {
    let times = [TimeSpan(day: 0, start: 480, end: 481), TimeSpan(day: 1, start: 540, end: 600)]
    #expect(School.violations(.lessonsAllowedStarts, times: times, at: [(0, 0), (1, 1), (1, 0)]) == 1)
  }

  @Test func allowedRoomsAreAsked() {
    #expect(
      School.violations(.lessonsAllowedRooms, allowed: ["R1"], at: [(0, 0), (0, 1)], rooms: [["R1"], ["R2"]]) == 1)
  }

  @Test func sameStartsAreComparedInPairs() {
    let places = [(day: 0, ordinal: 0), (1, 0), (1, 1)]
    #expect(School.violations(.lessonsSameStart, at: places) == 3)
    #expect(School.violations(.lessonsSameStartOfDay, at: places) == 2)
    #expect(School.violations(.lessonsSameDay, at: places) == 2)
    #expect(School.violations(.lessonsDifferentDays, at: places) == 1)
  }

  @Test func overlapsCountOnlyInSharedWeeks() {
    let places = [(day: 0, ordinal: 0), (0, 0), (0, 0)]
    #expect(School.violations(.lessonsNotOverlapping, at: places) == 3)
    let alternating = School.violations(.lessonsNotOverlapping, at: places) {
      $0.lessons[1].weeks = .odd(4)
      $0.lessons[2].weeks = .even(4)
    }
    #expect(alternating == 2)
  }

  @Test func aGapCountsWholePeriodsBetween() {
    #expect(School.violations(.lessonsMinGap, ["periods": 2], at: [(0, 0), (0, 3)]) == 0)
    #expect(School.violations(.lessonsMinGap, ["periods": 2], at: [(0, 2), (0, 0)]) == 1)
    #expect(School.violations(.lessonsMinGap, ["periods": 2], at: [(0, 0), (1, 0)]) == 0)
  }

  @Test func consecutiveLessonsFollowInTheSelectorsOrder() {
    let selector = Selector(lessons: ["L1", "L0"])
    #expect(School.violations(.lessonsConsecutive, selector: selector, at: [(0, 2), (0, 1)]) == 0)
    #expect(School.violations(.lessonsConsecutive, selector: selector, at: [(0, 1), (0, 2)]) == 1)
  }

  @Test func groupedLessonsFollowInAnyOrder() {
    #expect(School.violations(.lessonsGrouped, at: [(0, 2), (0, 0), (0, 1)]) == 0)
    #expect(School.violations(.lessonsGrouped, at: [(0, 3), (0, 0), (0, 1)]) == 1)
    #expect(School.violations(.lessonsGrouped, at: [(0, 0), (1, 1)]) == 1)
  }

  @Test func orderedLessonsWaitForTheEndOfTheOneBefore() {
    let selector = Selector(lessons: ["L0", "L1", "L2"])
    #expect(School.violations(.lessonsOrdered, selector: selector, at: [(0, 0), (0, 1), (1, 0)]) == 0)
    #expect(School.violations(.lessonsOrdered, selector: selector, at: [(1, 0), (0, 1), (0, 1)]) == 2)
  }

  @Test func anOrderMayHoldOnOneDayAlone() {
    let selector = Selector(lessons: ["L0", "L1"])
    let onOneDay = ["sameDay": 1]
    #expect(School.violations(.lessonsOrdered, onOneDay, selector: selector, at: [(1, 0), (0, 3)]) == 0)
    #expect(School.violations(.lessonsOrdered, onOneDay, selector: selector, at: [(1, 0), (1, 1)]) == 0)
    #expect(School.violations(.lessonsOrdered, onOneDay, selector: selector, at: [(1, 1), (1, 0)]) == 1)
  }

  @Test func lessonsInOtherRoomsCountInPairs() {
    let rooms: [[RoomID]] = [["R1"], ["R1"], ["R2"]]
    #expect(School.violations(.lessonsSameRoom, at: [(0, 0), (0, 1), (0, 2)], rooms: rooms) == 2)
  }

  @Test func lessonsThatEndTheDayHaveNothingAfterThem() {
    #expect(School.violations(.lessonsEndDay, selector: Selector(lessons: ["L0"]), at: [(0, 0), (0, 2)]) == 1)
    #expect(School.violations(.lessonsEndDay, selector: Selector(lessons: ["L1"]), at: [(0, 0), (0, 2)]) == 0)
  }

  @Test func thePeakWithinEachSpanCounts() {
    let times = [TimeSpan(day: 0, start: 480, end: 600), TimeSpan(day: 1, start: 480, end: 600)]
    let places = [(day: 0, ordinal: 0), (0, 0), (0, 0), (0, 1), (1, 3)]
    #expect(School.violations(.lessonsMaxSimultaneous, ["max": 1], times: times, at: places) == 2)
    #expect(School.violations(.lessonsMaxSimultaneous, ["max": 0], times: times, at: places) == 3)
  }

  @Test func aCourseIsSpreadAndStable() {
    // One lesson, three meetings: Monday twice, Tuesday once, in two rooms.
    let problem = School.problem(lessons: [Lesson(id: "L", duration: 60, meetingsPerWeek: 3)])
    let places: [(Int, Int, RoomID)] = [(0, 0, "R1"), (0, 2, "R2"), (1, 0, "R1")]
    let timetable = Timetable(
      entries: places.enumerated().map {
        Entry(
          lesson: "L", meeting: $0, weeks: .first(4), time: School.span($1.0, $1.1), rooms: [$1.2])
      })
    let evaluator = PlainEvaluator(problem)
    let spread = Constraint(id: "a", kind: .courseMinWorkingDays, parameters: ["days": 4])
    let stable = Constraint(id: "b", kind: .courseRoomStability)
    #expect(evaluator.violations(of: spread, in: timetable) == 2)
    #expect(evaluator.violations(of: stable, in: timetable) == 1)
    #expect(evaluator.units(of: .spreadOverDays, in: timetable) == 1)
    #expect(evaluator.units(of: .roomStability, in: timetable) == 1)
  }

  @Test func seatsAreMissingInEachRoom() {
    #expect(
      School.violations(.roomCapacity, at: [(0, 0), (0, 1)], rooms: [["R1"], ["R2"]]) {
        $0.lessons[0].size = 42
        $0.lessons[1].size = 42
      } == 12)
  }

  @Test func studentsInTwoPlacesCountOneByOne() {
    let count = School.violations(.studentClash, selector: Selector(lessons: ["L0"]), at: [(0, 0), (0, 0), (0, 1)]) {
      $0.students = [Student(id: "a"), Student(id: "b"), Student(id: "c", group: "G")]
      $0.lessons[0].groups = ["G"]
      $0.lessons[1].groups = []
      $0.lessons[1].students = ["a", "c"]
      $0.lessons[0].students = ["a", "b"]
    }
    #expect(count == 2)
  }

  @Test func weightsMultiply() {
    var problem = School.problem(lessons: School.lessons(2))
    problem.constraints = [
      Constraint(id: "a", kind: .lessonsSameDay, enforcement: .weighted(3)),
      Constraint(id: "b", kind: .lessonsSameDay, enforcement: .weighted(4)),
      Constraint(id: "c", kind: .lessonsSameStart, enforcement: .hard),
    ]
    let timetable = School.timetable([(0, 0), (1, 0)], of: problem)
    let card = PlainEvaluator(problem).score(timetable)
    #expect(card.constraintViolations == ["lessons.same-day": 7])
    #expect(card.hardViolations == 1)
    #expect(PlainEvaluator(problem).perTermViolations(timetable).suffix(1) == [7])
  }
}
