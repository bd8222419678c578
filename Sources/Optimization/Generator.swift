import Synchronization
import Timetabling

/// Why a run could not start or go on. Input that cannot be scheduled is no error: see `Timetable.unplaced`.
public enum GenerationError: Error, Sendable, CustomStringConvertible {
  case noVariants
  case noTimeGrid
  /// A strict variant's strategy failed.
  case strategy(variant: String, message: String)

  public var description: String {
    switch self {
    case .noVariants: "No variant was asked for.\nMaybe name one to five variants."
    case .noTimeGrid: "The problem has no time grid.\nMaybe add the institution's days and periods."
    case .strategy(let variant, let message): "The strategy of variant '\(variant)' failed: \(message)"
    }
  }
}

/// Makes timetables: reads the problem, clusters it, finds a start, and improves it for each variant.
public struct Generator {
  private let plan: GenerationPlan
  private let exactSolver: (any ExactSolver)?

  public init(plan: GenerationPlan, exactSolver: (any ExactSolver)?) {
    self.plan = plan
    self.exactSolver = exactSolver
  }

  /// Blocks the calling thread, which should be a plain one, until done or cancelled, and uses up to `plan.threads`
  /// more. `onProgress`, `onVariant` and `onCheckpoint` are called on the calling thread; `isCancelled` on all of them.
  ///
  /// After a cancel the best timetables so far are returned, and told of as the last checkpoint before that. Every
  /// timetable returned or told of has no hard violation.
  public func run(
    onProgress: @escaping @Sendable (GenerationProgress) -> Void,
    onVariant: @escaping @Sendable (GeneratedVariant) -> Void,
    onCheckpoint: (@Sendable (Checkpoint) -> Void)? = nil, isCancelled: @escaping @Sendable () -> Bool
  ) throws -> Generation {
    guard !plan.variants.isEmpty else { throw GenerationError.noVariants }
    guard !plan.problem.timeGrids.isEmpty else { throw GenerationError.noTimeGrid }
    let run = Run(plan: plan, exactSolver: exactSolver, observer: Observer(onProgress, onVariant, isCancelled))
    run.checkpoints = onCheckpoint.map { CheckpointDesk(interval: plan.checkpointSeconds, $0) }
    return try run.generate()
  }
}

/// Whom a run tells, and asks whether to stop.
struct Observer: Sendable {
  let progress: @Sendable (GenerationProgress) -> Void
  let variant: @Sendable (GeneratedVariant) -> Void
  let isCancelled: @Sendable () -> Bool

  init(
    _ progress: @escaping @Sendable (GenerationProgress) -> Void,
    _ variant: @escaping @Sendable (GeneratedVariant) -> Void,
    _ isCancelled: @escaping @Sendable () -> Bool
  ) {
    self.progress = progress
    self.variant = variant
    self.isCancelled = isCancelled
  }
}

extension Observer {
  /// The same, which also wants the run to stop once the goal is reached.
  func stopping(at goal: Goal) -> Observer {
    Observer(progress, variant) { [isCancelled] in goal.isReached || isCancelled() }
  }
}

/// A complete timetable, for runs that end with the first one.
final class Goal: Sendable {
  private let reached = Atomic(false)

  var isReached: Bool { reached.load(ordering: .relaxed) }
  func reach() { reached.store(true, ordering: .relaxed) }
}
