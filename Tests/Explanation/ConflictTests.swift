import Explanation
import Optimization
import Testing
import Timetabling

/// Small impossible schools, each of which has exactly one smallest reason.
@Suite struct ConflictTests {
  private func onlyConflict(_ school: School) throws -> RuleConflict {
    let explanation = try school.explanation()
    #expect(explanation.verdict == .impossible)
    try #require(explanation.conflicts.count == 1)
    #expect(explanation.conflicts[0].isMinimal)
    return explanation.conflicts[0]
  }

  @Test func aTeacherWithMoreLessonsThanFreeHours() throws {
    var school = School()
    for number in 0..<5 { school.add(LessonID("L\(number)"), teacher: "Ada", group: ClassGroupID("G\(number)")) }
    for number in 0..<3 { school.add(LessonID("M\(number)"), teacher: "Bo", group: ClassGroupID("G\(number)")) }
    school.block("Ada", School.span(1, 0, 4))
    school.block("Bo", School.span(0, 0, 2))

    let conflict = try onlyConflict(school)
    #expect(conflict.codes == ["teacher.one-at-a-time Ada", "teacher.blocked-time Ada"])
    #expect(conflict.lessons == ["L0", "L1", "L2", "L3", "L4"])
    #expect(conflict.rules[1].message == "Ada is not available Tuesday 08:00–12:00.")
  }

