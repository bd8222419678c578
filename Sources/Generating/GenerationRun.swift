import CPSAT
import Optimization
import Timetabling
import WeightingPlugins

/// One generation: makes its solver and strategies ready, runs the engine, and notes all that could not be had.
///
/// Blocks its thread for as long as the engine works, and uses `threads` more.
public struct GenerationRun: Sendable {
  private let request: SolveRequest

  public init(_ request: SolveRequest) { self.request = request }

  public func run(
    isCancelled: @escaping @Sendable () -> Bool, onProgress: @escaping @Sendable (GenerationProgress) -> Void,
    onCheckpoint: (@Sendable (Checkpoint) -> Void)? = nil
  ) throws(SolveFailure) -> Generation {
    try checkInput()
    let exact = locateSolver()
    let strategies = try chooseStrategies()
    let plan = GenerationPlan(
      problem: request.problem, variants: strategies.map(\.plan), seed: request.seed, seconds: request.seconds,
      ticks: request.ticks, schedule: request.schedule, threads: request.threads, base: request.base,
      stages: request.stages, checkpoint: request.checkpoint, checkpointSeconds: request.checkpointSeconds)
    let strategyNotes = Dictionary(strategies.map { ($0.plan.name, $0.notes) }) { first, _ in first }

    var generation: Generation
    do {
      generation = try Generator(plan: plan, exactSolver: exact.solver)
        .run(
          onProgress: onProgress, onVariant: { _ in }, onCheckpoint: Self.noting(strategyNotes, onCheckpoint),
          isCancelled: isCancelled)
    } catch GenerationError.strategy(let variant, let message) {
      throw SolveFailure(
        .permanent, code: "strategy.failed", message: "Variant '\(variant)' cannot be made: \(message)")
    } catch {
      throw SolveFailure(.permanent, code: "engine.refused", message: "The engine refused the problem: \(error)")
    }
    generation.notes.insert(contentsOf: exact.notes, at: 0)
    for index in generation.variants.indices { generation.variants[index].lead(with: strategyNotes) }
    return generation
  }

  /// A kept variant says what its strategy lacked, as a finished one does.
  private static func noting(
    _ notes: [String: [RunNote]], _ tell: (@Sendable (Checkpoint) -> Void)?
  ) -> (@Sendable (Checkpoint) -> Void)? {
    guard let tell else { return nil }
    return { checkpoint in
      var noted = checkpoint
      for index in noted.variants.indices { noted.variants[index].variant.lead(with: notes) }
      tell(noted)
    }
  }

  private func checkInput() throws(SolveFailure) {
    let issues = ProblemCheck.issues(in: request.problem)
    guard issues.isEmpty else {
      let first = issues.prefix(3).map { "\($0.place): \($0.message)" }.joined(separator: " ")
      throw SolveFailure(
        .permanent, code: "input.invalid", message: "The problem has \(issues.count) mistakes. \(first)")
    }
    guard (1...5).contains(request.variants.count) else {
      throw SolveFailure(
        .permanent, code: "input.variants",
        message: "\(request.variants.count) variants were ordered.\nMaybe order one to five.")
    }
  }

  private func locateSolver() -> (solver: (any ExactSolver)?, notes: [RunNote]) {
    func without(_ why: String) -> (solver: (any ExactSolver)?, notes: [RunNote]) {
      (nil, [RunNote(stage: .seeding, what: "The exact solver CP-SAT was not used.", why: why)])
    }
    guard let folder = request.ortools else {
      return without("OR-Tools is not installed. Maybe run ops/fetch-ortools.")
    }
    do {
      return (try CPSATSolver.locate(folder: folder), [])
    } catch {
      return without("\(error)")
    }
  }

  private struct ChosenStrategy {
    var plan: VariantPlan
    var notes: [RunNote] = []
  }

  private func chooseStrategies() throws(SolveFailure) -> [ChosenStrategy] {
    let catalog = PluginCatalog(folder: request.plugins, host: request.strategyHost)
    var chosen: [ChosenStrategy] = []
    for order in request.variants {
      do throws(StrategyFault) {
        let strategy = try catalog.makeStrategy(id: order.strategy, options: order.options, seed: request.seed)
        chosen.append(ChosenStrategy(plan: VariantPlan(name: order.name, strategy: strategy, isStrict: order.isStrict)))
      } catch {
        guard !order.isStrict else {
          throw SolveFailure(
            .permanent, code: "strategy." + error.kind.rawValue,
            message: "Variant '\(order.name)' cannot be made: \(error)")
        }
        chosen.append(
          ChosenStrategy(
            plan: VariantPlan(name: order.name, strategy: FixedWeights()),
            notes: [
              RunNote(
                stage: .preparing, what: "Variant '\(order.name)' was made with the built-in weights.",
                why: "\(error)")
            ]))
      }
    }
    return chosen
  }
}

extension GeneratedVariant {
  /// Begins with the notes on its strategy. One that comes from a checkpoint has them already.
  fileprivate mutating func lead(with notes: [String: [RunNote]]) {
    let missing = (notes[name] ?? []).filter { !self.notes.contains($0) }
    self.notes.insert(contentsOf: missing, at: 0)
  }
}
