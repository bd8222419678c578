/// What an agent has learned: the value of each action in each state, in thousandths of the mean reward.
///
/// Tabular Q-learning with α 1/8, γ 1/2 and ε-greedy choice, all in integers, so that a run repeats exactly.
struct QTable: Sendable {
  let actions: Int
  private(set) var values: [Int32]

  init(states: Int, actions: Int) {
    self.actions = actions
    values = [Int32](repeating: 0, count: states * actions)
  }

  init(actions: Int, values: [Int32]) {
    precondition(values.count.isMultiple(of: actions))
    self.actions = actions
    self.values = values
  }

  /// The mean of tables that were learned apart.
  init(mean tables: [QTable]) {
    let first = tables[0]
    self.init(
      actions: first.actions,
      values: first.values.indices.map { cell in
        Int32(clamping: tables.reduce(Int64(0)) { $0 + Int64($1.values[cell]) } / Int64(tables.count))
      })
  }

  /// The best action known, or with probability `explore` / 256 any.
  func choose(_ state: Int, explore: Int, random: inout RandomSource) -> Int {
    if random.below(256) < explore { return random.below(actions) }
    let row = values[(state * actions)..<((state + 1) * actions)]
    let best = row.max() ?? 0
    let ties = row.indices.filter { row[$0] == best }
    return ties[random.below(ties.count)] - row.startIndex
  }

  mutating func learn(_ state: Int, _ action: Int, reward: Int32, next: Int) {
    let future = values[(next * actions)..<((next + 1) * actions)].max() ?? 0
    let cell = state * actions + action
    let target = Int64(reward) + Int64(future) / 2
    values[cell] += Int32(clamping: (target - Int64(values[cell])) / 8)
  }
}
