import Optimization
import Testing
import Timetabling

@Suite struct ClosingTests {
  /// Eight lessons of two classes, two rooms, eight periods: room for all, twice over.
  private var school: Problem {
    var school = TinySchool(rooms: ["R1", "R2"].map { Room(id: $0, capacity: 30) })
    for number in 0..<8 {
      let group: ClassGroupID = number < 4 ? "A" : "B"
      let teacher = TeacherID("T\(number % 3)")
      school.add(Lesson(id: LessonID("L\(number)"), duration: 60, groups: [group], teachers: [teacher]))
    }
    return school.problem
  }

  @Test(arguments: zip(0..<3, ["repair", "crossing", "reheating"]))
  func theStageThatTheTableHoldsToBeBestGetsMostSlices(_ favorite: Int, _ name: String) throws {
    let trial = try ClosingTrial(school, ticks: 10_000, choice: .learned, favorite: favorite)

    #expect(trial.slices.count >= 10)
    #expect(trial.slices.count { $0 == name } * 10 >= trial.slices.count * 7, "\(trial.slices)")
  }

  @Test func uniformChoiceGivesSlicesToEveryStageAndFixedSharesNeverReheat() throws {
    let uniform = try ClosingTrial(school, ticks: 10_000, choice: .uniform)
    // Enough for each meeting that crossing gets a share.
    let fixed = try ClosingTrial(school, ticks: 20_000, choice: .fixed)

    #expect(Set(uniform.slices) == ["repair", "crossing", "reheating"])
    let crossed = fixed.slices.prefix { $0 == "crossing" }.count
    #expect(crossed > 0)
    #expect(fixed.slices.dropFirst(crossed).allSatisfy { $0 == "repair" })
    #expect(fixed.slices.last == "repair")
  }

  @Test(arguments: StageSelection.Choice.allCases)
  func theSlicesSpendWhatThereIsAndTheBestNeverGetsWorse(_ choice: StageSelection.Choice) throws {
    for seed in 1...4 as ClosedRange<UInt64> {
      let trial = try ClosingTrial(RandomProblem(seed: seed).problem, ticks: 2_000, choice: choice, seed: seed)

      #expect(trial.after.lexicographicallyPrecedes(trial.before) || trial.after == trial.before)
      // Less than the smallest slice may be left, and one proposal of each slice that two chains share.
      #expect(trial.proposals <= trial.budget + 1_024)
      #expect(trial.proposals + 1_024 + UInt64(trial.slices.count) >= trial.budget)
    }
  }

  @Test func sameSeedAndTicksGiveTheSameSlicesAndTimetableWhateverTheThreads() throws {
    let problem = RandomProblem(seed: 3).problem
    let one = try ClosingTrial(problem, ticks: 2_000, choice: .learned, threads: 1)
    let two = try ClosingTrial(problem, ticks: 2_000, choice: .learned, threads: 2)

    #expect(one.slices == two.slices)
    #expect(one.timetable == two.timetable)
    #expect(one.proposals == two.proposals)
  }

  @Test(arguments: StageSelection.Choice.allCases)
  func whileSomethingHasNoPlaceEverySliceIsForRepair(_ choice: StageSelection.Choice) throws {
    // Nine lessons of one class in eight periods.
    var school = TinySchool()
    for number in 0..<9 { school.add(Lesson(id: LessonID("L\(number)"), duration: 60, groups: ["A"], teachers: ["T"])) }

    let trial = try ClosingTrial(school.problem, ticks: 2_000, choice: choice)

    #expect(Set(trial.slices) == ["repair"])
    #expect(trial.timetable.unplaced.count == 1)
  }
}
