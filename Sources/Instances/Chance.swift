/// Randomness that is the same on every machine: splitmix64 (Steele, Lea, Flood 2014).
struct Chance {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }

  /// 0..<bound, for bounds below 2^32.
  mutating func below(_ bound: Int) -> Int { Int(((next() >> 32) &* UInt64(bound)) >> 32) }

  mutating func happens(_ percent: Int) -> Bool { below(100) < percent }

  mutating func pick<Element>(_ choices: [Element]) -> Element { choices[below(choices.count)] }

  /// Fisher and Yates.
  mutating func shuffle<Element>(_ list: inout [Element]) {
    for last in stride(from: list.count - 1, to: 0, by: -1) { list.swapAt(last, below(last + 1)) }
  }

  mutating func shuffled<Element>(_ list: some Sequence<Element>) -> [Element] {
    var copy = Array(list)
    shuffle(&copy)
    return copy
  }

  /// Splits `total` by whole-number weights, the largest remainders rounded up: sums to `total` exactly, and no share
  /// is below `least`.
  static func apportion(_ total: Int, by weights: [Int], least: Int) -> [Int] {
    let free = total - least * weights.count
    let sum = max(1, weights.reduce(0, +))
    var shares = weights.map { least + free * $0 / sum }
    let byRemainder = weights.indices.sorted {
      let (one, other) = (free * weights[$0] % sum, free * weights[$1] % sum)
      return (one, $1) > (other, $0)
    }
    for index in byRemainder.prefix(total - shares.reduce(0, +)) { shares[index] += 1 }
    return shares
  }
}
