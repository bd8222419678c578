/// xoroshiro128+ seeded by splitmix64: fast, and the same on every machine.
struct RandomSource {
  private var first: UInt64
  private var second: UInt64

  init(seed: UInt64) {
    var state = seed
    first = Self.mix(&state)
    second = Self.mix(&state) | 1
  }

  /// A stream of its own for each (seed, purpose, number), so that no two parts of a run share randomness.
  init(seed: UInt64, stream: UInt64, number: UInt64) {
    self.init(seed: seed ^ (stream &* 0xD6E8_FEB8_6659_FD93) ^ (number &* 0xA076_1D64_78BD_642F))
  }

  private static func mix(_ state: inout UInt64) -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }

  @inline(__always) mutating func next() -> UInt64 {
    let one = first
    var two = second
    let result = one &+ two
    two ^= one
    first = ((one << 24) | (one >> 40)) ^ two ^ (two << 16)
    second = (two << 37) | (two >> 27)
    return result
  }

  /// 0..<bound, for bounds below 2^32.
  @inline(__always) mutating func below(_ bound: Int) -> Int {
    Int(truncatingIfNeeded: ((next() >> 32) &* UInt64(truncatingIfNeeded: bound)) >> 32)
  }

  /// The elements in random order.
  mutating func shuffled<Element>(_ elements: [Element]) -> [Element] {
    var order = elements
    for position in order.indices.dropFirst() { order.swapAt(position, below(position + 1)) }
    return order
  }
}
