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
    choose(state, among: 0..<actions, explore: explore, random: &random)
  }

  /// The same of some of the actions only.
  func choose(
    _ state: Int, among offered: some RandomAccessCollection<Int>, explore: Int, random: inout RandomSource
  ) -> Int {
    let offered = Array(offered)
    if random.below(256) < explore { return offered[random.below(offered.count)] }
    let best = offered.map { value(state, $0) }.max()
    let ties = offered.filter { value(state, $0) == best }
    return ties[random.below(ties.count)]
  }

  /// One for each state.
  var rows: [[Int32]] {
    stride(from: 0, to: values.count, by: actions).map { Array(values[$0..<($0 + actions)]) }
  }

  private func value(_ state: Int, _ action: Int) -> Int32 { values[state * actions + action] }

  mutating func learn(_ state: Int, _ action: Int, reward: Int32, next: Int) {
    let future = values[(next * actions)..<((next + 1) * actions)].max() ?? 0
    let cell = state * actions + action
    let target = Int64(reward) + Int64(future) / 2
    values[cell] += Int32(clamping: (target - Int64(values[cell])) / 8)
  }
}
