import Control
import Optimization
import Testing
import Timetabling

@Suite struct RunWatchTests {
  private func progress(unplaced: Int, violations: Int) -> GenerationProgress {
    GenerationProgress(
      phase: .annealing, variant: nil, fraction: 0, etaLow: 0, etaHigh: 0, hardViolations: violations,
      unplaced: unplaced, cost: 0, proposalsPerSecond: 0)
  }

  private func generation(leftOut: Int = 0, evaluated: UInt64? = nil) -> Generation {
    let unplaced = (0..<leftOut).map { Unplaced(lesson: LessonID("L\($0)"), reasons: []) }
    let variant = GeneratedVariant(
      name: "v", timetable: Timetable(entries: [], unplaced: unplaced), strategy: FixedWeights().identity,
      weights: Weights([]), cost: 0, notes: [])
    var generation = Generation(
      variants: [variant], clusters: [], modularity: 0,
      phaseSeconds: ["preparing": 9, "annealing": 1.5, "repairing": 0.5], ticks: 8, proposals: 8_000,
      wasCancelled: false, notes: [])
    generation.evaluated = evaluated
    return generation
  }

  @Test func onlyACompleteTimetableWithoutViolationsIsFeasible() throws {
    let watch = RunWatch()
    watch.see(progress(unplaced: 1, violations: 0))
    watch.see(progress(unplaced: 0, violations: 1))
    #expect(watch.measures(of: generation(leftOut: 1)).firstFeasibleSeconds == nil)

    watch.see(progress(unplaced: 0, violations: 0))
    let first = try #require(watch.measures(of: generation(leftOut: 1)).firstFeasibleSeconds)
    watch.see(progress(unplaced: 0, violations: 0))

    #expect(watch.measures(of: generation()).firstFeasibleSeconds == first)
  }

  @Test func aCompleteEndThatNoProgressToldOfCountsAsFeasibleAtTheEnd() {
    let measures = RunWatch().measures(of: generation())

    #expect(measures.firstFeasibleSeconds == measures.seconds)
    #expect(measures.firstFeasibleCPUSeconds == measures.cpuSeconds)
  }

  @Test func ratesAreOverThePhasesThatMakeProposals() {
    let watch = RunWatch()

    #expect(watch.measures(of: generation()).proposalsPerSecond == 4_000)
    #expect(watch.measures(of: generation()).evaluatedPerSecond == nil)
    #expect(watch.measures(of: generation(evaluated: 3_000)).evaluatedPerSecond == 1_500)
  }

  @Test func aProcessHoldsSomeMemory() {
    #expect(RunWatch().measures(of: generation()).peakMemoryMiB > 1)
  }
}
