import Testing
import Timetabling

@Suite struct ProblemIndexTests {
  typealias School = TinySchool

  @Test func aScaleOfOneGridIsItsTeachingPeriods() {
    let scale = PeriodScale([School.grid])
    #expect(scale.days[0].map(\.start) == School.starts)
    #expect(scale.joined[0] == 0b101)
    #expect(scale.mask(of: TimeSpan(day: 0, start: 590, end: 640)) == 0b110)
    #expect(scale.mask(of: TimeSpan(day: 9, start: 0, end: 1440)) == 0)
  }

  @Test func furtherGridsAddWhatOverlapsNothing() {
    let evening = TimeGrid(
      id: "evening",
      days: ["Mon", "Tue", "Wed", "Thu", "Fri"].map {
        GridDay(name: $0, periods: [Period(start: 700, end: 800), Period(start: 1080, end: 1170)])
      })
    #expect(PeriodScale([School.grid, evening]).days[0].map(\.start) == [480, 540, 630, 690, 1080])
  }

  @Test func followingSpansTheBreakButBackToBackDoesNot() {
    let scale = PeriodScale([School.grid])
    #expect(scale.follows(School.span(0, 2), after: School.span(0, 0, 2)))
    #expect(!scale.areBackToBack(School.span(0, 2), School.span(0, 1)))
    #expect(scale.areBackToBack(School.span(0, 1), School.span(0, 0)))
  }

  @Test func atomsHoldAllPartsAndCyclesEnd() {
    var problem = School.problem(lessons: [])
    problem.groups = [
      ClassGroup(id: "year", size: 4, parts: ["a", "b"]), ClassGroup(id: "a", size: 2, parts: ["a1"]),
      ClassGroup(id: "b", size: 2), ClassGroup(id: "a1", size: 1), ClassGroup(id: "x", size: 1, parts: ["y"]),
      ClassGroup(id: "y", size: 1, parts: ["x"]),
    ]
    let index = ProblemIndex(problem)
    #expect(index.atoms == [[0, 1, 2, 3], [1, 3], [2], [3], [4, 5], [4, 5]])
    #expect(index.leaves[0] == [2, 3])
    #expect(index.containers[3] == [0, 1, 3])
    #expect(index.clash(0, 3) && !index.clash(1, 2))
  }

  @Test func studentsAttendWhatTheirGroupIsIn() {
    var problem = School.problem(lessons: School.lessons(3))
    problem.groups = [ClassGroup(id: "G", size: 2, parts: ["A"]), ClassGroup(id: "A", size: 1)]
    problem.lessons[1].groups = ["A"]
    problem.lessons[2].groups = []
    problem.lessons[2].students = ["s"]
    problem.students = [Student(id: "s", group: "A"), Student(id: "r", group: "G")]
    #expect(ProblemIndex(problem).studentLessons == [[0, 1, 2], [0]])
    #expect(ProblemIndex(problem).lessons[0].students == [0, 1])
  }

  @Test func selectorsNarrowTogether() {
    var problem = School.problem(lessons: School.lessons(4))
    problem.lessons[1].tags = ["lab"]
    problem.lessons[2].tags = ["lab"]
    problem.lessons[2].teachers = []
    problem.lessons[2].teacherPool = ["U"]
    problem.courses = [Course(id: "C", department: "D")]
    problem.lessons[3].course = "C"
    let index = ProblemIndex(problem)
    #expect(index.lessons(of: Selector()) == [0, 1, 2, 3])
    #expect(index.lessons(of: Selector(lessons: ["L2", "L1", "L2"])) == [2, 1])
    #expect(index.lessons(of: Selector(teachers: ["U"], tags: ["lab"])) == [2])
    #expect(index.lessons(of: Selector(departments: ["D"])) == [3])
    #expect(index.lessons(of: Selector(courses: ["C", "none"])) == [3])
    #expect(index.lessons(of: Selector(courses: ["C"], tags: ["lab"])) == [])
  }

  @Test func aGroupSelectsWhatSomebodyInItAttends() {
    var problem = School.problem(lessons: School.lessons(4))
    problem.groups = [ClassGroup(id: "whole", size: 20, parts: ["half"]), ClassGroup(id: "half", size: 10)]
    problem.lessons[0].groups = ["whole"]
    problem.lessons[1].groups = ["half"]
    for lesson in 2..<4 { problem.lessons[lesson].groups = [] }
    let index = ProblemIndex(problem)

    #expect(index.lessons(of: Selector(groups: ["half"])) == [0, 1])
    #expect(index.lessons(of: Selector(groups: ["whole"])) == [0, 1])
    #expect(index.lessons(of: Selector(groups: ["unknown"])) == [])
  }

  @Test func lessonsThatAskTheSameAreOfOneKind() {
    var problem = School.problem(lessons: School.lessons(4, room: RoomNeed()))
    for (lesson, size) in zip(0..<4, [20, 20, 21, 20]) { problem.lessons[lesson].size = size }
    problem.lessons[3].duration = 120
    let index = ProblemIndex(problem)

    #expect(index.lessons[0].roomKind == index.lessons[1].roomKind)
    #expect(index.lessons[0].roomKind != index.lessons[2].roomKind)
    #expect(index.lessons[0].placementKind == index.lessons[2].placementKind)
    #expect(index.lessons[0].placementKind != index.lessons[3].placementKind)
  }

  @Test func placementsBridgeShortPausesAndNoBreak() {
    let problem = School.problem(lessons: [Lesson(id: "L", duration: 90)])
    let placements = ProblemIndex(problem).lessons[0].placements
    #expect(placements.prefix(2) == [School.span(0, 0, 2), School.span(0, 2, 2)])
    #expect(placements.count == 10)
  }
}
