/// How a lesson's clashes at one atom are packed into 32 bits: the number of meetings in the way above, and below all
/// their numbers, exclusively or-ed, so that a single one is known by name.
///
/// The search reads a cell of (lesson × atom) for nearly every proposal: half the bytes, half the misses of the cache.
package struct ClashCells: BitwiseCopyable, Sendable {
  private let shift: UInt32
  private let mask: UInt32
  private let unit: UInt32
  private let knowsAll: Bool

  /// Enough bits for as many meetings as any lesson can have in its way; what is left is for the numbers of meetings.
  package init(mostInTheWay: Int, meetings: Int) {
    let bits = UInt32(UInt64.bitWidth - UInt64(max(1, mostInTheWay)).leadingZeroBitCount)
    precondition(bits < 32, "A lesson has \(mostInTheWay) meetings in its way; the most is \(Int32.max)")
    shift = 32 - bits
    unit = 1 << shift
    mask = unit - 1
    knowsAll = meetings <= unit
  }

  @inline(__always) package func adding(_ meeting: Int, to cell: UInt32) -> UInt32 {
    (cell &+ unit) ^ (UInt32(truncatingIfNeeded: meeting) & mask)
  }

  @inline(__always) package func removing(_ meeting: Int, from cell: UInt32) -> UInt32 {
    (cell &- unit) ^ (UInt32(truncatingIfNeeded: meeting) & mask)
  }

  @inline(__always) package func count(_ cell: UInt32) -> Int32 { Int32(truncatingIfNeeded: cell &>> shift) }

  /// The meeting in the way where it is only one; −1 where the bits cannot tell all meetings apart.
  @inline(__always) package func lone(_ cell: UInt32) -> Int32 {
    knowsAll ? Int32(truncatingIfNeeded: cell & mask) : -1
  }
}
