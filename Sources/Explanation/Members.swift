/// A set of small numbers, as bits: sets of rules and of meetings are compared thousands of times.
struct Members: Hashable, Sendable, Sequence {
  /// Without empty words at the end, so that equal sets are equal.
  private var words: [UInt64] = []

  init(_ numbers: some Sequence<Int> = EmptyCollection()) {
    for number in numbers { insert(number) }
  }

  var isEmpty: Bool { words.isEmpty }
  var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

  func contains(_ number: Int) -> Bool {
    number >> 6 < words.count && words[number >> 6] >> UInt64(number & 63) & 1 == 1
  }

  func isSubset(of other: Members) -> Bool {
    words.count <= other.words.count && words.indices.allSatisfy { words[$0] & ~other.words[$0] == 0 }
  }

  mutating func insert(_ number: Int) {
    while words.count <= number >> 6 { words.append(0) }
    words[number >> 6] |= 1 << UInt64(number & 63)
  }

  mutating func remove(_ number: Int) {
    guard contains(number) else { return }
    words[number >> 6] &= ~(1 << UInt64(number & 63))
    while words.last == 0 { words.removeLast() }
  }

  func union(_ other: some Sequence<Int>) -> Members {
    var union = self
    for number in other { union.insert(number) }
    return union
  }

  func subtracting(_ other: some Sequence<Int>) -> Members {
    var rest = self
    for number in other { rest.remove(number) }
    return rest
  }

  func keeping(_ isKept: (Int) -> Bool) -> Members { Members(lazy.filter(isKept)) }

  /// Ascending.
  func makeIterator() -> AnyIterator<Int> {
    var (position, word) = (-1, UInt64(0))
    return AnyIterator { [words] in
      while word == 0 {
        position += 1
        guard position < words.count else { return nil }
        word = words[position]
      }
      let bit = word.trailingZeroBitCount
      word &= word - 1
      return position * 64 + bit
    }
  }
}
