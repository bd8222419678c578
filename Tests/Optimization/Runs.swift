import Optimization
import Synchronization
import Timetabling

/// Runs the generator and keeps what it told.
struct Runs {
  let generation: Generation
  let progress: [GenerationProgress]
  var timetable: Timetable { generation.variants[0].timetable }

  init(
    _ problem: Problem, ticks: UInt64 = 200, seconds: Double? = nil, schedule: [Int] = [], seed: UInt64 = 1,
    threads: Int = 2, weights: Weights? = nil,
    variants: [VariantPlan]? = nil, base: Timetable? = nil, solver: (any ExactSolver)? = nil,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws {
    let events = Mutex<[GenerationProgress]>([])
    let plan = GenerationPlan(
      problem: problem, variants: variants ?? [VariantPlan(name: "only", strategy: FixedWeights(weights))], seed: seed,
      seconds: seconds ?? 30, ticks: seconds == nil ? ticks : nil, schedule: schedule, threads: threads, base: base)
    generation = try Generator(plan: plan, exactSolver: solver).run(
      onProgress: { event in events.withLock { $0.append(event) } }, onVariant: { _ in }, isCancelled: isCancelled)
    progress = events.withLock { $0 }
  }
}

extension Problem {
  /// Weight 0 for every criterion and 1 for every constraint kind: the cost is the number of violations.
  var violationsOnly: Weights {
    Weights(objectiveTerms.map { if case .criterion = $0.measure { 0 } else { 1 } })
  }

  func weights(_ chosen: [Criterion: Int32]) -> Weights {
    Weights(objectiveTerms.map { if case .criterion(let one) = $0.measure { chosen[one] ?? 0 } else { 0 } })
  }
}
