import Testing
import Timetabling

@Suite struct CriterionTests {
  typealias School = TinySchool

  private func units(
    _ criterion: Criterion, at places: [(day: Int, ordinal: Int)], rooms: [[RoomID]] = [],
    edit: (inout Problem) -> Void = { _ in }
  ) -> Int {
    var problem = School.problem(lessons: School.lessons(places.count, room: rooms.isEmpty ? .none : RoomNeed()))
    edit(&problem)
    return PlainEvaluator(problem).units(of: criterion, in: School.timetable(places, rooms: rooms, of: problem))
  }

  @Test func wishesAreMissedByTheLowestGrade() {
    // Best wish 3. Monday 0 is granted: 0. Monday 1 says nothing: 3. Tuesday 0 is disliked: 3 + 2.
    let missed = units(.facultyPreference, at: [(0, 0), (0, 1), (1, 0)]) {
      $0.teachers[0].availability = [
        Availability(span: School.span(0, 0), grade: .wish(3)), Availability(span: School.span(1, 0), grade: .wish(-2)),
      ]
    }
    #expect(missed == 8)
  }

  @Test func aDoubleLessonIsGradedByItsWorstPeriodNotByThePause() {
    var problem = School.problem(lessons: [Lesson(id: "L", duration: 120, teachers: ["T"], roomNeed: .none)])
    problem.teachers[0].availability = [
      Availability(span: School.span(0, 0), grade: .wish(3)), Availability(span: School.span(0, 1), grade: .wish(1)),
    ]
    let timetable = Timetable(
      entries: [Entry(lesson: "L", weeks: .first(4), time: School.span(0, 0, 2), teachers: ["T"])])
    #expect(PlainEvaluator(problem).units(of: .facultyPreference, in: timetable) == 2)
  }

  @Test func compactnessCountsIdlePeriods() { #expect(units(.compactness, at: [(0, 0), (0, 3), (1, 1)]) == 2) }

  @Test func emptySeatsArePercentRoundedDown() {
    // 20 of 30 seats: 33 percent empty. 20 of 60: 66.
    #expect(units(.roomUtilization, at: [(0, 0), (0, 1)], rooms: [["R1"], ["R2"]]) == 99)
  }

  @Test func dailyLoadsAreSquared() { #expect(units(.workloadBalance, at: [(0, 0), (0, 1), (0, 3), (1, 1)]) == 10) }

  @Test func peaksAreSquared() { #expect(units(.peakSpreading, at: [(0, 0), (0, 0), (0, 1)]) == 5) }

  @Test func continuityCountsRoomChangesWithoutABreak() {
    // 0 to 1 changes rooms; 1 to 2 does, too, but across the break.
    #expect(units(.continuity, at: [(0, 0), (0, 1), (0, 2)], rooms: [["R1"], ["R2"], ["R1"]]) == 1)
  }

  @Test func roomWishesFallBackToTheHomeRoom() {
    let missed = units(.roomWishes, at: [(0, 0), (0, 1), (0, 2)], rooms: [["R1"], ["R1"], ["R2"]]) {
      $0.groups[0].homeRoom = "R1"
      $0.lessons[0].roomNeed.wished = ["R2"]
    }
    #expect(missed == 2)
  }

  @Test func travelCountsForGroupAndTeacher() {
    let ways = units(.travel, at: [(0, 0), (0, 1)], rooms: [["R1"], ["R2"]]) {
      $0.zones = [Zone(id: "a", name: "A"), Zone(id: "b", name: "B")]
      $0.buildings = [Building(id: "B", name: "B", zone: "b")]
      $0.rooms[0].zone = "a"
      $0.rooms[1].building = "B"
    }
    #expect(ways == 2)
  }

  @Test func studentConflictsCountWhereTheyAreSoft() {
    let edit: (inout Problem) -> Void = {
      $0.students = [Student(id: "a"), Student(id: "b")]
      $0.lessons[0].groups = []
      $0.lessons[0].students = ["a", "b"]
      $0.lessons[1].students = ["a", "b"]
    }
    #expect(units(.studentConflicts, at: [(0, 0), (0, 0)], edit: edit) == 0)
    let soft = units(.studentConflicts, at: [(0, 0), (0, 0)]) {
      edit(&$0)
      $0.constraints = [
        Constraint(id: "c", kind: .studentClash, selector: Selector(lessons: ["L1"]), enforcement: .weighted(1))
      ]
    }
    #expect(soft == 2)
  }

  @Test func disruptionWeighsTimeTwice() {
    let problem = School.problem(lessons: School.lessons(4, room: RoomNeed()))
    let base = School.timetable(
      [(0, 0), (0, 1), (0, 2), (1, 0)], rooms: [["R1"], ["R1"], ["R1"], ["R1"]], of: problem)
    // L0 stays, L1 changes its room, L2 moves, L3 is gone.
    let now = School.timetable([(0, 0), (0, 1), (2, 2)], rooms: [["R1"], ["R2"], ["R1"]], of: problem)
    #expect(PlainEvaluator(problem).units(of: .disruption, in: now, base: base) == 5)
  }

  @Test func scoresLieWithinTheirBounds() {
    let problem = School.problem(lessons: School.lessons(6, room: RoomNeed()))
    let all = (0..<20).map { (day: $0 / 4, ordinal: $0 % 4) }
    let evaluator = PlainEvaluator(problem)
    let bounds = CriterionBounds(problem)
    // Every third choice of six places of the week, each valid: one lesson at a time.
    for offset in 0..<15 {
      for step in 1...3 {
        let places = (0..<6).map { all[(offset + $0 * step) % 20] }
        let rooms: [[RoomID]] = (0..<6).map { [$0 * step % 2 == 0 ? "R1" : "R2"] }
        let timetable = School.timetable(places, rooms: rooms, of: problem)
        for criterion in Criterion.allCases {
          let (best, worst) = bounds.bounds(of: criterion)
          #expect((best...worst).contains(evaluator.units(of: criterion, in: timetable)), "\(criterion)")
        }
      }
    }
  }

  @Test func boundsOfATinyWeekAreKnown() {
    // Six periods of T in five days of four: 2+1+1+1+1 at best, 4+2 at worst.
    let bounds = CriterionBounds(School.problem(lessons: School.lessons(6)))
    #expect(bounds.bounds(of: .workloadBalance) == (8, 20))
    // Three days with the first and the last period busy.
    #expect(bounds.bounds(of: .compactness) == (0, 6))
    #expect(bounds.bounds(of: .peakSpreading).best == 6)
  }
}
