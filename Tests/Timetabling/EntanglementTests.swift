import Testing
import Timetabling

/// Short documents whose lists multiply are refused before an index of them is made.
@Suite struct EntanglementTests {
  private static func problem(
    groups: [ClassGroup] = [], students: [Student] = [], rooms: [Room] = [], lessons: [Lesson] = [],
    constraints: [Constraint] = []
  ) -> Problem {
    Problem(
      name: "x", term: Term(id: "t", name: "t", firstDay: "2026-09-07", weekCount: 1),
      timeGrids: [TimeGrid(id: "main", days: [GridDay(name: "Mon", periods: [Period(start: 480, end: 540)])])],
      rooms: rooms, groups: groups, students: students, lessons: lessons, constraints: constraints)
  }

  private static func place(_ problem: Problem) -> String? {
    let result = ProblemCheck.result(of: problem, limit: 10, until: nil)
    return result.issues.first { $0.code == "size.too-entangled" }?.place
  }

  @Test func aChainOfGroupsWithinGroupsIsRefused() {
    let chain = (0..<3_000).map { number in
      ClassGroup(
        id: ClassGroupID("g\(number)"), size: 1, parts: number == 2_999 ? [] : [ClassGroupID("g\(number + 1)")])
    }
    #expect(Self.place(Self.problem(groups: chain)) == "/groups")
    #expect(Self.place(Self.problem(groups: Array(chain.suffix(40)))) == nil)
  }

  @Test func allStudentsInAGroupWithAllLessonsAreRefused() {
    let lessons = (0..<1_000).map { Lesson(id: LessonID("l\($0)"), duration: 60, groups: ["g"]) }
    let students = (0..<30_000).map { Student(id: StudentID("s\($0)"), group: "g") }
    let group = ClassGroup(id: "g", size: 1)
    #expect(Self.place(Self.problem(groups: [group], students: students, lessons: lessons)) == "/students")
  }

  @Test func aNeedOfItsOwnForEachLessonAmongManyRoomsIsRefused() {
    let rooms = (0..<5_000).map { Room(id: RoomID("r\($0)"), capacity: 1) }
    let lessons = (0..<5_000).map {
      Lesson(id: LessonID("l\($0)"), duration: 60, roomNeed: RoomNeed(count: 1, features: ["f\($0)"]))
    }
    #expect(Self.place(Self.problem(rooms: rooms, lessons: lessons)) == "/rooms")
  }

  @Test func lookingEndsWithItsTimeAndThenSaysNothing() {
    let lessons = (0..<50).map { Lesson(id: LessonID("l\($0)"), duration: 600) }
    let result = ProblemCheck.result(of: Self.problem(lessons: lessons), limit: 10, until: .now)
    #expect(!result.isWhole)
    let whole = ProblemCheck.result(of: Self.problem(lessons: lessons), limit: 10, until: .now + .seconds(60))
    #expect(whole.isWhole && whole.issues.count == 10 && whole.omitted > 0)
    #expect(Precheck.findings(in: Self.problem(lessons: lessons), until: .now).isEmpty)
  }

  @Test func namesThatHideOrReverseTextAreFound() {
    #expect(ShownText.fault(in: "Zoë O'Neill 東京") == nil)
    #expect(ShownText.fault(in: "a\u{202E}b") == "the character U+202E")
    #expect(ShownText.fault(in: "a\u{0}b") == "the character U+0000")
    #expect(ShownText.fault(in: "a\nb") != nil && ShownText.fault(in: "a\nb", allowsLines: true) == nil)
    #expect(ShownText.fault(in: "\u{200B}") != nil && ShownText.fault(in: "\u{2066}x") != nil)
  }
}
