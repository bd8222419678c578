import Optimization
import Timetabling

/// One variant that was asked for: which strategy weighs it, with which option values.
public struct VariantOrder: Hashable, Sendable, Codable {
  public var name: String
  /// `org.horarium.balanced`
  public var strategy: String
  /// By the names that the strategy declares; those left out take its defaults.
  public var options: [String: Double]
  /// Where the strategy fails: true ends the variant, false goes on with the built-in weights and a visible note.
  public var isStrict: Bool

  public init(name: String, strategy: String, options: [String: Double] = [:], isStrict: Bool = false) {
    self.name = name
    self.strategy = strategy
    self.options = options
    self.isStrict = isStrict
  }
}

/// All that a solver child is told; the first and only frame on its standard input.
public struct SolveRequest: Hashable, Sendable, Codable {
  public var problem: Problem
  /// 1...5.
  public var variants: [VariantOrder]
  public var seed: UInt64
  /// Wall-clock seconds for all variants together.
  public var seconds: Double
  /// Thousands of proposals instead of `seconds`: repeatable bit for bit.
  public var ticks: UInt64?
  /// Of an earlier run, to repeat it: see `GenerationPlan.schedule`.
  public var schedule: [Int]
  public var threads: Int
  /// All, but where their worth is measured.
  public var stages: StageSelection
  /// What the criterion disruption is measured against.
  public var base: Timetable?
  /// Where an earlier attempt ended; nil begins anew.
  public var checkpoint: Checkpoint?
  /// Between two checkpoints.
  public var checkpointSeconds: Double
  /// Folder into which OR-Tools was unpacked; nil works without the exact solver, with a note.
  public var ortools: String?
  /// Folder with the strategies' libraries.
  public var plugins: String
  /// The executable `horarium-strategy-host`.
  public var strategyHost: String

  public init(
    problem: Problem, variants: [VariantOrder], seed: UInt64 = 1, seconds: Double = 30, ticks: UInt64? = nil,
    schedule: [Int] = [], threads: Int = 2, stages: StageSelection = .all, base: Timetable? = nil,
    checkpoint: Checkpoint? = nil, checkpointSeconds: Double? = nil, ortools: String?, plugins: String,
    strategyHost: String
  ) {
    self.problem = problem
    self.variants = variants
    self.seed = seed
    self.seconds = seconds
    self.ticks = ticks
    self.schedule = schedule
    self.threads = threads
    self.stages = stages
    self.base = base
    self.checkpoint = checkpoint
    self.checkpointSeconds = checkpointSeconds ?? Self.checkpointSeconds(of: seconds)
    self.ortools = ortools
    self.plugins = plugins
    self.strategyHost = strategyHost
  }

  /// A twentieth of the run, from one second to ten: a lost worker costs that much of the search, and what it takes to
  /// verify and store.
  public static func checkpointSeconds(of seconds: Double) -> Double { min(10, max(1, seconds / 20)) }
}
