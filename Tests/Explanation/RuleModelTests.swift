import Explanation
import Testing
import Timetabling

/// The model of each rule allows exactly what the conflict detector allows: on weeks small enough to try every
/// timetable, "times exist" and "impossible" are both right.
@Suite struct RuleModelTests {
  private struct Dice {
    var state: UInt64
    mutating func below(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(bound))
    }
  }

  /// Kinds that keep ever-present rules hard, and those about rooms that the model leaves out and says so.
  private static let exactKinds = ConstraintKind.allCases.filter {
    ![.roomCapacity, .studentClash, .lessonsSameRoom, .courseRoomStability].contains($0)
  }

  /// Two or three days of two or three hours; four or five meetings of two teachers and two groups.
  private func school(_ kind: ConstraintKind?, _ dice: inout Dice) -> School {
    let rooms = ["R1", "R2"].map { Room(id: RoomID($0), capacity: 20 + 10 * dice.below(2)) }
    var school = School(days: 2 + dice.below(2), periods: 2 + dice.below(2), rooms: rooms, weeks: 2)
    school.add("A", teacher: "T", group: "G", meetings: 2)
    school.add("B", teacher: "U", group: "G", hours: 1 + dice.below(2))
    school.add("C", teacher: "T", group: "H")
    for lesson in 0..<3 where dice.below(4) == 0 {
      school.problem.lessons[lesson].weeks = dice.below(2) == 0 ? .odd(2) : .even(2)
    }
    if dice.below(2) == 0 { school.block("T", School.span(dice.below(2), dice.below(2), 2)) }
    if dice.below(3) == 0 { school.problem.lessons[2].pins = [Pin(day: dice.below(2))] }
    if dice.below(3) == 0 { school.problem.teachers[0].maxMinutesPerDay = 60 * (1 + dice.below(2)) }
    if let kind { school.problem.constraints = [constraint(kind, &dice)] }
    return school
  }

  private func constraint(_ kind: ConstraintKind, _ dice: inout Dice) -> Constraint {
    var constraint = Constraint(id: "c", kind: kind)
    if kind.subject == .lessons {
      constraint.selector.lessons = dice.below(2) == 0 ? ["A", "B", "C"] : ["C", "A"]
    }
    for parameter in kind.parameters {
      let low = parameter.range.lowerBound
      constraint.parameters[parameter.name] = min(parameter.range.upperBound, low + dice.below(3))
    }
    if kind.needsTimes {
      constraint.times = (0..<2).map { School.span($0, dice.below(2), 1 + dice.below(2)) }
    }
    if kind.needsRooms { constraint.rooms = ["R1"] }
    return constraint
  }

  /// By trying every time of every meeting.
  private func hasTimetable(_ problem: Problem) -> Bool {
    let index = ProblemIndex(problem)
    let detector = ConflictDetector(index)
    let meetings = problem.lessons.enumerated().flatMap { lesson, value in
      (0..<value.meetingsPerWeek).map { (lesson: lesson, number: $0) }
    }
    func search(_ entries: [Entry]) -> Bool {
      guard entries.count < meetings.count else {
        return detector.conflicts(of: Timetable(entries: entries)).isEmpty
      }
      let (lesson, number) = meetings[entries.count]
      let (value, facts) = (problem.lessons[lesson], index.lessons[lesson])
      let choices: [[RoomID]] = value.roomNeed.count == 0 ? [[]] : problem.rooms.map { [$0.id] }
      return facts.placements.contains { span in
        choices.contains { rooms in
          search(
            entries + [
              Entry(
                lesson: value.id, meeting: number, weeks: facts.weeks, time: span, rooms: rooms,
                teachers: value.teachers)
            ])
        }
      }
    }
    return search([])
  }

  private func agrees(_ problem: Problem) throws -> Bool {
    let expected = hasTimetable(problem)
    let explanation = try InfeasibilityExplainer(problem, solver: try School.solver()).explain()
    #expect(explanation.verdict == (expected ? .timesExist : .impossible), "\(problem.constraints)")
    for conflict in explanation.conflicts { #expect(conflict.isMinimal && !conflict.rules.isEmpty) }
    return expected
  }

  @Test(arguments: exactKinds) func aHardConstraintIsHeldExactly(_ kind: ConstraintKind) throws {
    var dice = Dice(state: UInt64(ConstraintKind.allCases.firstIndex(of: kind)! + 1) &* 7919)
    for _ in 0..<8 { _ = try agrees(school(kind, &dice).problem) }
  }

  @Test func bothAnswersOccur() throws {
    var dice = Dice(state: 3)
    let answers = try (0..<12).map { _ in try agrees(school(.lessonsMinDaysBetween, &dice).problem) }
    #expect(Set(answers) == [true, false])
  }

  @Test func roomsAreCountedAsTheyCanBeAssigned() throws {
    var dice = Dice(state: 11)
    var answers: Set<Bool> = []
    for _ in 0..<12 {
      var school = School(
        days: 1, periods: 2,
        rooms: ["R1", "R2", "R3"].map { Room(id: RoomID($0), type: dice.below(2) == 0 ? "lab" : "hall", capacity: 30) })
      for number in 0..<4 {
        let needs: [RoomNeed] = [
          RoomNeed(), RoomNeed(types: ["lab"]), RoomNeed(rooms: ["R1", "R2"]), RoomNeed(rooms: ["R2", "R3"]),
        ]
        school.add(LessonID("L\(number)"), room: needs[dice.below(4)])
        if dice.below(3) == 0 { school.problem.lessons[number].pins = [Pin(day: 0, start: 480, rooms: ["R2"])] }
      }
      school.problem.rooms[dice.below(3)].availability = [
        Availability(span: School.span(0, dice.below(2)), grade: .blocked)
      ]
      guard ProblemCheck.issues(in: school.problem).isEmpty else { continue }
      answers.insert(try agrees(school.problem))
    }
    #expect(answers == [true, false])
  }
}
