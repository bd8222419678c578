import Instances
import Optimization
import Testing
import Timetabling
import Verification

@Suite struct ReplanPropertyTests {
  @Test(arguments: 1...6) func nothingMovesWhereNothingChanged(seed: UInt64) throws {
    let problem = RandomProblem(seed: seed).problem
    let base = try Runs(problem, ticks: 30, seed: seed).timetable

    let replan = Replanner(ReplanPlan(problem: problem, base: base, seed: seed)).run()

    #expect(replan.timetable.entries.filter { entry in !base.entries.contains(entry) }.count <= base.unplaced.count)
    #expect(replan.forced.isEmpty)
    #expect(replan.further.isEmpty)
    #expect(replan.ring == .illegal)
  }

  @Test(arguments: [(0.75, 1), (0.75, 2), (0.95, 3), (0.95, 4)])
  func aBlockedTeacherIsServedWithinTheRing(load: Double, seed: UInt64) throws {
    let university = try University(UniversityPlan(lessons: 300, load: load, seed: seed))
    var problem = university.problem
    let taught = try #require(university.planted.entries.dropFirst(Int(seed) * 31).first)
    let teacher = try #require(problem.teachers.firstIndex { $0.id == taught.teachers[0] })
    problem.teachers[teacher].availability.append(
      Availability(span: TimeSpan(day: taught.time.day, start: 0, end: 1440), grade: .blocked))

    let replan = Replanner(ReplanPlan(problem: problem, base: university.planted)).run()

    let report = Verifier.verify(problem, replan.timetable)
    let moved = Set(replan.difference.changes.map(\.lesson))
    #expect(report.violations.map(\.message) == [])
    #expect(replan.timetable.unplaced.isEmpty)
    #expect(replan.forced.contains(taught.lesson))
    #expect(moved == Set(replan.forced + replan.further))
    #expect(moved.isSubset(of: replan.movable))
    #expect(replan.further.count <= 3)
  }

  @Test(arguments: [11, 12]) func theSamePlanGivesTheSameTimetable(seed: UInt64) throws {
    let university = try University(UniversityPlan(lessons: 300, load: 0.9, seed: seed))
    var problem = university.problem
    problem.rooms[1].availability = [
      Availability(span: TimeSpan(day: 2, start: 0, end: 1440), grade: .blocked)
    ]
    func run() -> Replan {
      Replanner(ReplanPlan(problem: problem, base: university.planted, seed: seed, steps: 300_000)).run()
    }

    let (one, again) = (run(), run())

    #expect(one.timetable == again.timetable)
    #expect(one.steps == again.steps)
    #expect(Verifier.verify(problem, one.timetable).isValid)
  }

  @Test(arguments: 1...40) func asFewLessonsMoveAsInTheBestOfAllTimetables(seed: UInt64) {
    var random = RandomProblem(seed: seed)
    var week = TinyWeek(periods: 4, rooms: 2)
    let places = (0..<8).map { (period: $0 / 2, room: $0 % 2) }
    // Five lessons at random places of a week of eight, of which the base is a legal timetable.
    var taken: Set<Int> = []
    for number in 0..<5 {
      var place = random.below(8)
      while taken.contains(place) { place = random.below(8) }
      taken.insert(place)
      let teacher = TeacherID("T\(places[place].period)\(number % 2)\(places[place].room)")
      week.add(
        LessonID("L\(number)"), teacher: teacher, groups: [ClassGroupID("G\(places[place].room)\(random.below(2))")],
        at: places[place].period, room: places[place].room)
    }
    // The change: two people are away for two periods each.
    for _ in 0..<2 {
      let teacher = week.problem.teachers[random.below(week.problem.teachers.count)].id
      week.block(teacher, random.below(4), random.below(4))
    }

    let replan = week.replan()

    let fewest = Self.fewestMoves(week, places)
    let moved = Set(replan.difference.changes.map(\.lesson)).count
    if let fewest {
      #expect(replan.timetable.unplaced.isEmpty)
      #expect(moved == fewest)
    } else {
      #expect(!replan.timetable.unplaced.isEmpty)
    }
    #expect(Verifier.verify(week.problem, replan.timetable).isValid)
  }

  /// By trying every timetable of the tiny week; nil where none is legal.
  private static func fewestMoves(_ week: TinyWeek, _ places: [(period: Int, room: Int)]) -> Int? {
    let lessons = week.problem.lessons
    let homes = lessons.map { lesson in week.base.entries.first { $0.lesson == lesson.id } }
    let blocked = lessons.map { lesson in
      Set(
        week.problem.teachers.filter { lesson.teachers.contains($0.id) }.flatMap(\.availability)
          .map { ($0.span.start - 480) / 60 })
    }
    var best: Int?
    func extend(_ number: Int, _ chosen: [Int], _ moved: Int) {
      if let best, moved >= best { return }
      guard number < lessons.count else {
        best = moved
        return
      }
      for (index, place) in places.enumerated() where !blocked[number].contains(place.period) {
        let isFree = chosen.enumerated().allSatisfy { other, taken in
          if taken == index { return false }
          if places[taken].period != place.period { return true }
          return Set(lessons[other].teachers).isDisjoint(with: lessons[number].teachers)
            && Set(lessons[other].groups).isDisjoint(with: lessons[number].groups)
        }
        guard isFree else { continue }
        let isHome =
          homes[number]?.time == TinyWeek.span(place.period) && homes[number]?.rooms == [RoomID("R\(place.room)")]
        extend(number + 1, chosen + [index], moved + (isHome ? 0 : 1))
      }
    }
    extend(0, [], 0)
    return best
  }
}
