import Timetabling

/// One variant to be made: a name for people and the strategy that weighs it.
public struct VariantPlan: Sendable {
  public var name: String
  public var strategy: any WeightingStrategy
  /// Whether a fault of the strategy ends the run, instead of a fall back to the default weights with a note.
  public var isStrict: Bool

  public init(name: String, strategy: any WeightingStrategy, isStrict: Bool = false) {
    self.name = name
    self.strategy = strategy
    self.isStrict = isStrict
  }
}

public struct GenerationPlan: Sendable {
  public var problem: Problem
  /// 1...5.
  public var variants: [VariantPlan]
  public var seed: UInt64
  /// Wall-clock seconds for all variants together; turned into ticks by a calibration at the start.
  public var seconds: Double
  /// Ticks (thousands of proposals) instead of `seconds`: makes a run repeatable bit for bit.
  public var ticks: UInt64?
  /// What an earlier run of the same problem, variants, seed, seconds and threads decided by the clock: makes this run
  /// repeat it bit for bit, unless the exact solver was stopped by its wall clock. Empty: decide anew.
  public var schedule: [Int]
  public var threads: Int
  /// The timetable that the criterion disruption is measured against.
  public var base: Timetable?
  /// All, but where their worth is measured.
  public var stages: StageSelection
  /// Whether any complete timetable will do: the run ends with the first one that breaks no hard rule.
  public var endsWhenComplete: Bool
  /// Where an earlier attempt at this plan ended: the run goes on from there. Nil begins anew, as does one of another plan.
  public var checkpoint: Checkpoint?
  /// Between two checkpoints that the run tells of; a round of annealing or a slice may make it a little more.
  public var checkpointSeconds: Double

  public init(
    problem: Problem, variants: [VariantPlan], seed: UInt64 = 1, seconds: Double = 30, ticks: UInt64? = nil,
    schedule: [Int] = [], threads: Int = 2, base: Timetable? = nil, stages: StageSelection = .all,
    endsWhenComplete: Bool = false, checkpoint: Checkpoint? = nil, checkpointSeconds: Double = 10
  ) {
    self.problem = problem
    self.variants = variants
    self.seed = seed
    self.seconds = seconds
    self.ticks = ticks
    self.schedule = schedule
    self.threads = threads
    self.base = base
    self.stages = stages
    self.endsWhenComplete = endsWhenComplete
    self.checkpoint = checkpoint
    self.checkpointSeconds = checkpointSeconds
  }
}

/// The parts of a run, in order.
public enum Phase: String, Hashable, Sendable, Codable, CaseIterable {
  case preparing, clustering, seeding, annealing, genetic, repairing, verifying
}

/// One event of a run. `fraction` never falls within a run.
public struct GenerationProgress: Hashable, Sendable, Codable {
  public var phase: Phase
  /// Name of the variant in work, nil while the work serves all of them.
  public var variant: String?
  /// 0...1 of the whole run, by ticks.
  public var fraction: Double
  /// Seconds left, low and high.
  public var etaLow: Double
  public var etaHigh: Double
  public var hardViolations: Int
  public var unplaced: Int
  /// The objective of the best timetable so far in the variant's own weights, faults included (`Objective.faultPrice`).
  public var cost: Int64
  /// As measured; 0 until the first round is over.
  public var proposalsPerSecond: Double
  /// The share of the first variant's cost that twice the time is expected to save, 0...1; nil until that is known, and
  /// where something is left unplaced or broken.
  public var gainOfTwiceTheTime: Double?

  public init(
    phase: Phase, variant: String?, fraction: Double, etaLow: Double, etaHigh: Double, hardViolations: Int,
    unplaced: Int, cost: Int64, proposalsPerSecond: Double, gainOfTwiceTheTime: Double? = nil
  ) {
    self.phase = phase
    self.variant = variant
    self.fraction = fraction
    self.etaLow = etaLow
    self.etaHigh = etaHigh
    self.hardViolations = hardViolations
    self.unplaced = unplaced
    self.cost = cost
    self.proposalsPerSecond = proposalsPerSecond
    self.gainOfTwiceTheTime = gainOfTwiceTheTime
  }
}

/// A degraded or skipped step, shown to the user as it stands: `what` happened, and `why`.
public struct RunNote: Hashable, Sendable, Codable {
  public var stage: Phase
  public var what: String
  public var why: String

  public init(stage: Phase, what: String, why: String) {
    self.stage = stage
    self.what = what
    self.why = why
  }
}

/// One community of lessons that share people.
public struct ClusterSummary: Hashable, Sendable, Codable {
  public var lessons: [LessonID]
  /// By the share of ties that leave the home department: core, departmental or open elective.
  public var kind: Course.Kind

  public init(lessons: [LessonID], kind: Course.Kind) {
    self.lessons = lessons
    self.kind = kind
  }
}

public struct GeneratedVariant: Hashable, Sendable, Codable {
  public var name: String
  public var timetable: Timetable
  public var strategy: StrategyIdentity
  public var weights: Weights
  /// The objective in those weights.
  public var cost: Int64
  public var notes: [RunNote]

  public init(
    name: String, timetable: Timetable, strategy: StrategyIdentity, weights: Weights, cost: Int64, notes: [RunNote]
  ) {
    self.name = name
    self.timetable = timetable
    self.strategy = strategy
    self.weights = weights
    self.cost = cost
    self.notes = notes
  }
}

public struct Generation: Sendable, Codable {
  public var variants: [GeneratedVariant]
  public var clusters: [ClusterSummary]
  public var modularity: Double
  /// Seconds spent in each phase.
  public var phaseSeconds: [String: Double]
  public var ticks: UInt64
  public var proposals: UInt64
  /// Decisions of a run by the clock, in their order: see `GenerationPlan.schedule`. A run that was cancelled, or went on
  /// from a checkpoint, cannot be repeated.
  public var schedule: [Int]
  /// Proposals whose cost was worked out; nil where they are not counted.
  public var evaluated: UInt64?
  /// The share of the first variant's cost that twice the time is expected to save, 0...1; nil where that is not known.
  public var gainOfTwiceTheTime: Double?
  public var wasCancelled: Bool
  public var notes: [RunNote]

  public init(
    variants: [GeneratedVariant], clusters: [ClusterSummary], modularity: Double, phaseSeconds: [String: Double],
    ticks: UInt64, proposals: UInt64, schedule: [Int] = [], evaluated: UInt64? = nil,
    gainOfTwiceTheTime: Double? = nil, wasCancelled: Bool, notes: [RunNote]
  ) {
    self.variants = variants
    self.clusters = clusters
    self.modularity = modularity
    self.phaseSeconds = phaseSeconds
    self.ticks = ticks
    self.proposals = proposals
    self.schedule = schedule
    self.evaluated = evaluated
    self.gainOfTwiceTheTime = gainOfTwiceTheTime
    self.wasCancelled = wasCancelled
    self.notes = notes
  }
}
