/// Chooses which stage gets the next slice, by what slices earned in like situations.
///
/// State: three bands of stagnation × whether placed lessons can break hard rules. Reward: how far the cost fell per
/// proposal, against the running mean.
struct StageAgent {
  private(set) var table: QTable
  private let policy: StageSelection.Choice
  private let closing: Closing
  private var random: RandomSource
  private var state = 0
  private var action = ClosingStage.repair
  private var stagnation = 0
  private var mean: Int64 = 0

  static let stateCount = 6
  private static let explore = 24

  init(_ closing: Closing) {
    self.closing = closing
    let run = closing.maker.run
    let choice = run.plan.stages.choice
    policy = choice != .suited ? choice : closing.scoring.hasHardCosts ? .learned : .fixed
    table = run.stageTable
    random = closing.random(40, 0)
  }

  /// What a run starts with.
  static func table(for policy: StageSelection.Choice) -> QTable {
    switch policy {
    case .suited, .learned: .learnedStages
    case .untrained, .uniform, .fixed: QTable(states: stateCount, actions: ClosingStage.allCases.count)
    }
  }

  /// Nil where no stage has anything to do.
  mutating func choose(for elites: Elites, _ budget: SliceBudget) -> ClosingStage? {
    let offered = offered(elites)
    guard let first = offered.first else { return nil }
    state = situation
    switch policy {
    case .fixed:
      action = offered.contains(.crossing) && budget.gone < closing.shares.crossing ? .crossing : first
    case .uniform:
      action = offered[random.below(offered.count)]
    case .suited, .learned, .untrained:
      let choice = table.choose(state, among: offered.map(\.rawValue), explore: Self.explore, random: &random)
      action = ClosingStage.allCases[choice]
    }
    return action
  }

  /// The share of all slices after which the stage gets no more.
  func end(of stage: ClosingStage) -> Double { policy == .fixed && stage == .crossing ? closing.shares.crossing : 1 }

  mutating func learn(from before: Snapshot, to elites: Elites, _ proposals: Int) {
    let gain = energy(before) - energy(elites.best)
    stagnation = gain > 0 ? 0 : stagnation + 1
    // No more than leaves room for the factors; where rules weigh much, that is a great gain anyway.
    let rate = min(gain, 1_000_000_000_000) * 1_000_000 / Int64(max(1, proposals))
    let expected = max(1, mean)
    mean = (expected * 3 + rate) / 4
    let reward = Int32(clamping: min(4000, (rate - expected) * 1000 / expected))
    table.learn(state, action.rawValue, reward: reward, next: situation)
  }

  /// With broken rules or missing places only repair; large problems are not worth children or heat
  /// (ops/decisions/0005-annealing.md).
  private func offered(_ elites: Elites) -> [ClosingStage] {
    if elites.isBroken || closing.maker.compiled.meetingCount >= OwnedAnnealing.fewestMeetings { return [.repair] }
    let stages = closing.maker.run.plan.stages
    return ClosingStage.allCases.filter {
      switch $0 {
      case .repair: stages.repair != .none
      case .crossing: stages.usesCrossing && elites.canBeCrossed
      case .reheating: policy != .fixed
      }
    }
  }

  private func energy(_ snapshot: Snapshot) -> Int64 {
    snapshot.softCost + Int64(snapshot.hardViolations + 4 * snapshot.unplaced) * closing.energy.hardWeight
  }

  private var situation: Int {
    let rest = stagnation == 0 ? 0 : stagnation < 4 ? 1 : 2
    return rest * 2 + (closing.scoring.hasHardCosts ? 1 : 0)
  }
}
