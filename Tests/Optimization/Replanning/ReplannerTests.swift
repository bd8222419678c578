import Instances
import Optimization
import Testing
import Timetabling
import Verification

@Suite struct ReplannerTests {
  @Test func aFreePlaceIsTakenBeforeAnybodyElseMoves() {
    var week = TinyWeek()
    week.add("A", at: 0)
    week.add("B", at: 1)
    week.block("t-A", 0, 3)

    let replan = week.replan()

    #expect(replan.timetable.period(of: "A") == 2)
    #expect(replan.forced == ["A"])
    #expect(replan.further.isEmpty)
    #expect(replan.ring == .illegal)
    #expect(replan.movable == ["A"])
  }

  @Test func whoStandsInTheOnlyPlaceMakesRoom() {
    var week = TinyWeek(periods: 3)
    week.add("A", at: 0)
    week.add("B", at: 1)
    week.block("t-A", 0, 2)

    let replan = week.replan()

    #expect(replan.timetable.period(of: "A") == 1)
    #expect(replan.forced == ["A"])
    #expect(replan.further == ["B"])
    #expect(replan.ring == .neighbors)
    #expect(Verifier.verify(week.problem, replan.timetable).isValid)
  }

  @Test func aChainIsAsLongAsItMustBe() {
    // A can only go where B is, B only where C is, and C may go anywhere: B is A's neighbor, C is not.
    var week = TinyWeek()
    for (period, lesson) in ["A", "B", "C"].enumerated() { week.add(LessonID(lesson), at: period) }
    week.block("t-A", 0, 2, 3)
    week.block("t-B", 0, 3)

    let replan = week.replan()

    #expect(replan.timetable.period(of: "A") == 1)
    #expect(replan.timetable.period(of: "B") == 2)
    #expect(replan.further == ["B", "C"])
    #expect(replan.ring == .everything)
  }

  @Test func beyondTheBudgetALessonIsLeftOutAndNobodyMoves() {
    var week = TinyWeek()
    for (period, lesson) in ["A", "B", "C"].enumerated() { week.add(LessonID(lesson), at: period) }
    week.block("t-A", 0, 2, 3)
    week.block("t-B", 0, 3)

    let narrow = week.replan(further: 1)
    let near = week.replan(widest: .neighbors)

    for replan in [narrow, near] {
      #expect(replan.timetable.unplaced.map(\.lesson) == ["A"])
      #expect(replan.timetable.unplaced.allSatisfy { !$0.reasons.isEmpty })
      #expect(replan.further.isEmpty)
      #expect(replan.notes.count == 1)
    }
  }

  @Test func noMorePeopleAreAffectedThanTheBudgetAllows() {
    // B would make room for A: that affects B's teacher and group, of whom A's group is one already.
    func replan(people: Int, sharesGroup: Bool) -> Replan {
      var week = TinyWeek(periods: 3)
      week.add("A", groups: ["G"], at: 0)
      week.add("B", groups: [sharesGroup ? "G" : "H"], at: 1)
      week.block("t-A", 0, 2)
      return Replanner(
        ReplanPlan(problem: week.problem, base: week.base, budget: DisruptionBudget(furtherPeople: people))
      ).run()
    }

    #expect(replan(people: 2, sharesGroup: false).further == ["B"])
    #expect(replan(people: 1, sharesGroup: false).timetable.unplaced.map(\.lesson) == ["A"])
    #expect(replan(people: 1, sharesGroup: false).further.isEmpty)
    #expect(replan(people: 1, sharesGroup: true).further == ["B"])
  }

  @Test func anAddedLessonIsPlaced() {
    var week = TinyWeek(periods: 2)
    week.add("A", groups: ["G"], at: 0)
    week.add("B", groups: ["G"], at: nil)

    let replan = week.replan()

    #expect(replan.timetable.period(of: "B") == 1)
    #expect(replan.forced == ["B"])
    #expect(replan.difference.changes.map(\.from) == [nil])
  }

  @Test func aClosedRoomSendsItsLessonsToAnotherAtTheSameTime() {
    var week = TinyWeek(rooms: 2)
    week.add("A", at: 0, room: 0)
    week.add("B", at: 1, room: 0)
    week.problem.rooms[0].availability = [
      Availability(span: TimeSpan(day: 0, start: 480, end: 720), grade: .blocked)
    ]

    let replan = week.replan()

    #expect(replan.forced == ["A", "B"])
    #expect(replan.further.isEmpty)
    #expect(replan.timetable.entries.allSatisfy { $0.rooms == ["R1"] })
  }

