/// Who is in a meeting's way at a time.
struct Clash: BitwiseCopyable, Sendable {
  /// Meetings in the way, once for each atom.
  var count: Int32 = 0
  /// The one meeting in the way at the first atom where somebody is; −1 where several are, or it is not known.
  var lone: Int32 = -1

  @inline(__always) var isNone: Bool { count == 0 }
}
