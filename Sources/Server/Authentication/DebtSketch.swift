/// Who owes how much, for any number of keys in memory of a fixed size: each key owes in four of many slots, and counts
/// by the one in which it owes least (a count-min sketch, Cormode and Muthukrishnan 2005, of debts that time pays off).
///
/// A key is mistaken for a debtor only where others' debts fill all four of its slots. There is no table to fill up:
/// a stranger is never refused for lack of room, and every operation takes four steps.
package struct DebtSketch: Sendable {
  package typealias Instant = ContinuousClock.Instant

  private static let rows = 4
  private let width: Int
  /// One unit of debt is paid off in this time.
  private let interval: Duration
  private let most: Double
  private let start: Instant
  /// When each slot's debt will be paid, in seconds after `start`.
  private var paidAt: [Double]

  /// - Parameter most: units that one slot can owe
  package init(width: Int = 1 << 14, interval: Duration, most: Double, start: Instant) {
    precondition(width > 0 && interval > .zero && most > 0)
    self.width = width
    self.interval = interval
    self.most = most
    self.start = start
    paidAt = [Double](repeating: 0, count: width * Self.rows)
  }

  /// Units that the key owes.
  package func debt(of key: some Hashable, at now: Instant) -> Double {
    let time = seconds(now)
    return slots(key).reduce(Double.infinity) { min($0, max(0, paidAt[$1] - time)) } / unit
  }

  package mutating func add(_ units: Double = 1, to key: some Hashable, at now: Instant) {
    let time = seconds(now)
    for slot in slots(key) { paidAt[slot] = min(max(paidAt[slot], time) + units * unit, time + most * unit) }
  }

  package mutating func takeBack(_ units: Double = 1, from key: some Hashable) {
    for slot in slots(key) { paidAt[slot] -= units * unit }
  }

  private var unit: Double { interval / .seconds(1) }
  private func seconds(_ now: Instant) -> Double { (now - start) / .seconds(1) }

  /// Hashes are seeded anew in each process: nobody can choose keys that meet another's.
  private func slots(_ key: some Hashable) -> [Int] {
    (0..<Self.rows).map { row in
      var hasher = Hasher()
      hasher.combine(row)
      hasher.combine(key)
      return row * width + Int(UInt(bitPattern: hasher.finalize()) % UInt(width))
    }
  }
}
