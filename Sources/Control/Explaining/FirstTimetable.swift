import Explanation
import Foundation
import Optimization
import Timetabling

/// The engine, asked for any timetable: its search ends with the first complete one, however good it is.
package struct FirstTimetable: Sendable {
  private let problem: Problem
  private let threads: Int

  package init(of problem: Problem, threads: Int = ProcessInfo.processInfo.activeProcessorCount) {
    self.problem = problem
    self.threads = threads
  }

  /// By ticks and not by the clock, so that the same problem gets the same answer.
  package var search: TimetableSearch {
    { ticks, isCancelled in
      let plan = GenerationPlan(
        problem: problem, variants: [VariantPlan(name: "first", strategy: FixedWeights())], ticks: ticks,
        threads: threads, endsWhenComplete: true)
      let generation = try Generator(plan: plan, exactSolver: nil)
        .run(onProgress: { _ in }, onVariant: { _ in }, isCancelled: isCancelled)
      return generation.variants.first?.timetable
    }
  }
}
