import Optimization
import Testing
import Timetabling

@Suite struct StageSelectionTests {
  private func run(_ stages: StageSelection, ticks: UInt64 = 300) throws -> Generation {
    let plan = GenerationPlan(
      problem: RandomProblem(seed: 4).problem, variants: [VariantPlan(name: "only", strategy: FixedWeights())],
      seed: 2, ticks: ticks, stages: stages)
    return try Generator(plan: plan, exactSolver: nil)
      .run(onProgress: { _ in }, onVariant: { _ in }, isCancelled: { false })
  }

  @Test func aStageThatIsLeftOutTakesNoTimeAndItsWorkGoesToAnnealing() throws {
    let whole = try run(.all)
    let less = try run(StageSelection(usesCrossing: false, repair: .none))

    #expect(whole.phaseSeconds["repairing"] ?? 0 > 0)
    #expect(less.phaseSeconds["repairing"] == nil && less.phaseSeconds["genetic"] == nil)
    #expect(abs(Double(less.proposals) / Double(whole.proposals) - 1) < 0.1)
  }

  @Test(arguments: StageSelection.Repair.allCases) func everyPolicyOfRepairKeepsTheHardRules(
    _ repair: StageSelection.Repair
  ) throws {
    let generation = try run(StageSelection(repair: repair))
    let timetable = try #require(generation.variants.first).timetable
    #expect(PlainEvaluator(RandomProblem(seed: 4).problem).score(timetable).hardViolations == 0)
  }

  @Test func trainingIsRepeatableAndLearnsSomething() throws {
    func train() throws -> TableTraining {
      try TableTraining(
        problems: [4, 5].map { (RandomProblem(seed: $0).problem, nil) }, ticks: 500, seed: 1, isCancelled: { false })
    }
    let training = try train()
    #expect(training.source == (try train()).source)
    #expect(training.operators.count == 18 && training.operators.allSatisfy { $0.count == 6 })
    #expect(training.stages.count == 6 && training.stages.allSatisfy { $0.count == 3 })
    for rows in [training.operators, training.stages] { #expect(rows.contains { $0.contains { $0 != 0 } }) }
    for name in ["learned", "learnedStages"] { #expect(training.source.contains("static let \(name) = ")) }
  }

  @Test(arguments: StageSelection.Choice.allCases)
  func everyChoiceOfStagesIsRepeatedByItsSchedule(_ choice: StageSelection.Choice) throws {
    func run(_ schedule: [Int]) throws -> Generation {
      let plan = GenerationPlan(
        problem: RandomProblem(seed: 4).problem, variants: [VariantPlan(name: "only", strategy: FixedWeights())],
        seed: 2, seconds: 0.4, schedule: schedule, stages: StageSelection(choice: choice))
      return try Generator(plan: plan, exactSolver: nil)
        .run(onProgress: { _ in }, onVariant: { _ in }, isCancelled: { false })
    }
    let first = try run([])
    let again = try run(first.schedule)

    #expect(again.schedule == first.schedule)
    #expect(again.proposals == first.proposals)
    #expect(again.variants[0].timetable == first.variants[0].timetable)
  }
}