  @Test func ofLessonsThatClashNowTheOneInEverybodysWayMoves() {
    // Hub shared no group with the two before: now it does, and moving it alone is enough.
    var week = TinyWeek(rooms: 3)
    week.add("Hub", groups: ["G", "H"], at: 0, room: 0)
    week.add("One", groups: ["G"], at: 0, room: 1)
    week.add("Two", groups: ["H"], at: 0, room: 2)

    let replan = week.replan()

    #expect(replan.forced == ["Hub"])
    #expect(replan.further.isEmpty)
    #expect(replan.timetable.period(of: "One") == 0)
    #expect(replan.timetable.period(of: "Two") == 0)
  }

  @Test func aLowerDailyMaximumMovesOneLessonToAnotherDay() {
    var school = TinySchool(days: 2, periods: 3)
    for lesson in ["A", "B"] { school.add(Lesson(id: LessonID(lesson), duration: 60, teachers: ["T"])) }
    let base = Timetable(
      entries: ["A", "B"].enumerated().map { number, lesson in
        Entry(
          lesson: LessonID(lesson), weeks: .first(4), time: TinyWeek.span(number), rooms: ["R1"], teachers: ["T"])
      })
    school.problem.teachers[0].maxMinutesPerDay = 60

    let replan = Replanner(ReplanPlan(problem: school.problem, base: base)).run()

    #expect(replan.forced.count == 1)
    #expect(replan.further.isEmpty)
    #expect(Set(replan.timetable.entries.map(\.time.day)) == [0, 1])
  }

  @Test func theDailyMaximumOfAnotherTeacherCountsToo() {
    // A must go to the second day, where its teacher already gives as much as a day allows: B makes room.
    var school = TinySchool(days: 2, periods: 2)
    for lesson in ["A", "B"] { school.add(Lesson(id: LessonID(lesson), duration: 60, teachers: ["T"])) }
    school.problem.teachers[0].maxMinutesPerDay = 60
    school.problem.constraints = [
      Constraint(
        id: "A only on day 1", kind: .lessonsAllowedTimes, selector: Selector(lessons: ["A"]),
        times: [TimeSpan(day: 1, start: 0, end: 1440)])
    ]
    func entry(_ lesson: LessonID, _ day: Int) -> Entry {
      Entry(
        lesson: lesson, weeks: .first(4), time: TimeSpan(day: day, start: 480, end: 540), rooms: ["R1"],
        teachers: ["T"])
    }
    let base = Timetable(entries: [entry("A", 0), entry("B", 1)])

    let replan = Replanner(ReplanPlan(problem: school.problem, base: base)).run()

    #expect(replan.forced == ["A"])
    #expect(replan.further == ["B"])
    #expect(Verifier.verify(school.problem, replan.timetable).isValid)
  }

  @Test func aGapThatClosesAgainMovesNobodyElse() {
    // Without B the group's day has a gap, which is forbidden; B finds another room at its hour, and the rest stays.
    var week = TinyWeek(rooms: 2)
    for (period, lesson) in ["A", "B", "C"].enumerated() { week.add(LessonID(lesson), groups: ["G"], at: period) }
    week.problem.constraints = [
      Constraint(id: "no gaps", kind: .groupMaxGapsPerDay, selector: Selector(groups: ["G"]), parameters: ["max": 0])
    ]
    week.problem.rooms[0].availability = [Availability(span: TinyWeek.span(1), grade: .blocked)]

    let replan = week.replan()

    #expect(replan.forced == ["B"])
    #expect(replan.further.isEmpty)
    #expect(replan.timetable.entries.first { $0.lesson == "B" }?.rooms == ["R1"])
    #expect(Verifier.verify(week.problem, replan.timetable).isValid)
  }

  @Test func aRuleThatWasBrokenFromTheStartIsMendedToo() {
    // C is illegal where it is, and apart from that the days of T are one lesson too long now.
    var school = TinySchool(days: 2, periods: 3)
    for lesson in ["A", "B"] { school.add(Lesson(id: LessonID(lesson), duration: 60, teachers: ["T"])) }
    school.add(Lesson(id: "C", duration: 60, teachers: ["U"]))
    let base = Timetable(
      entries: ["A", "B", "C"].enumerated().map { number, lesson in
        Entry(
          lesson: LessonID(lesson), weeks: .first(4), time: TinyWeek.span(number), rooms: ["R1"],
          teachers: [number < 2 ? "T" : "U"])
      })
    school.problem.teachers[0].maxMinutesPerDay = 60
    school.problem.teachers[1].availability = [Availability(span: TinyWeek.span(2), grade: .blocked)]

    let replan = Replanner(ReplanPlan(problem: school.problem, base: base)).run()

    #expect(Verifier.verify(school.problem, replan.timetable).isValid)
    #expect(replan.timetable.unplaced.isEmpty)
    #expect(replan.forced.count == 2)
    #expect(replan.further.isEmpty)
  }

