/// Wilcoxon's signed-rank test (1945), two-sided and exact: how likely are differences at least this lopsided when
/// neither of two settings is better?
package struct SignedRankTest {
  /// Pairs that differ.
  package let count: Int
  /// 0...1; 1 where no pair differs.
  package let probability: Double

  /// Pairs without a difference are left out; equal differences share their mean rank.
  package init(_ differences: [Double]) {
    let ordered = differences.filter { $0 != 0 }.sorted { abs($0) < abs($1) }
    count = ordered.count
    // Ranks are doubled, so that shared ones are whole numbers.
    var ranks = [Int](repeating: 0, count: count)
    var first = 0
    while first < count {
      let last = ordered.lastIndex { abs($0) == abs(ordered[first]) } ?? first
      for position in first...last { ranks[position] = first + last + 2 }
      first = last + 1
    }
    let positive = zip(ordered, ranks).reduce(0) { $1.0 > 0 ? $0 + $1.1 : $0 }
    let total = ranks.reduce(0, +)
    // Share of all 2^count ways to give signs, by the sum of the positive ranks.
    var share = [Double](repeating: 0, count: total + 1)
    share[0] = 1
    for rank in ranks {
      for sum in stride(from: total, through: 0, by: -1) {
        share[sum] = share[sum] / 2 + (sum >= rank ? share[sum - rank] / 2 : 0)
      }
    }
    let tail = min(positive, total - positive)
    probability = count == 0 ? 1 : min(1, 2 * share[...tail].reduce(0, +))
  }
}
