import Explanation
import Optimization
import Testing
import Timetabling

/// What is said of large problems, and when the time is over, claims no more than was proven.
@Suite struct LimitTests {
  /// Ada has five lessons and four free hours; Bo's lessons share their class groups.
  private func school() -> School {
    var school = School()
    for number in 0..<5 { school.add(LessonID("L\(number)"), teacher: "Ada", group: ClassGroupID("G\(number)")) }
    for number in 0..<4 { school.add(LessonID("M\(number)"), teacher: "Bo", group: ClassGroupID("G\(number)")) }
    school.block("Ada", School.span(1, 0, 4))
    return school
  }

  @Test func withoutTimeNothingIsClaimedAndThatIsSaid() throws {
    var school = school()
    school.problem.teachers[0].availability = []

    let explanation = try school.explanation(ExplanationLimits(seconds: 0))

    #expect(explanation.verdict == .undecided && explanation.wasCutShort)
    #expect(explanation.conflicts.isEmpty && explanation.checks == 0)
    #expect(explanation.text.contains("The search was ended before it was through"))
  }

  @Test func aConflictIsFoundThoughAllTogetherIsTooLargeToAsk() throws {
    // Ada's lessons alone have 5 × 9 literals, with Bo's 9 × 9.
    let explanation = try school().explanation(ExplanationLimits(mostLiterals: 50))

    let conflict = try #require(explanation.conflicts.first)
    #expect(conflict.codes == ["teacher.one-at-a-time Ada", "teacher.blocked-time Ada"])
    #expect(conflict.isMinimal && !explanation.wasCutShort)
    #expect(conflict.relaxations.first?.message.hasPrefix("Free Ada for 1 meeting: Tuesday ") == true)
    #expect(conflict.relaxations.allSatisfy { !$0.isEnoughForAll })
    #expect(explanation.text.contains("whether all other lessons have times then was not found out"))
  }

  @Test func aKindOfRoomsIsAskedByItselfWithTheTimesThatItsLessonsAreAllowed() throws {
    // Three teachers have one lesson each in the lab, where Monday has two hours. All share a class group with others.
    var school = School(days: 2, periods: 2, rooms: [Room(id: "lab", type: "lab", capacity: 30)])
    for number in 0..<3 {
      school.add(LessonID("L\(number)"), teacher: TeacherID("T\(number)"), room: RoomNeed(types: ["lab"]))
      school.add(LessonID("M\(number)"), teacher: TeacherID("T\(number)"), group: "G")
      school.constrain(
        ConstraintID("c\(number)"), .lessonsAllowedTimes, LessonID("L\(number)"), times: [School.span(0, 0, 2)])
    }

    // Three lessons have 3 × 5 literals.
    let conflict = try #require(try school.explanation(ExplanationLimits(mostLiterals: 15)).conflicts.first)

    #expect(
      conflict.codes == ["rooms.of-a-kind lab"] + (0..<3).map { "constraint.lessons.allowed-times c\($0)" })
    #expect(conflict.isMinimal && conflict.lessons == ["L0", "L1", "L2"])
  }

  @Test func whatIsPossibleIsFoundOutThoughItIsLarge() throws {
    var school = school()
    school.problem.teachers[0].availability = []
    #expect(try school.explanation(ExplanationLimits(mostLiterals: 50)).verdict == .timesExist)
  }

  @Test func lessonsThatShareNothingAreAskedApart() throws {
    var school = School(days: 1, periods: 3)
    for teacher in 0..<6 {
      for number in 0..<3 { school.add(LessonID("L\(teacher)\(number)"), teacher: TeacherID("T\(teacher)")) }
    }
    school.block("T4", School.span(0, 1))

    // Three lessons of one teacher have 3 × 4 literals.
    let explanation = try school.explanation(ExplanationLimits(mostLiterals: 12))

    #expect(explanation.conflicts.map(\.codes) == [["teacher.one-at-a-time T4", "teacher.blocked-time T4"]])
    #expect(explanation.conflicts[0].lessons == ["L40", "L41", "L42"])
    #expect(explanation.conflicts[0].relaxations.allSatisfy { $0.isEnoughForAll })
  }

  @Test func progressIsToldInTheOrderOfTheWork() throws {
    var steps: [ExplanationProgress] = []
    _ = try InfeasibilityExplainer(school().problem, solver: try School.solver()).explain { steps.append($0) }
    #expect(
      steps == [
        .lookingAtEverything, .lookingForConflicts(found: 0), .lookingForConflicts(found: 1), .lookingForRepairs,
      ])
  }
}
