/// Chooses the operators of each batch of proposals by what they earned in like situations.
///
/// State: three temperature bands × three bands of stagnation × whether something is unplaced or hard-violated.
/// Action: one of the operator mixes. Reward: how far the cost fell per proposal, against the running mean.
struct RepairAgent {
  private(set) var table: QTable
  private let policy: StageSelection.Repair
  private var stagnation = 0
  private var scale: Int64 = 1

  static let mixes: [OperatorMix] = [
    .standard,
    OperatorMix(room: 100, time: 230, timeInRoom: 256, chain: 256, stability: 256, days: 256),
    OperatorMix(room: 10, time: 120, timeInRoom: 246, chain: 254, stability: 255, days: 255),
    OperatorMix(room: 20, time: 200, timeInRoom: 220, chain: 250, stability: 252, days: 252),
    OperatorMix(room: 30, time: 200, timeInRoom: 220, chain: 222, stability: 254, days: 254),
    OperatorMix(room: 15, time: 190, timeInRoom: 230, chain: 236, stability: 238, days: 242),
  ]

  static let stateCount = 18

  init(_ policy: StageSelection.Repair) {
    self.policy = policy
    table = policy == .learned ? .learned : QTable(states: Self.stateCount, actions: Self.mixes.count)
  }

  /// Walks one batch of `size` proposals with a mix of its choice and learns from what came of it.
  mutating func batch(_ walker: inout Walker, size: Int, warmth: Double, random: inout RandomSource) {
    let state = situation(walker, warmth)
    let action = choose(state, warmth, &random)
    let before = energy(walker)
    walker.mix = Self.mixes[action]
    walker.walk(size)
    let gain = before - energy(walker)
    stagnation = gain > 0 ? 0 : stagnation + 1
    scale = max(1, (scale * 15 + abs(gain)) / 16)
    let reward = Int32(clamping: gain * 1000 / scale)
    table.learn(state, action, reward: reward, next: situation(walker, warmth))
  }

  private func choose(_ state: Int, _ warmth: Double, _ random: inout RandomSource) -> Int {
    switch policy {
    case .learned, .untrained: table.choose(state, explore: warmth > 0.5 ? 40 : 12, random: &random)
    case .uniform: random.below(Self.mixes.count)
    case .fixed, .none: 0
    }
  }

  private func energy(_ walker: Walker) -> Int64 {
    walker.state.softCost + Int64(walker.state.hardViolations + 4 * walker.state.unplaced) * walker.energy.hardWeight
  }

  private func situation(_ walker: Walker, _ warmth: Double) -> Int {
    let heat = warmth > 0.66 ? 2 : warmth > 0.33 ? 1 : 0
    let rest = stagnation < 4 ? 0 : stagnation < 32 ? 1 : 2
    let isBroken = walker.state.unplaced + walker.state.hardViolations > 0 ? 1 : 0
    return (heat * 3 + rest) * 2 + isBroken
  }
}
