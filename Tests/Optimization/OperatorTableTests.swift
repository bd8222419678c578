import Optimization
import Testing

@Suite struct OperatorTableTests {
  private let rates = OperatorTable.Rates(learning: 0.5, discount: 0, explorationSpan: 100)

  @Test func learnsTheOperatorThatPays() {
    var table = OperatorTable(stateCount: 1, operatorCount: 3)
    var generator = SplitMix(7)
    for _ in 0..<200 {
      let action = table.choose(state: 0, exploration: 0.2, using: &generator)
      table.learn(state: 0, action: action, reward: action == 1 ? 1 : 0, next: 0, rates: rates)
    }
    #expect(table.choose(state: 0, exploration: 0, using: &generator) == 1)
    #expect(table.values[1] > 0.9 && table.values[0] < 0.1 && table.values[2] < 0.1)
  }

  @Test func discountCarriesALaterRewardBack() {
    var table = OperatorTable(stateCount: 2, operatorCount: 1)
    let discounted = OperatorTable.Rates(learning: 1, discount: 0.5)
    table.learn(state: 1, action: 0, reward: 8, next: 1, rates: OperatorTable.Rates(learning: 1, discount: 0))
    table.learn(state: 0, action: 0, reward: 1, next: 1, rates: discounted)
    #expect(table.values == [5, 8])  // 1 + 0.5 × 8
  }

  @Test func triesEachOperatorBeforeTrustingOne() {
    var table = OperatorTable(stateCount: 1, operatorCount: 4)
    var generator = SplitMix(1)
    var tried: [Int] = []
    for _ in 0..<4 {
      let action = table.choose(state: 0, exploration: 0, using: &generator)
      tried.append(action)
      table.learn(state: 0, action: action, reward: 1, next: 0, rates: rates)
    }
    #expect(tried == [0, 1, 2, 3])
  }

  @Test func mergingWeighsByVisits() {
    var one = OperatorTable(stateCount: 1, operatorCount: 1)
    var other = one
    let keep = OperatorTable.Rates(learning: 1, discount: 0)
    one.learn(state: 0, action: 0, reward: 3, next: 0, rates: keep)
    for _ in 0..<2 { other.learn(state: 0, action: 0, reward: 9, next: 0, rates: keep) }
    one.merge(other)
    #expect(one.values == [7] && one.visits == [3])  // (3 × 1 + 9 × 2) / 3
  }

  @Test func explorationFallsAndStays() {
    #expect(rates.exploration(at: 0) == 0.1)
    #expect(abs(rates.exploration(at: 50) - 0.06) < 1e-12)
    #expect(abs(rates.exploration(at: 10_000) - 0.02) < 1e-12)
  }
}
