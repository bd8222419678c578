/// What a solution breaks and what it costs.
public struct SolutionScore: Hashable, Sendable {
  /// How often each hard rule is broken; a rule that holds is not listed.
  public var violations: [HardRule: Int]
  public var time: Int
  public var room: Int
  public var distribution: Int
  public var student: Int
  public var weights: CostWeights

  public var violationCount: Int { violations.values.reduce(0, +) }
  public var isValid: Bool { violations.isEmpty }
  public var total: Int {
    time * weights.time + room * weights.room + distribution * weights.distribution + student * weights.student
  }
}

/// What must hold in every solution.
public enum HardRule: Hashable, Sendable {
  /// Every class has a time, and a room where it needs one.
  case placed
  /// Two classes in one room do not overlap; counted per pair.
  case roomClash
  /// A class in a room that is closed then.
  case closedRoom
  /// A required distribution; counted per pair, per day too many, or per week's worth of excess, rounded up.
  case distribution(Distribution.Kind)
  /// A student beyond a class's limit.
  case limit
  /// A student has one class of each subpart of one configuration of each course asked for, and nothing else.
  case sectioning
  /// A student of a class attends its parent.
  case parent
}

extension HardRule: CustomStringConvertible {
  public var description: String {
    switch self {
    case .placed: "class without a place"
    case .roomClash: "two classes in one room"
    case .closedRoom: "class in a closed room"
    case .distribution(let kind): "required \(kind)"
    case .limit: "student beyond a limit"
    case .sectioning: "student not sectioned"
    case .parent: "student without the parent class"
    }
  }
}
