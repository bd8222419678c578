import Optimization
import Testing
import Timetabling

/// A why-not map agrees with the slow measures, cell by cell.
@Suite struct WhyNotMapTests {
  @Test(arguments: UInt64(1)...4) func costChangesAndConflictsAreThoseOfThePlainMeasures(seed: UInt64) throws {
    var random = RandomProblem(seed: seed, lessons: 10)
    let weighted: [ConstraintKind] = [
      .teacherMaxGapsPerDay, .groupIsolatedPeriods, .lessonsMinDaysBetween, .courseMinWorkingDays, .lessonsSameRoom,
      .lessonsAllowedTimes, .lessonsMaxSimultaneous, .studentClash,
    ]
    let hard: [ConstraintKind] = [.lessonsDifferentDays, .groupMaxPeriodsPerDay, .lessonsAllowedRooms]
    random.problem.constraints = weighted.map { random.constraint($0, .weighted(2)) }
    random.problem.constraints += hard.map { random.constraint($0, .hard) }
    let problem = random.problem
    let base = try Runs(problem, ticks: 5).timetable
    let timetable = try Runs(problem, ticks: 40).timetable
    let weights = Weights(problem.objectiveTerms.map { _ in 700 })

    try expectAgreement(problem, timetable, weights, base: base, lessons: problem.lessons.prefix(7).map(\.id))
  }

  private func expectAgreement(
    _ problem: Problem, _ timetable: Timetable, _ weights: Weights, base: Timetable?, lessons: [LessonID]
  ) throws {
    let detector = ConflictDetector(problem)
    let objective = Objective(ProblemIndex(problem), weights: weights, base: base)
    let before = objective.cost(of: timetable)
    let explainer = PlaceExplainer(problem, timetable: timetable, weights: weights, base: base)
    var allowed = 0
    for lesson in lessons {
      let map = try #require(explainer.map(lesson: lesson, meeting: 0, detail: .rooms))
      #expect(map.isCostExact)
      for place in map.places {
        var entry = Entry(
          lesson: lesson, weeks: map.current?.weeks ?? weeks(of: lesson, in: problem), time: place.time,
          rooms: place.rooms, teachers: [])
        entry.teachers = map.current?.teachers ?? []
        guard map.current != nil else { continue }
        #expect(place.conflicts == detector.conflicts(of: entry, among: timetable))
        #expect((place.costChange != nil) == place.isAllowed)
        guard let change = place.costChange else { continue }
        allowed += 1
        let others = timetable.entries.filter { $0.lesson != lesson || $0.meeting != 0 }
        let after = objective.cost(of: Timetable(entries: others + [entry]))
        try #require(change == after - before, "\(lesson) \(place.time) \(place.rooms)")
      }
    }
    #expect(allowed > 5)
    #expect(objective.cost(of: timetable) == before)
  }

  private func weeks(of lesson: LessonID, in problem: Problem) -> WeekSet {
    problem.lessons.first { $0.id == lesson }?.weeks ?? problem.term.allWeeks
  }

  /// L0 of T now at 8:00; L1 of T at 9:00, L2 of G at 10:00; two rooms.
  private func week() -> (Problem, Timetable) {
    var school = TinySchool(
      days: 1, periods: 4,
      rooms: [Room(id: "R1", capacity: 30), Room(id: "R2", capacity: 30), Room(id: "S", capacity: 5)])
    school.add(Lesson(id: "L0", duration: 60, groups: ["G"], teachers: ["T"], roomNeed: RoomNeed(wished: ["R2"])))
    school.add(Lesson(id: "L1", duration: 60, groups: ["H"], teachers: ["T"]))
    school.add(Lesson(id: "L2", duration: 60, groups: ["G"], teachers: ["U"]))
    let weeks = school.problem.term.allWeeks
    func entry(_ id: LessonID, _ hour: Int, _ room: RoomID, _ teacher: TeacherID) -> Entry {
      Entry(
        lesson: id, weeks: weeks, time: TimeSpan(day: 0, start: hour * 60, end: hour * 60 + 60), rooms: [room],
        teachers: [teacher])
    }
    return (
      school.problem,
      Timetable(entries: [entry("L0", 8, "R1", "T"), entry("L1", 9, "R1", "T"), entry("L2", 10, "R1", "U")])
    )
  }

  @Test func eachTimeShowsItsBestRoomOrWhoIsInTheWay() throws {
    let (problem, timetable) = week()
    let explainer = PlaceExplainer(problem, timetable: timetable, weights: problem.weights([.roomWishes: 1000]))

    let map = try #require(explainer.map(lesson: "L0", meeting: 0))

    #expect(map.current?.time.start == 480)
    #expect(map.places.count == 4)
    #expect(map.places[0].rooms == ["R2"] && (map.places[0].costChange ?? 0) < 0)
    #expect(map.places[1].conflicts.map(\.kind).contains(.teacherClash))
    #expect(map.places[2].conflicts.map(\.kind).contains(.groupClash))
    #expect(map.places[3].isAllowed)
    #expect(map.alternatives.first?.rooms == ["R2"])
  }

  @Test func eachRoomIsJudgedByItself() throws {
    let (problem, timetable) = week()
    let explainer = PlaceExplainer(problem, timetable: timetable, weights: problem.weights([:]))
    let map = try #require(explainer.map(lesson: "L0", meeting: 0, detail: .rooms))
    #expect(map.places.count == 12)
    #expect(map.places[0].isCurrent && map.places[0].costChange == 0)
    #expect(map.places[2].conflicts.map(\.kind) == [.roomCapacity])
  }

  @Test func aMapLeavesTheTimetableAsItWas() throws {
    let (problem, timetable) = week()
    let explainer = PlaceExplainer(problem, timetable: timetable, weights: problem.weights([.compactness: 1000]))
    let first = explainer.map(lesson: "L0", meeting: 0, detail: .rooms)
    _ = explainer.map(lesson: "L1", meeting: 0)
    #expect(explainer.map(lesson: "L0", meeting: 0, detail: .rooms) == first)
  }

  @Test func unknownMeetingsHaveNoMap() {
    let (problem, timetable) = week()
    let explainer = PlaceExplainer(problem, timetable: timetable, weights: problem.weights([:]))
    #expect(explainer.map(lesson: "nobody", meeting: 0) == nil)
    #expect(explainer.map(lesson: "L0", meeting: 1) == nil)
    #expect(explainer.map(lesson: "L0", meeting: -1) == nil)
  }

  @Test func aTimetableThatBreaksRulesIsSaidToMakeCostsInexact() throws {
    let (problem, timetable) = week()
    var broken = timetable
    broken.entries[1].rooms = ["S"]
    let explainer = PlaceExplainer(problem, timetable: broken, weights: problem.weights([:]))
    #expect(explainer.map(lesson: "L0", meeting: 0)?.isCostExact == false)
  }
}
