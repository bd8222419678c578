import Patterns
import Testing

/// One class of each kind of place, by hand. Days are bits of a week, from Monday.
private func meets(_ days: UInt16, _ start: Int, _ length: Int, weeks: UInt64 = 0b11) -> MeetingPattern {
  MeetingPattern(days: days, weeks: weeks, start: start, length: length)
}

@Suite struct PlainScorerTests {
  /// Classes at fixed times, each in its own room unless rooms are given.
  private func violations(
    _ kind: Distribution.Kind, _ patterns: [MeetingPattern], rooms: [Int]? = nil
  ) -> (required: Int, cost: Int) {
    var problem = CourseProblem(name: "p", days: 5, slotsPerDay: 100, weeks: 2, weights: CostWeights(distribution: 10))
    problem.rooms = (0..<6).map { CourseRoom(id: "\($0)", capacity: 1) }
    problem.rooms[0].travel = [.init(room: 1, slots: 3)]
    problem.classes = patterns.indices.map { index in
      CourseClass(
        id: "\(index)", times: [TimeOption(pattern: patterns[index])],
        rooms: [RoomOption(room: rooms.map { $0[index] } ?? index)])
    }
    let solution = CourseSolution(placements: patterns.map { _ in .init(time: 0, room: 0) }, enrollments: [])
    let all = Array(patterns.indices)
    problem.distributions = [Distribution(kind, isRequired: true, penalty: 3, classes: all)]
    let required = PlainScorer(problem).score(solution).violations[.distribution(kind)] ?? 0
    problem.distributions = [Distribution(kind, isRequired: false, penalty: 3, classes: all)]
    let score = PlainScorer(problem).score(solution)
    #expect(score.total == score.distribution * 10)
    return (required, score.distribution)
  }

  @Test func sameStartComparesStartsOnly() {
    #expect(violations(.sameStart, [meets(1, 8, 2), meets(2, 8, 5), meets(1, 9, 2)]) == (2, 6))
  }

  @Test func sameTimeAsksThatOneLiesWithinTheOther() {
    #expect(violations(.sameTime, [meets(1, 8, 4), meets(2, 9, 2), meets(4, 11, 2)]) == (2, 6))
  }

  @Test func differentTimeIgnoresDays() {
    #expect(violations(.differentTime, [meets(1, 8, 4), meets(2, 11, 2), meets(4, 13, 2)]) == (1, 3))
  }

  @Test func sameDaysAsksThatOneSetHoldsTheOther() {
    #expect(violations(.sameDays, [meets(0b111, 8, 1), meets(0b101, 9, 1), meets(0b1001, 9, 1)]) == (2, 6))
  }

  @Test func differentDaysShareNone() {
    #expect(violations(.differentDays, [meets(0b11, 8, 1), meets(0b10, 20, 1), meets(0b100, 8, 1)]) == (1, 3))
  }

  @Test func weeksAreComparedLikeDays() {
    let patterns = [meets(1, 8, 1, weeks: 0b11), meets(1, 8, 1, weeks: 0b01), meets(1, 8, 1, weeks: 0b10)]
    #expect(violations(.sameWeeks, patterns) == (1, 3))
    #expect(violations(.differentWeeks, patterns) == (2, 6))
  }

  @Test func roomsAreSameOrDifferent() {
    let patterns = [meets(1, 8, 1), meets(1, 10, 1), meets(1, 12, 1)]
    #expect(violations(.sameRoom, patterns, rooms: [2, 2, 3]) == (2, 6))
    #expect(violations(.differentRoom, patterns, rooms: [2, 2, 3]) == (1, 3))
  }

  @Test func overlapNeedsADayAWeekAndASlotInCommon() {
    let patterns = [
      meets(0b11, 8, 4), meets(0b10, 11, 2), meets(0b100, 8, 4), meets(0b10, 8, 4, weeks: 0b01), meets(0b10, 12, 1),
    ]
    // Overlapping: 0-1, 0-3, 1-3, 1-4 of ten pairs.
    #expect(violations(.notOverlap, patterns) == (4, 12))
    #expect(violations(.overlap, patterns) == (6, 18))
  }