  @Test func threeLabLessonsOnADayWithTwoLabHours() throws {
    let rooms = [
      Room(id: "lab", type: "lab", capacity: 30), Room(id: "R1", capacity: 30), Room(id: "R2", capacity: 30),
    ]
    var school = School(days: 3, periods: 2, rooms: rooms)
    for number in 0..<3 {
      school.add(
        LessonID("lab \(number)"), teacher: TeacherID("T\(number)"), group: ClassGroupID("G\(number)"),
        room: RoomNeed(types: ["lab"]), pin: Pin(day: 1))
      school.add(LessonID("talk \(number)"), teacher: TeacherID("T\(number)"), room: RoomNeed())
    }

    let conflict = try onlyConflict(school)
    #expect(conflict.codes == ["pin lab 0", "pin lab 1", "pin lab 2", "rooms.of-a-kind lab"])
    #expect(
      conflict.rules[3].message == "3 meetings need a room of type lab of at least 20 seats; there is 1 such room: lab."
    )
  }

  @Test func twoPinsOfOneGroupOnOneSlot() throws {
    var school = School()
    for number in 0..<4 {
      school.add(
        LessonID("L\(number)"), teacher: TeacherID("T\(number)"), group: "G",
        pin: number < 2 ? Pin(day: 0, start: 540) : Pin(day: 1))
    }

    let conflict = try onlyConflict(school)
    #expect(conflict.codes == ["pin L0", "pin L1", "group.one-at-a-time G"])
    #expect(conflict.lessons == ["L0", "L1"])
  }

  @Test func aCycleOfThreeRulesNoneOfWhichIsAloneImpossible() throws {
    var school = School()
    for (number, id) in (["A", "B", "C"] as [LessonID]).enumerated() {
      school.add(id, teacher: TeacherID("T\(number)"), group: "G")
    }
    school.constrain("A before B", .lessonsOrdered, "A", "B")
    school.constrain("B before C", .lessonsOrdered, "B", "C")
    school.constrain("C before A", .lessonsOrdered, "C", "A")
    school.constrain("A and B apart", .lessonsDifferentDays, "A", "B")

    let conflict = try onlyConflict(school)
    #expect(conflict.codes == ["A before B", "B before C", "C before A"].map { "constraint.lessons.ordered \($0)" })
    #expect(conflict.lessons == ["A", "B", "C"])
    let findings = try school.explanation().findings
    #expect(findings.isEmpty, "no counting sees it")
  }

  /// As ITC-2007's comp01 with hard capacities: 64 meetings for 2 rooms of 30 periods, between 96 that fit.
  @Test func tooFewLargeRooms() throws {
    let rooms = (0..<6).map { Room(id: RoomID("R\($0)"), capacity: $0 < 2 ? 60 : 30) }
    var school = School(days: 5, periods: 6, rooms: rooms)
    for number in 0..<40 {
      school.add(
        LessonID("L\(number)"), teacher: TeacherID("T\(number % 12)"), group: ClassGroupID("G\(number % 14)"),
        meetings: 4, room: RoomNeed())
      school.problem.lessons[number].size = number < 16 ? 45 : 25
    }
    school.block("T1", School.span(0, 0, 6))

    let conflict = try onlyConflict(school)
    #expect(conflict.codes == ["rooms.of-a-kind R0 R1"])
    #expect(
      conflict.rules[0].message == "64 meetings need a room of at least 45 seats; there are 2 such rooms: R0 and R1.")
    #expect(conflict.areLessonsMinimal && conflict.lessons.count == 16)
    let rooms4 = try #require(conflict.relaxations.first { $0.rule.code == "rooms.of-a-kind" })
    #expect(rooms4.amount == 4)
  }

  @Test func unionsOfRoomSetsAreCounted() throws {
    let rooms = ["A", "B", "C"].map { Room(id: RoomID($0), capacity: 30) }
    var school = School(days: 1, periods: 1, rooms: rooms)
    for (number, names) in ([["A", "B"], ["B", "C"], ["A", "C"], ["A", "B"]] as [[RoomID]]).enumerated() {
      school.add(LessonID("L\(number)"), room: RoomNeed(rooms: names))
    }
    #expect(try onlyConflict(school).codes == ["rooms.of-a-kind A B C"])
    #expect(Precheck.findings(in: school.problem).map(\.code) == ["rooms.too-few"])
  }

  @Test func conflictsWithoutACommonRuleAreAllNamed() throws {
    var school = School(days: 1, periods: 2)
    for number in 0..<3 {
      school.add(LessonID("L\(number)"), teacher: "Ada")
      school.add(LessonID("M\(number)"), teacher: "Bo")
    }
    let explanation = try school.explanation()
    #expect(explanation.conflicts.map(\.codes) == [["teacher.one-at-a-time Ada"], ["teacher.one-at-a-time Bo"]])
    #expect(explanation.areRepairsEnough == true)
  }

  @Test func whatIsPossibleIsNotCalledImpossible() throws {
    var school = School()
    for number in 0..<8 { school.add(LessonID("L\(number)"), teacher: "Ada", group: "G") }
    let explanation = try school.explanation()
    #expect(explanation.verdict == .timesExist)
    #expect(explanation.conflicts.isEmpty)
    #expect(explanation.checks == 1)
  }

  @Test func whenChecksRunOutTheSetStaysAProofButIsNotCalledMinimal() throws {
    var school = School()
    for number in 0..<9 { school.add(LessonID("L\(number)"), teacher: "Ada", group: ClassGroupID("G\(number % 3)")) }
    let explanation = try school.explanation(ExplanationLimits(mostChecks: 1))
    let conflict = try #require(explanation.conflicts.first)
    #expect(explanation.verdict == .impossible)
    #expect(!conflict.isMinimal && conflict.relaxations.isEmpty)
    #expect(conflict.codes.contains("teacher.one-at-a-time Ada"))
  }

  @Test func withoutASolverOnlyCountingSpeaks() throws {
    var school = School()
    for number in 0..<9 { school.add(LessonID("L\(number)"), teacher: "Ada") }
    let explanation = try InfeasibilityExplainer(school.problem, solver: nil).explain()
    #expect(explanation.verdict == .impossible)
    #expect(explanation.findings.map(\.code) == ["teacher.too-few-periods"])
    #expect(explanation.conflicts.isEmpty && explanation.checks == 0)
  }

  @Test func anotherExactSolverFindsTheSameConflict() throws {
    var school = School(days: 1, periods: 3)
    for number in 0..<3 { school.add(LessonID("L\(number)"), teacher: "Ada", group: ClassGroupID("G\(number)")) }
    school.block("Ada", School.span(0, 2))
    let byTrying = try InfeasibilityExplainer(school.problem, solver: BacktrackingSolver()).explain()
    #expect(byTrying.conflicts.map(\.codes) == [["teacher.one-at-a-time Ada", "teacher.blocked-time Ada"]])
    let byCPSAT = try school.explanation()
    #expect(byTrying.conflicts.map(\.codes) == byCPSAT.conflicts.map(\.codes))
  }
}
