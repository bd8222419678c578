/// What an agent has learned about operators: the expected return of each in each state.
///
/// Tabular Q-learning (Watkins, Dayan 1992), with an operator held for a batch of proposals as its action
/// (Soria-Alcaraz et al. 2014: adaptive operator selection learned while searching). Values are plain doubles
/// in a flat table; the generator comes in as an argument, so a run can be repeated.
public struct OperatorTable: Hashable, Sendable, Codable {
  public let stateCount: Int
  public let operatorCount: Int
  /// `stateCount × operatorCount`, by state.
  public private(set) var values: [Double]
  public private(set) var visits: [UInt32]

  public struct Rates: Hashable, Sendable, Codable {
    /// Share of a new observation, 0...1.
    public var learning: Double
    /// Worth of the next state's best operator, 0..<1.
    public var discount: Double
    /// Chance of trying any operator, at the first choice and in the long run.
    public var firstExploration: Double
    public var lastExploration: Double
    /// Choices over which exploration falls from the first to the last rate.
    public var explorationSpan: Int

    public init(
      learning: Double = 0.1, discount: Double = 0.5, firstExploration: Double = 0.1, lastExploration: Double = 0.02,
      explorationSpan: Int = 20_000
    ) {
      precondition((0...1).contains(learning) && (0..<1).contains(discount) && explorationSpan > 0)
      self.learning = learning
      self.discount = discount
      self.firstExploration = firstExploration
      self.lastExploration = lastExploration
      self.explorationSpan = explorationSpan
    }

    /// The exploration rate at the `choice`-th choice, falling in a straight line.
    public func exploration(at choice: Int) -> Double {
      let share = min(1, Double(choice) / Double(explorationSpan))
      return firstExploration + (lastExploration - firstExploration) * share
    }
  }

  public init(stateCount: Int, operatorCount: Int) {
    precondition(stateCount > 0 && operatorCount > 0)
    self.stateCount = stateCount
    self.operatorCount = operatorCount
    values = Array(repeating: 0, count: stateCount * operatorCount)
    visits = Array(repeating: 0, count: stateCount * operatorCount)
  }

  /// An operator for `state`: mostly the best known, one never tried first, any with the exploration rate.
  public func choose(
    state: Int, exploration: Double, using generator: inout some RandomNumberGenerator
  ) -> Int {
    let row = state * operatorCount
    if Double.random(in: 0..<1, using: &generator) < exploration {
      return Int.random(in: 0..<operatorCount, using: &generator)
    }
    var best = 0
    for candidate in 0..<operatorCount {
      if visits[row + candidate] == 0 { return candidate }
      if values[row + candidate] > values[row + best] { best = candidate }
    }
    return best
  }

  /// Takes in that `action` in `state` brought `reward` and led to `next`.
  public mutating func learn(state: Int, action: Int, reward: Double, next: Int, rates: Rates) {
    let cell = state * operatorCount + action
    let following = values[(next * operatorCount)..<((next + 1) * operatorCount)].max() ?? 0
    values[cell] += rates.learning * (reward + rates.discount * following - values[cell])
    visits[cell] &+= 1
  }

  /// Brings in what another agent learned beside this one: the mean of each cell, weighted by visits.
  public mutating func merge(_ other: OperatorTable) {
    precondition(other.values.count == values.count, "tables of different shape can't be merged")
    for cell in values.indices where other.visits[cell] > 0 {
      let (own, its) = (Double(visits[cell]), Double(other.visits[cell]))
      values[cell] = (values[cell] * own + other.values[cell] * its) / (own + its)
      visits[cell] &+= other.visits[cell]
    }
  }
}