  @Test func attendeesNeedTimeForTheWay() {
    // Rooms 0 and 1 lie three slots apart.
    #expect(violations(.sameAttendees, [meets(1, 8, 2), meets(1, 12, 2)], rooms: [0, 1]) == (1, 3))
    #expect(violations(.sameAttendees, [meets(1, 8, 2), meets(1, 13, 2)], rooms: [1, 0]) == (0, 0))
    #expect(violations(.sameAttendees, [meets(1, 8, 2), meets(1, 12, 2)], rooms: [0, 2]) == (0, 0))
    #expect(violations(.sameAttendees, [meets(1, 8, 2), meets(2, 8, 2)], rooms: [0, 0]) == (0, 0))
  }

  @Test func precedenceComparesFirstMeetings() {
    let late = meets(0b100, 8, 2, weeks: 0b11)
    let early = meets(0b010, 20, 2, weeks: 0b11)
    #expect(violations(.precedence, [early, late]) == (0, 0))
    #expect(violations(.precedence, [late, early]) == (1, 3))
    #expect(violations(.precedence, [meets(1, 8, 2), meets(1, 10, 2)]) == (0, 0))
    #expect(violations(.precedence, [meets(1, 8, 3), meets(1, 10, 2)]) == (1, 3))
    #expect(violations(.precedence, [meets(16, 8, 2, weeks: 0b01), meets(1, 8, 2, weeks: 0b10)]) == (0, 0))
  }

  @Test func aWorkDayGoesFromTheFirstStartToTheLastEnd() {
    #expect(violations(.workDay(10), [meets(1, 8, 2), meets(1, 16, 2), meets(1, 17, 2), meets(2, 40, 2)]) == (1, 3))
  }

  @Test func aGapIsAskedForOnCommonDaysOnly() {
    #expect(violations(.minGap(4), [meets(1, 8, 2), meets(1, 13, 2), meets(1, 19, 2), meets(2, 10, 2)]) == (1, 3))
  }

  @Test func daysBeyondTheMostAreCounted() {
    #expect(violations(.maxDays(2), [meets(0b11, 8, 1), meets(0b110, 8, 1), meets(0b1000, 8, 1)]) == (2, 6))
  }

  @Test func aDaysLoadBeyondTheMostIsAveragedOverWeeks() {
    // Monday: 5 + 4 in the first week, 5 in the second: 3 too many in one of two weeks.
    let patterns = [meets(1, 8, 5), meets(1, 20, 4, weeks: 0b01)]
    #expect(violations(.maxDayLoad(6), patterns) == (2, 4))
  }

  @Test func breaksLongerThanTheGapAreCounted() {
    // Both weeks of Monday: 8-10, 11-13 | 20-22 | 30-32: two breaks of more than two slots, one allowed.
    let patterns = [meets(1, 8, 2), meets(1, 11, 2), meets(1, 20, 2), meets(1, 30, 2)]
    #expect(violations(.maxBreaks(1, gap: 2), patterns) == (1, 3))
    #expect(violations(.maxBreaks(2, gap: 2), patterns) == (0, 0))
    #expect(violations(.maxBreaks(1, gap: 7), patterns) == (0, 0))
  }

  @Test func aBlockHasAtLeastTwoClasses() {
    // 8-18 alone is no block; 30-32 and 33-40 are one of ten slots.
    let patterns = [meets(1, 8, 10), meets(1, 30, 2), meets(1, 33, 7)]
    #expect(violations(.maxBlock(9, gap: 1), patterns) == (1, 3))
    #expect(violations(.maxBlock(10, gap: 1), patterns) == (0, 0))
    #expect(violations(.maxBlock(9, gap: 0), patterns) == (0, 0))
  }
}

@Suite struct PlainScorerPlacesTests {
  /// A lecture of two places with two seminars under it, all in one room that is closed on Friday.
  private let problem = CourseProblem(
    name: "places", days: 5, slotsPerDay: 100, weeks: 1, weights: CostWeights(time: 2, room: 3, student: 7),
    rooms: [CourseRoom(id: "r", capacity: 2, unavailable: [MeetingPattern(days: 16, weeks: 1, start: 0, length: 50)])],
    courses: [
      CourseOffering(
        id: "c",
        configurations: [
          .init(id: "f", subparts: [.init(id: "lecture", classes: [0]), .init(id: "seminar", classes: [1, 2])]),
          .init(id: "g", subparts: [.init(id: "alone", classes: [3])]),
        ])
    ],
    classes: (0..<4).map { index in
      CourseClass(
        id: "k\(index)", limit: 2, parent: index == 1 ? 0 : nil,
        times: (0..<5).map {
          TimeOption(pattern: MeetingPattern(days: 1 << UInt16($0), weeks: 1, start: 10, length: 5), penalty: $0)
        }, rooms: index == 3 ? [] : [RoomOption(room: 0, penalty: index)])
    }, students: [CourseStudent(id: "s", courses: [0]), CourseStudent(id: "t", courses: [0])])

