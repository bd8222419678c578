/// What the search asks of a time, side by side.
struct HotTime: BitwiseCopyable, Sendable {
  var day: Int32
  var atomBegin: Int32
  var atomEnd: Int32
  /// The periods of the scale that are covered.
  var mask: UInt64

  /// For meetings without a place.
  static let none = HotTime(day: -1, atomBegin: 0, atomEnd: 0, mask: 0)

  @inline(__always) var periods: Int32 { Int32(truncatingIfNeeded: mask.nonzeroBitCount) }

  /// The first and the last of the periods; 0 of none.
  @inline(__always) var first: Int { mask.trailingZeroBitCount & 63 }
  @inline(__always) var last: Int { max(0, 63 &- mask.leadingZeroBitCount) }

  @inline(__always) var atoms: Range<Int> { Range(uncheckedBounds: (Int(atomBegin), Int(atomEnd))) }

  @inline(__always) func overlaps(_ other: HotTime) -> Bool {
    atomBegin < other.atomEnd && other.atomBegin < atomEnd
  }
}
