import Optimization
import Testing
import Timetabling

@Suite struct ExactRepairTests {
  /// Tries all choices, the cheapest first: enough for a handful of literals.
  private struct Backtracking: ExactSolver {
    let name = "backtracking"

    func solve(_ model: ChoiceModel, limit: ExactLimit, isCancelled: @Sendable () -> Bool) throws -> ExactResult {
      var best: (chosen: [Int32], cost: Int64) = (Array(repeating: -1, count: model.choiceCount), 0)
      func extend(_ chosen: [Int32], _ cost: Int64) {
        guard chosen.count < model.choiceCount else {
          if cost < best.cost { best = (chosen, cost) }
          return
        }
        extend(chosen + [-1], cost)
        for literal in model.choiceBegin[chosen.count]..<model.choiceBegin[chosen.count + 1] {
          let next = chosen + [literal]
          let fits = model.atMost.allSatisfy { rule in rule.count(where: next.contains) <= Int64(rule.bound) }
          if fits { extend(next, cost + model.costs[Int(literal)]) }
        }
      }
      extend([], 0)
      return .solution(chosen: best.chosen, cost: best.cost, isOptimal: true)
    }
  }

  /// One teacher, three periods: A fits into the first two, B into the last two, C into the last alone.
  private var school: TinySchool {
    var school = TinySchool(days: 1, periods: 3)
    for (name, open) in [("A", 0...1), ("B", 1...2), ("C", 2...2)] {
      school.add(Lesson(id: LessonID(name), duration: 60, groups: ["G"], teachers: ["T"]))
      school.problem.constraints.append(
        Constraint(
          id: ConstraintID(name), kind: .lessonsAllowedStarts, selector: Selector(lessons: [LessonID(name)]),
          times: open.map { TimeSpan(day: 0, start: 480 + 60 * $0, end: 540 + 60 * $0) }))
    }
    return school
  }

  private func entry(_ lesson: LessonID, _ period: Int) -> Entry {
    Entry(
      lesson: lesson, meeting: 0, weeks: WeekSet(mask: 15),
      time: TimeSpan(day: 0, start: 480 + 60 * period, end: 540 + 60 * period), rooms: ["R1"], teachers: ["T"])
  }

  @Test func makesRoomByMovingThoseInTheWayAndTheirs() throws {
    let start = Timetable(entries: [entry("A", 1), entry("B", 2)], unplaced: [])

    let repaired = try RepairTrial(school.problem, start, solver: Backtracking(), seed: 1).timetable

    #expect(repaired.unplaced.isEmpty)
    let starts = Dictionary(uniqueKeysWithValues: repaired.entries.map { ($0.lesson, $0.time.start) })
    #expect(starts == ["A": 480, "B": 540, "C": 600])
    #expect(ConflictDetector(school.problem).conflicts(of: repaired).isEmpty)
  }

  @Test func whatFitsNowhereLeavesTheOthersWhereTheyAre() throws {
    var school = school
    school.add(Lesson(id: "D", duration: 60, groups: ["G"], teachers: ["T"]))
    let start = Timetable(entries: [entry("A", 0), entry("B", 1), entry("C", 2)], unplaced: [])

    let repaired = try RepairTrial(school.problem, start, solver: Backtracking(), seed: 1).timetable

    #expect(repaired.entries.sorted { $0.lesson.rawValue < $1.lesson.rawValue } == start.entries)
    #expect(repaired.unplaced.map(\.lesson) == ["D"])
  }
}