  private func score(_ times: [Int], _ enrollments: [[Int]]) -> SolutionScore {
    PlainScorer(problem).score(
      CourseSolution(
        placements: times.enumerated().map { index, time in
          time < 0 ? nil : CourseSolution.Placement(time: time, room: index == 3 ? nil : 0)
        }, enrollments: enrollments))
  }

  @Test func aValidSolutionCostsItsTimesAndRooms() {
    let score = score([0, 1, 2, 3], [[0, 1], [3]])
    #expect(score.isValid)
    #expect((score.time, score.room, score.student) == (6, 3, 0))
    #expect(score.total == 6 * 2 + 3 * 3)
  }

  @Test func clashesClosedRoomsAndMissingPlacesAreViolations() {
    #expect(score([0, 0, 0, 0], [[3], [3]]).violations == [.roomClash: 3])
    #expect(score([0, 1, 4, 4], [[3], [3]]).violations == [.closedRoom: 1])
    #expect(score([0, 1, -1, 4], [[3], [3]]).violations == [.placed: 1])
  }

  @Test func aStudentNeedsOneClassOfEachSubpartOfOneConfiguration() {
    let times = [0, 1, 2, 3]
    #expect(score(times, [[0, 2], [3]]).isValid)
    #expect(score(times, [[0], [3]]).violations == [.sectioning: 1])
    #expect(score(times, [[], [3]]).violations == [.sectioning: 1])
    #expect(score(times, [[0, 1, 2], [3]]).violations == [.sectioning: 1])
    #expect(score(times, [[0, 2, 3], [3]]).violations == [.sectioning: 1])
    #expect(score(times, [[1, 3], [3]]).violations == [.sectioning: 1, .parent: 1])
  }

  @Test func limitsAndCoursesNotAskedForAreViolations() {
    var crowded = problem
    crowded.classes[3].limit = 1
    crowded.students.append(CourseStudent(id: "u", courses: []))
    let placements = [0, 1, 2, 3].map { CourseSolution.Placement(time: $0, room: $0 == 3 ? nil : 0) }
    let solution = CourseSolution(placements: placements, enrollments: [[3], [3], [0, 2]])
    #expect(PlainScorer(crowded).score(solution).violations == [.limit: 1, .sectioning: 2])
  }

  @Test func aStudentsClassesThatOverlapAreCountedInPairs() {
    let score = score([0, 0, 1, 3], [[0, 1], [0, 1]])
    #expect(score.student == 2)
    #expect(score.violations == [.roomClash: 1])
  }
}

@Suite struct DistributionKindTests {
  @Test func theCompetitionsNamesAreReadAndWritten() {
    for text in [
      "SameStart", "SameTime", "DifferentTime", "SameDays", "DifferentDays", "SameWeeks", "DifferentWeeks", "SameRoom",
      "DifferentRoom", "Overlap", "NotOverlap", "SameAttendees", "Precedence", "WorkDay(75)", "MinGap(6)", "MaxDays(3)",
      "MaxDayLoad(120)", "MaxBreaks(1,12)", "MaxBlock(48,6)",
    ] {
      #expect(Distribution.Kind(text)?.description == text)
    }
    #expect(Distribution.Kind("MaxBreaks(1, 12)") == .maxBreaks(1, gap: 12))
  }

  @Test(arguments: [
    "", "samestart", "SameStart()", "SameStart(1)", "WorkDay", "WorkDay()", "WorkDay(x)", "WorkDay(5", "WorkDay(5,6)",
    "MaxBreaks(1)", "MaxDays(-1)", "MaxDays(99999999999)", "Unknown(3)",
  ])
  func otherWordsAreRefused(_ text: String) {
    #expect(Distribution.Kind(text) == nil)
  }
}
