import Testing
import Timetabling

/// One constraint, one test: given these lessons, it counts so much.
@Suite struct PeopleConstraintTests {
  typealias School = TinySchool

  /// Monday 0 and 3: two gaps. Tuesday 0 and 2: one.
  let gappy = [(day: 0, ordinal: 0), (0, 3), (1, 0), (1, 2)]

  @Test func gapsOfAWeekAreSummedBeforeTheLimit() {
    for kind in [ConstraintKind.teacherMaxGapsPerWeek, .groupMaxGapsPerWeek] {
      #expect(School.violations(kind, ["max": 0], at: gappy) == 3)
      #expect(School.violations(kind, ["max": 2], at: gappy) == 1)
      #expect(School.violations(kind, ["max": 3], at: gappy) == 0)
    }
  }

  @Test func gapsOfADayAreLimitedDayByDay() {
    for kind in [ConstraintKind.teacherMaxGapsPerDay, .groupMaxGapsPerDay] {
      #expect(School.violations(kind, ["max": 1], at: gappy) == 1)
    }
  }

  @Test func alwaysBlockedTimeIsNoGap() {
    let away = [Availability(span: School.span(0, 1), grade: .blocked)]
    let teacher = School.violations(.teacherMaxGapsPerWeek, at: gappy) { $0.teachers[0].availability = away }
    let group = School.violations(.groupMaxGapsPerWeek, at: gappy) { $0.groups[0].availability = away }
    #expect(teacher == 2 && group == 2)
  }

  @Test func timeBlockedInSomeWeeksStaysAGap() {
    let away = [Availability(span: School.span(0, 1), grade: .blocked, weeks: .odd(4))]
    #expect(School.violations(.teacherMaxGapsPerWeek, at: gappy) { $0.teachers[0].availability = away } == 3)
  }

  @Test func daysWithLessonsAreCounted() {
    for kind in [ConstraintKind.teacherMaxDaysPerWeek, .groupMaxDaysPerWeek] {
      #expect(School.violations(kind, ["max": 1], at: [(0, 0), (0, 1), (2, 0), (4, 3)]) == 2)
    }
  }

  @Test func periodsOfADayHaveBounds() {
    // Monday 3, Tuesday 1.
    let places = [(day: 0, ordinal: 0), (0, 1), (0, 3), (1, 2)]
    for kind in [ConstraintKind.teacherMaxPeriodsPerDay, .groupMaxPeriodsPerDay] {
      #expect(School.violations(kind, ["max": 2], at: places) == 1)
    }
    for kind in [ConstraintKind.teacherMinPeriodsPerDay, .groupMinPeriodsPerDay] {
      #expect(School.violations(kind, ["min": 3], at: places) == 2)
    }
  }

  @Test func onEveryDayAreAtLeastSoManyOnceThereIsALesson() {
    // Monday 2, Tuesday 1, nothing on the three other days.
    let places = [(day: 0, ordinal: 0), (0, 1), (1, 2)]
    let everyDay = ["min": 2, "everyDay": 1]
    for kind in [ConstraintKind.teacherMinPeriodsPerDay, .groupMinPeriodsPerDay] {
      #expect(School.violations(kind, everyDay, at: places) == 7)
      let withoutFriday = School.violations(kind, everyDay, at: places) { $0.timeGrids[0].days[4].periods = [] }
      #expect(withoutFriday == 5)
      // Weeks without lessons ask for nothing.
      let oddWeeks = School.violations(kind, everyDay, at: places) { problem in
        for lesson in problem.lessons.indices { problem.lessons[lesson].weeks = .odd(4) }
      }
      #expect(oddWeeks == 7)
    }
    #expect(School.violations(.teacherMinPeriodsPerDay, everyDay, selector: Selector(teachers: ["U"]), at: places) == 0)
  }

  @Test func aBreakEndsARow() {
    let allDay = [(day: 0, ordinal: 0), (0, 1), (0, 2), (0, 3)]
    for kind in [ConstraintKind.teacherMaxPeriodsInRow, .groupMaxPeriodsInRow] {
      #expect(School.violations(kind, ["max": 2], at: allDay) == 0)
      #expect(School.violations(kind, ["max": 1], at: allDay) == 2)
    }
  }

