import Timetabling

// MARK: Exact solver

/// A pure 0/1 model: pick at most (or exactly) one literal of each choice, under counting rules.
///
/// Literals are numbered 0..<literalCount; choice `c` owns literals
/// `choiceBegin[c]..<choiceBegin[c + 1]`.
public struct ChoiceModel: Sendable {
  /// `choiceCount + 1` offsets, first 0, last `literalCount`.
  public var choiceBegin: [Int32]
  /// Whether exactly one literal of a choice holds (true), or at most one.
  public var isRequired: [Bool]
  /// At most `bound` of `literals` hold, or weigh, where they have weights.
  public var atMost: [AtMost]
  /// Cost of each literal that holds; empty for a pure feasibility question.
  public var costs: [Int64]
  /// A literal of each choice to start from, or −1; empty for none.
  public var hint: [Int32]

  public struct AtMost: Sendable {
    public var literals: [Int32]
    public var bound: Int32
    /// What each literal counts, 1 or more: minutes, say. Empty: 1 each.
    public var weights: [Int32]

    public init(literals: [Int32], bound: Int32 = 1, weights: [Int32] = []) {
      self.literals = literals
      self.bound = bound
      self.weights = weights
    }

    /// What counts of those literals for which `holds` is true.
    public func count(where holds: (Int32) -> Bool) -> Int64 {
      if weights.isEmpty { return Int64(literals.count(where: holds)) }
      return zip(literals, weights).reduce(0) { $0 + (holds($1.0) ? Int64($1.1) : 0) }
    }
  }

  public init(
    choiceBegin: [Int32], isRequired: [Bool], atMost: [AtMost], costs: [Int64] = [], hint: [Int32] = []
  ) {
    self.choiceBegin = choiceBegin
    self.isRequired = isRequired
    self.atMost = atMost
    self.costs = costs
    self.hint = hint
  }

  public var choiceCount: Int { isRequired.count }
  public var literalCount: Int { Int(choiceBegin.last ?? 0) }
}

public struct ExactLimit: Sendable {
  /// Wall clock, a safety net.
  public var seconds: Double
  /// OR-Tools' deterministic time, which makes a run repeatable.
  public var deterministicTime: Double
  public var seed: Int32

  public init(seconds: Double, deterministicTime: Double, seed: Int32) {
    self.seconds = seconds
    self.deterministicTime = deterministicTime
    self.seed = seed
  }
}

public enum ExactResult: Sendable, Equatable {
  /// The literal chosen for each choice, −1 for none; whether it is proven the cheapest.
  case solution(chosen: [Int32], cost: Int64, isOptimal: Bool)
  /// Proven: no assignment satisfies the model.
  case infeasible
  /// The limit came first.
  case unknown
  /// Asked to stop.
  case cancelled
}

/// Solves a choice model exactly. Real implementations: CP-SAT, and a depth-first search for tiny models.
///
/// Blocks the calling thread until done: call it on a thread of its own, never on the cooperative pool.
public protocol ExactSolver: Sendable {
  var name: String { get }
  func solve(_ model: ChoiceModel, limit: ExactLimit, isCancelled: @Sendable () -> Bool) throws -> ExactResult
}

// MARK: Weighting strategy

public struct StrategyIdentity: Hashable, Sendable, Codable {
  /// Reverse domain: `org.horarium.balanced`.
  public var id: String
  public var version: String
  /// SHA-256 of the library's bytes in hexadecimal; `builtin` for the built-in weights.
  public var digest: String

  public init(id: String, version: String, digest: String) {
    self.id = id
    self.version = version
    self.digest = digest
  }
}

/// What a strategy may know of the best timetable so far.
public struct WeighingSolution: Sendable {
  /// Grid slot (day × slots per day + period) and room index of each lesson meeting, or `UInt32.max`.
  public var slots: [UInt32]
  public var rooms: [UInt32]
  /// Units or violations of each term, unweighted.
  public var violations: [Int64]
  public var iteration: UInt64

  public init(slots: [UInt32], rooms: [UInt32], violations: [Int64], iteration: UInt64) {
    self.slots = slots
    self.rooms = rooms
    self.violations = violations
    self.iteration = iteration
  }
}

/// What a strategy may know of the problem: sizes, the terms, who teaches and attends what.
public struct WeighingProblem: Sendable {
  public var slotCount: Int
  public var slotsPerDay: Int
  public var roomCount: Int
  public var teacherCount: Int
  public var groupCount: Int
  public var terms: [ObjectiveTerm]
  /// First teacher of each meeting, or `UInt32.max`.
  public var meetingTeacher: [UInt32]
  /// CSR of groups of each meeting.
  public var meetingGroupsBegin: [UInt32]
  public var meetingGroups: [UInt32]

  public init(
    slotCount: Int, slotsPerDay: Int, roomCount: Int, teacherCount: Int, groupCount: Int, terms: [ObjectiveTerm],
    meetingTeacher: [UInt32], meetingGroupsBegin: [UInt32], meetingGroups: [UInt32]
  ) {
    self.slotCount = slotCount
    self.slotsPerDay = slotsPerDay
    self.roomCount = roomCount
    self.teacherCount = teacherCount
    self.groupCount = groupCount
    self.terms = terms
    self.meetingTeacher = meetingTeacher
    self.meetingGroupsBegin = meetingGroupsBegin
    self.meetingGroups = meetingGroups
  }
}

/// Chooses the weights of one variant. Real implementations: a plugin in its own process, and fixed weights.
///
/// Called from one thread at a time: prepare, then chooseWeights any number of times, then finish.
/// May block for its host's deadline (100 ms a call).
public protocol WeightingStrategy: Sendable {
  var identity: StrategyIdentity { get }
  func prepare(_ problem: WeighingProblem) throws
  /// `current` are the weights in force; `best` is nil before the first solution.
  func chooseWeights(best: WeighingSolution?, current: Weights) throws -> Weights
  func finish()
}

/// Weights that never change: what a variant falls back to, and what tests use.
public struct FixedWeights: WeightingStrategy {
  public let identity: StrategyIdentity
  private let weights: Weights?

  /// Nil keeps the problem's default weights.
  public init(_ weights: Weights? = nil, id: String = "org.horarium.builtin.fixed") {
    self.identity = StrategyIdentity(id: id, version: "1", digest: "builtin")
    self.weights = weights
  }

  public func prepare(_ problem: WeighingProblem) {}
  public func chooseWeights(best: WeighingSolution?, current: Weights) -> Weights { weights ?? current }
  public func finish() {}
}
