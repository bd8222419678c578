import Optimization
import Testing
import Timetabling

@Suite struct TimetableDifferenceTests {
  private let problem: Problem = {
    var school = TinySchool(rooms: (0..<2).map { Room(id: RoomID("R\($0)"), capacity: 30) })
    school.add(Lesson(id: "A", duration: 60, groups: ["G"], students: ["s"], teachers: ["T"]))
    school.add(Lesson(id: "B", duration: 60, groups: ["H"], teachers: ["U"]))
    school.problem.students = [Student(id: "s", name: "Sam")]
    school.problem.teachers[0].name = "Emmy Noether"
    return school.problem
  }()

  private func entry(
    _ lesson: LessonID, _ period: Int, _ room: RoomID = "R0", _ teacher: TeacherID = "T", _ kind: Entry.Kind = .regular
  ) -> Entry {
    Entry(
      lesson: lesson, weeks: .first(4), time: TinyWeek.span(period), rooms: [room], teachers: [teacher], kind: kind)
  }

  @Test func equalTimetablesHaveNoDifference() {
    let one = Timetable(entries: [entry("A", 0), entry("B", 1, "R0", "U")])

    #expect(TimetableDifference(from: one, to: one, of: problem).changes.isEmpty)
    #expect(TimetableDifference(from: one, to: one, of: problem).people.isEmpty)
  }

  @Test func everybodyOfAMovedMeetingIsToldFromWhereToWhere() throws {
    let before = Timetable(entries: [entry("A", 0), entry("B", 1, "R0", "U")])
    let after = Timetable(entries: [entry("A", 2, "R1"), entry("B", 1, "R0", "U")])

    let difference = TimetableDifference(from: before, to: after, of: problem)

    let change = try #require(difference.changes.first)
    #expect(difference.changes.count == 1)
    #expect(change.from?.time == TinyWeek.span(0))
    #expect(change.to?.time == TinyWeek.span(2))
    #expect(change.to?.rooms == ["R1"])
    #expect(difference.people.map(\.role) == [.teacher, .group, .student])
    #expect(difference.people.map(\.name) == ["Emmy Noether", "G", "Sam"])
    #expect(difference.people.allSatisfy { $0.changes == [change] })
  }

  @Test func whoTaughtBeforeAndWhoTeachesNowAreBothTold() {
    let before = Timetable(entries: [entry("B", 1, "R0", "U")])
    let after = Timetable(entries: [entry("B", 1, "R0", "T")])

    let difference = TimetableDifference(from: before, to: after, of: problem)

    #expect(difference.people.filter { $0.role == .teacher }.map(\.id) == ["T", "U"])
  }

  @Test func whatIsNewAndWhatIsGoneAreChanges() {
    let before = Timetable(entries: [entry("A", 0)])
    let after = Timetable(entries: [entry("B", 1, "R0", "U")])

    let difference = TimetableDifference(from: before, to: after, of: problem)

    #expect(difference.changes.map(\.lesson) == ["A", "B"])
    #expect(difference.changes.map { $0.to == nil } == [true, false])
    #expect(difference.changes.map { $0.from == nil } == [false, true])
  }

  @Test func makeupMeetingsAreNotCompared() {
    let before = Timetable(entries: [entry("A", 0), entry("A", 3, "R1", "T", .makeup)])
    let after = Timetable(entries: [entry("A", 0)])

    #expect(TimetableDifference(from: before, to: after, of: problem).changes.isEmpty)
  }
}