  @Test func theSpanReachesFromFirstToLast() {
    for kind in [ConstraintKind.teacherMaxSpanPerDay, .groupMaxSpanPerDay] {
      #expect(School.violations(kind, ["max": 2], at: gappy) == 3)
    }
  }

  @Test func onlyPeriodsThatTheTimesTouchCount() {
    // The first two periods of Monday and, by a minute, the last of Tuesday.
    let last = School.span(1, 3)
    let times = [
      TimeSpan(day: 0, start: 500, end: 600), TimeSpan(day: 1, start: last.start - 5, end: last.start + 1),
    ]
    let places = [(day: 0, ordinal: 0), (0, 1), (0, 3), (1, 0), (1, 3), (2, 0)]
    for kind in [ConstraintKind.teacherMaxPeriodsPerDayInTimes, .groupMaxPeriodsPerDayInTimes] {
      #expect(School.violations(kind, ["max": 0], times: times, at: places) == 3)
      #expect(School.violations(kind, ["max": 1], times: times, at: places) == 1)
    }
    for kind in [ConstraintKind.teacherMaxDaysPerWeekInTimes, .groupMaxDaysPerWeekInTimes] {
      #expect(School.violations(kind, ["max": 0], times: times, at: places) == 2)
      #expect(School.violations(kind, ["max": 1], times: times, at: places) == 1)
      #expect(School.violations(kind, ["max": 0], times: times, at: [(1, 0), (0, 2), (3, 0)]) == 0)
    }
  }

  @Test func lateStartsBeyondTheLimitCount() {
    let places = [(day: 0, ordinal: 1), (1, 2), (2, 0), (3, 3)]
    #expect(School.violations(.groupMaxLateStarts, ["max": 1], at: places) == 2)
  }

  @Test func aDayBeginsWhenTheGroupIsFirstFree() {
    let places = [(day: 0, ordinal: 1), (1, 1)]
    let late = School.violations(.groupMaxLateStarts, at: places) {
      $0.groups[0].availability = [Availability(span: School.span(0, 0), grade: .blocked)]
    }
    #expect(late == 1)
  }

  @Test func isolatedPeriodsHaveNoNeighbor() {
    // 1 and 2 are neighbors although a break lies between them.
    #expect(School.violations(.groupIsolatedPeriods, at: [(0, 1), (0, 2), (1, 0), (1, 2), (2, 3)]) == 3)
  }

  @Test func theWorstWeekCounts() {
    // Odd weeks: Monday 0 and 3. Even weeks: Monday 0 and 2. Never all three.
    let gaps = School.violations(.teacherMaxGapsPerWeek, at: [(0, 0), (0, 3), (0, 2)]) {
      $0.lessons[1].weeks = .odd(4)
      $0.lessons[2].weeks = .even(4)
    }
    #expect(gaps == 2)
  }

  @Test func leafGroupsAttendWhatContainsThem() {
    // G has the parts A and B. L0 is for G, L1 for A: A has two gaps, B none.
    let parts: (inout Problem) -> Void = {
      $0.groups = [
        ClassGroup(id: "G", size: 20, parts: ["A", "B"]), ClassGroup(id: "A", size: 10),
        ClassGroup(id: "B", size: 10),
      ]
      $0.lessons[1].groups = ["A"]
    }
    let selector = Selector(groups: ["G"])
    #expect(School.violations(.groupMaxGapsPerWeek, selector: selector, at: [(0, 0), (0, 3)], edit: parts) == 2)
    // G itself attends L0 alone, which is isolated.
    #expect(School.violations(.groupIsolatedPeriods, selector: selector, at: [(0, 0), (0, 1)], edit: parts) == 1)
  }

  @Test func selectorsNarrowByPersonAndDepartment() {
    let places = [(day: 0, ordinal: 0), (0, 3)]
    #expect(School.violations(.teacherMaxGapsPerWeek, selector: Selector(teachers: ["U"]), at: places) == 0)
    #expect(School.violations(.teacherMaxGapsPerWeek, selector: Selector(teachers: ["T"]), at: places) == 2)
    #expect(School.violations(.teacherMaxGapsPerWeek, selector: Selector(departments: ["D"]), at: places) == 0)
  }
}