  @Test func aTeacherOnceChosenFromAPoolStays() {
    var school = TinySchool(days: 1, periods: 2)
    school.add(Lesson(id: "A", duration: 60, teacherPool: ["S", "T"], teachersFromPool: 1))
    let time = TimeSpan(day: 0, start: 480, end: 540)
    for teacher in ["S", "T"] as [TeacherID] {
      let base = Timetable(
        entries: [Entry(lesson: "A", weeks: .first(4), time: time, rooms: ["R1"], teachers: [teacher])])

      let replan = Replanner(ReplanPlan(problem: school.problem, base: base)).run()

      #expect(replan.timetable == base)
      #expect(replan.difference.changes.isEmpty)
    }
  }

  @Test func whatTheBaseLeftOutMovesNobody() {
    var week = TinyWeek(periods: 2)
    week.add("A", at: 0)
    week.add("B", at: 1)
    week.add("C", at: nil)
    week.base.unplaced = [Unplaced(lesson: "C", reasons: ["No room was free."])]

    let full = week.replan()
    week.problem.lessons.removeFirst()
    let freed = week.replan()

    #expect(full.difference.changes.isEmpty)
    #expect(full.timetable.unplaced.map(\.lesson) == ["C"])
    #expect(freed.timetable.period(of: "C") == 0)
    #expect(freed.difference.changes.map(\.lesson) == ["A", "C"])
  }

  /// T makes up a lesson of B in the first hour, and has a new lesson to give.
  @Test func nobodyIsMovedIntoAMakeupMeeting() {
    var week = TinyWeek(periods: 2, rooms: 2)
    week.add("A", teacher: "T", at: nil)
    week.add("B", at: 1, room: 1)
    var makeup = week.base.entries[0]
    (makeup.time, makeup.teachers, makeup.kind) = (TinyWeek.span(0), ["T"], .makeup)
    week.base.entries.append(makeup)

    let replan = week.replan()

    #expect(replan.timetable.period(of: "A") == 1)
    #expect(replan.timetable.entries.filter { $0.kind == .makeup } == [makeup])
    #expect(Verifier.verify(week.problem, replan.timetable).isValid)
  }

  @Test func draftsStayDraftsAndMakeupMeetingsWhereTheyAre() {
    var week = TinyWeek()
    week.add("A", at: 0)
    week.add("B", at: 1)
    week.block("t-A", 0)
    var makeup = week.base.entries[1]
    makeup.time = TinyWeek.span(3)
    makeup.kind = .makeup
    var gone = makeup
    gone.lesson = "gone"
    week.base.entries[0].kind = .draft
    week.base.entries += [makeup, gone]

    let timetable = week.replan().timetable

    #expect(timetable.entries.first { $0.lesson == "A" }?.kind == .draft)
    #expect(timetable.entries.filter { $0.kind == .makeup } == [makeup])
  }

  @Test func amongEqualMovesTheCheapestIsChosen() {
    // Two lessons of one group: the free place beside the other leaves no gap.
    var week = TinyWeek()
    week.add("A", groups: ["G"], at: 3)
    week.add("B", groups: ["G"], at: 0)
    week.block("t-A", 3)

    let replan = Replanner(
      ReplanPlan(problem: week.problem, base: week.base, weights: week.problem.weights([.compactness: 1000]))
    ).run()

    #expect(replan.timetable.period(of: "A") == 1)
  }

  @Test func cancelledFromTheStartItStillAnswersWithAValidTimetable() {
    var week = TinyWeek(periods: 3)
    week.add("A", at: 0)
    week.add("B", at: 1)
    week.block("t-A", 0, 2)

    let replan = Replanner(ReplanPlan(problem: week.problem, base: week.base)).run { true }

    #expect(replan.wasCancelled)
    #expect(replan.timetable.period(of: "B") == 1)
    #expect(Verifier.verify(week.problem, replan.timetable).isValid)
  }
}
