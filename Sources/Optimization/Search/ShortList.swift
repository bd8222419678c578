/// A few meetings or rooms, in memory that is there from the start: what compound moves gather without allocating.
///
/// A copy is the same memory; whoever makes one frees it with `free()`, exactly once.
struct ShortList {
  private let items: Flat<Int32>
  private(set) var count = 0

  init(capacity: Int) { items = Flat(capacity, -1) }

  func free() { items.free() }

  @inline(__always) var isFull: Bool { count == items.count }

  @inline(__always) subscript(_ position: Int) -> Int {
    precondition(position < count)
    return Int(items[position])
  }

  @inline(__always) mutating func clear() { count = 0 }

  @inline(__always) mutating func append(_ item: Int) {
    items[count] = Int32(truncatingIfNeeded: item)
    count &+= 1
  }

  mutating func copy(_ other: ShortList) {
    clear()
    for position in 0..<other.count { append(other[position]) }
  }
}
