import Optimization
import Testing
import Timetabling
import Verification

/// Of plans that move as few lessons, the one that changes least for people.
@Suite struct LeastChangeTests {
  private func base() throws -> (Problem, Timetable) {
    let problem = try Cases.problem("r_base")
    return (problem, try Cases.timetable("r_base.timetable.json", of: problem))
  }

  private func expectSameTimes(_ problem: Problem, _ base: Timetable, rooms: Set<RoomID>) {
    let replan = Replanner(ReplanPlan(problem: problem, base: base)).run()

    #expect(replan.timetable.entries.map(\.time) == base.entries.map(\.time))
    #expect(Set(replan.timetable.entries.flatMap(\.rooms)) == rooms)
    #expect(Verifier.verify(problem, replan.timetable).isValid)
  }

  @Test func aClosedRoomIsLeftForAnotherAtTheSameTime() throws {
    let (_, base) = try base()
    expectSameTimes(try Cases.problem("r_roomclosed"), base, rooms: ["R1"])
  }

  @Test func aRoomThatIsGoneOrTooSmallIsLeftForAnotherAtTheSameTime() throws {
    var (problem, base) = try base()
    problem.rooms[1].capacity = 10
    expectSameTimes(problem, base, rooms: ["R1"])
    problem.rooms.remove(at: 1)
    expectSameTimes(problem, base, rooms: ["R1"])
  }

  @Test func bellsThatRingFiveMinutesLaterMoveNobody() throws {
    var (problem, base) = try base()
    for day in problem.timeGrids[0].days.indices {
      for period in problem.timeGrids[0].days[day].periods.indices {
        problem.timeGrids[0].days[day].periods[period].start += 5
        problem.timeGrids[0].days[day].periods[period].end += 5
      }
    }

    let replan = Replanner(ReplanPlan(problem: problem, base: base)).run()

    #expect(replan.forced.isEmpty && replan.further.isEmpty)
    #expect(replan.timetable.entries.map(\.time.start) == base.entries.map { $0.time.start + 5 })
    #expect(replan.timetable.entries.map(\.rooms) == base.entries.map(\.rooms))
    #expect(replan.notes.contains { $0.what.contains("keep their periods") })
  }

  @Test func anotherRoomAtTheSameTimeIsRatherTakenThanACheaperHour() {
    // The second hour has no gap beside B; the base hour of A has another room.
    var week = TinyWeek(rooms: 2)
    week.add("A", groups: ["G"], at: 3)
    week.add("B", groups: ["G"], at: 0)
    week.problem.rooms[0].availability = [Availability(span: TinyWeek.span(3), grade: .blocked)]

    let replan = Replanner(
      ReplanPlan(problem: week.problem, base: week.base, weights: week.problem.weights([.compactness: 1000]))
    ).run()

    #expect(replan.timetable.period(of: "A") == 3)
    #expect(replan.timetable.entries.first { $0.lesson == "A" }?.rooms == ["R1"])
  }

  @Test func whoHasMovedGivesTheRoomToWhoCanUseNoOther() {
    // Both lose Room 0 at one time; B fits into Room 2 alone, A into 1 and 2: both keep their time.
    var week = TinyWeek(rooms: 3)
    week.problem.rooms[0].availability = [Availability(span: TinyWeek.span(0), grade: .blocked)]
    week.add("A", at: 0, room: 0)
    week.add("B", at: 0, room: 0)
    week.problem.lessons[0].roomNeed.rooms = ["R0", "R1", "R2"]
    week.problem.lessons[1].roomNeed.rooms = ["R0", "R2"]

    for seed in UInt64(1)...5 {
      let replan = week.replan(seed: seed)

      #expect(replan.timetable.period(of: "A") == 0 && replan.timetable.period(of: "B") == 0)
    }
  }

  /// A pool: T is away at the lesson's hour, U is not.
  @Test func anotherTeacherFromThePoolKeepsTheHour() {
    var school = TinySchool(days: 1, periods: 3)
    school.add(Lesson(id: "A", duration: 60, groups: ["G"], teacherPool: ["T", "U"], teachersFromPool: 1))
    let base = Timetable(
      entries: [Entry(lesson: "A", weeks: .first(4), time: TinyWeek.span(1), rooms: ["R1"], teachers: ["T"])])
    school.problem.teachers[0].availability = [Availability(span: TinyWeek.span(1), grade: .blocked)]

    let replan = Replanner(ReplanPlan(problem: school.problem, base: base)).run()

    #expect(replan.timetable.entries.map(\.teachers) == [["U"]])
    #expect(replan.timetable.period(of: "A") == 1)
    #expect(replan.forced == ["A"] && replan.further.isEmpty)
    #expect(Verifier.verify(school.problem, replan.timetable).isValid)
  }

  /// T gives A twice and U gives B, A's first hour being B's. T may teach one hour a day now: only with U for A and T for B at
  /// once all three have a place, and with either alone as many are left out as with neither.
  @Test func teachersOfTwoPoolsChangeAtOnce() {
    var school = TinySchool(
      days: 1, periods: 2, rooms: [Room(id: "R1", capacity: 30), Room(id: "R2", capacity: 30)])
    for (id, group, meetings) in [("A", "G", 2), ("B", "H", 1)] {
      school.add(
        Lesson(
          id: LessonID(id), duration: 60, meetingsPerWeek: meetings, groups: [ClassGroupID(group)],
          teacherPool: ["T", "U"], teachersFromPool: 1,
          pins: (0..<meetings).map { Pin(meeting: $0, day: 0, start: TinyWeek.span($0).start) }))
    }
    let base = Timetable(
      entries: [("A", 0, "R1", "T"), ("A", 1, "R1", "T"), ("B", 0, "R2", "U")].map { lesson, meeting, room, teacher in
        Entry(
          lesson: LessonID(lesson), meeting: meeting, weeks: .first(4), time: TinyWeek.span(meeting),
          rooms: [RoomID(room)], teachers: [TeacherID(teacher)])
      })
    school.problem.teachers[0].maxMinutesPerDay = 60

    let replan = Replanner(ReplanPlan(problem: school.problem, base: base)).run()

    #expect(replan.timetable.unplaced.isEmpty)
    #expect(replan.timetable.entries.map(\.teachers) == [["U"], ["U"], ["T"]])
    #expect(replan.timetable.entries.map(\.time) == base.entries.map(\.time))
    #expect(Verifier.verify(school.problem, replan.timetable).isValid)
  }
}
