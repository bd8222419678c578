import Explanation
import Testing
import Timetabling

/// What is said to be enough is enough, and is what people would do.
@Suite struct RelaxationTests {
  private func relaxations(_ school: School) throws -> [Relaxation] {
    let explanation = try school.explanation()
    try #require(explanation.conflicts.count == 1)
    return explanation.conflicts[0].relaxations
  }

  @Test func aTeacherNeedsAnHourOrGivesALessonAway() throws {
    var school = School()
    for number in 0..<5 { school.add(LessonID("L\(number)"), teacher: "Ada", group: ClassGroupID("G\(number)")) }
    school.block("Ada", School.span(1, 0, 4))

    let found = try relaxations(school)

    #expect(found.map(\.rule.code) == ["teacher.blocked-time", "teacher.one-at-a-time", "every-meeting"])
    #expect(found.map(\.amount) == [1, 1, 1])
    #expect(found.allSatisfy { $0.isLeast })
    #expect(found[0].message.hasPrefix("Free Ada for 1 meeting: Tuesday "))
    #expect(found[1].message.hasPrefix("Let somebody else than Ada give 1 meeting, such as L"))
    #expect(found[2].message.hasPrefix("Leave out 1 meeting, such as L"))
  }

  @Test func twoHoursWhereTwoAreMissing() throws {
    var school = School()
    for number in 0..<6 { school.add(LessonID("L\(number)"), teacher: "Ada") }
    school.block("Ada", School.span(1, 0, 4))
    #expect(try relaxations(school).map(\.amount) == [2, 2, 2])
  }

  @Test func aPinGoesToTheNearestTimeThatIsFree() throws {
    var school = School(days: 2, periods: 3)
    school.add("L0", teacher: "T", group: "G", pin: Pin(day: 0, start: 480))
    school.add("L1", teacher: "U", group: "G", pin: Pin(day: 0, start: 480))
    school.block("U", School.span(0, 1))

    let found = try relaxations(school).filter { $0.rule.code == "pin" }

    #expect(
      found.map(\.message) == [
        "Unpin L0; nearest to its pin it can be held Monday 09:00–10:00.",
        "Unpin L1; nearest to its pin it can be held Monday 10:00–11:00.",
      ])
  }

  @Test func aLimitIsRaisedByAsLittleAsIsEnough() throws {
    var school = School(days: 4, periods: 2)
    for number in 0..<5 { school.add(LessonID("L\(number)"), teacher: "Ada") }
    school.problem.constraints = [
      Constraint(id: "few days", kind: .teacherMaxDaysPerWeek, parameters: ["max": 1])
    ]
    let found = try relaxations(school)
    #expect(found.first?.message == "Raise max of constraint few days from 1 to 3.")
  }

  @Test func aMissingRoomIsCountedInPeriods() throws {
    let rooms = [Room(id: "lab", type: "lab", capacity: 30), Room(id: "R1", capacity: 30)]
    var school = School(days: 1, periods: 2, rooms: rooms)
    for number in 0..<3 { school.add(LessonID("L\(number)"), room: RoomNeed(types: ["lab"])) }
    let room = try #require(try relaxations(school).first { $0.rule.code == "rooms.of-a-kind" })
    #expect(room.amount == 1 && room.isLeast)
    #expect(room.message.hasPrefix("Add one more of a room of type lab, for 1 period a week, as on Monday "))
  }

  /// Giving up any rule of a minimal set, and no other rule, must make the school possible again.
  @Test func withoutAnyOneOfItsRulesTheConflictIsGone() throws {
    func school(without dropped: Int?) -> School {
      var school = School()
      for (number, id) in (["A", "B", "C"] as [LessonID]).enumerated() {
        school.add(id, teacher: TeacherID("T\(number)"))
      }
      let pairs: [(LessonID, LessonID)] = [("A", "B"), ("B", "C"), ("C", "A")]
      for (number, pair) in pairs.enumerated() where number != dropped {
        school.constrain(ConstraintID("\(number)"), .lessonsOrdered, pair.0, pair.1)
      }
      return school
    }
    let found = try relaxations(school(without: nil)).filter { $0.rule.code.hasPrefix("constraint.") }
    #expect(found.map(\.rule.subjects) == [["0"], ["1"], ["2"]])
    for dropped in 0..<3 { #expect(try school(without: dropped).explanation().verdict == .timesExist) }
  }

  @Test func theTextSaysItAll() throws {
    var school = School(days: 1, periods: 1)
    school.add("algebra", teacher: "Ada")
    school.add("logic", teacher: "Ada")
    let lines = try school.explanation().text.split(separator: "\n").map(String.init)
    #expect(
      lines.dropLast() == [
        "Impossible: no timetable can place every meeting and keep every hard rule.",
        "By counting: Ada teaches 2 meetings in week 1, which take 2 periods; only 1 a week are open to them.",
        "    maybe Give some of the lessons of Ada to somebody else.", "    maybe Free Ada at more times.",
        "This rule alone cannot be kept:", "  - Ada gives one lesson at a time, and has 2 meetings a week.",
        "  Lessons that cannot all be held: algebra and logic.",
        "  Enough is any one of these, the least effort first:",
        "    * Let somebody else than Ada give 1 meeting, such as algebra.",
      ])
    // Which of the two is the solver's choice.
    #expect(lines.last?.hasPrefix("    * Leave out 1 meeting, such as ") == true)
  }
}
