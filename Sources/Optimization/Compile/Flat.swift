/// A fixed number of plain values in one piece of memory, for the hot loop.
///
/// Reading and writing check the bounds in every build; there is no reference counting, no uniqueness check and no
/// exclusivity bookkeeping. Whoever makes one frees it with `free()`, exactly once; a copy is the same memory.
struct Flat<Element: BitwiseCopyable>: @unchecked Sendable {
  private let base: UnsafeMutablePointer<Element>
  let count: Int

  init(_ count: Int, _ value: Element) {
    base = .allocate(capacity: max(1, count))
    base.initialize(repeating: value, count: max(1, count))
    self.count = count
  }

  init(_ values: [Element]) {
    base = .allocate(capacity: max(1, values.count))
    for (index, value) in values.enumerated() { (base + index).initialize(to: value) }
    count = values.count
  }

  func free() { base.deallocate() }

  @inline(__always) subscript(_ index: Int) -> Element {
    get {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
      return base[index]
    }
    nonmutating set {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
      base[index] = newValue
    }
  }

  func fill(_ value: Element) { base.update(repeating: value, count: count) }

  func copy(from other: Flat) {
    precondition(other.count == count)
    base.update(from: other.base, count: count)
  }

  var array: [Element] { (0..<count).map { base[$0] } }

  /// A stretch of the values to go through: the bounds are checked once.
  @inline(__always) func stretch(_ begin: Int, _ end: Int) -> Stretch {
    precondition(0 <= begin && begin <= end && end <= count)
    return Stretch(begin: base + begin, count: end - begin)
  }

  struct Stretch: RandomAccessCollection {
    private let begin: UnsafeMutablePointer<Element>
    let count: Int

    @inline(__always) fileprivate init(begin: UnsafeMutablePointer<Element>, count: Int) {
      (self.begin, self.count) = (begin, count)
    }

    var startIndex: Int { 0 }
    var endIndex: Int { count }

    @inline(__always) subscript(_ number: Int) -> Element {
      precondition(UInt(bitPattern: number) < UInt(bitPattern: count))
      return begin[number]
    }

    struct Iterator: IteratorProtocol {
      fileprivate var position: UnsafeMutablePointer<Element>
      fileprivate let end: UnsafeMutablePointer<Element>

      @inline(__always) mutating func next() -> Element? {
        if position == end { return nil }
        defer { position += 1 }
        return position.pointee
      }
    }

    @inline(__always) func makeIterator() -> Iterator { Iterator(position: begin, end: begin + count) }
  }
}

/// Lists of plain values, one after the other: row `i` is `begin[i]..<begin[i + 1]` of `items`.
struct Rows<Element: BitwiseCopyable>: Sendable {
  let begin: Flat<Int32>
  let items: Flat<Element>

  init(_ rows: [[Element]]) {
    var offsets: [Int32] = [0]
    offsets.reserveCapacity(rows.count + 1)
    for row in rows { offsets.append(offsets[offsets.count - 1] + Int32(row.count)) }
    begin = Flat(offsets)
    items = Flat(rows.flatMap { $0 })
  }

  @inline(__always) func range(_ row: Int) -> Range<Int> {
    Range(uncheckedBounds: (Int(begin[row]), Int(begin[row &+ 1])))
  }
  @inline(__always) func count(_ row: Int) -> Int { Int(begin[row &+ 1] &- begin[row]) }
  @inline(__always) subscript(_ position: Int) -> Element { items[position] }

  func row(_ row: Int) -> [Element] { range(row).map { items[$0] } }

  /// The row, to go through in the hot loop.
  @inline(__always) func each(_ row: Int) -> Flat<Element>.Stretch {
    items.stretch(Int(begin[row]), Int(begin[row &+ 1]))
  }

  func free() {
    begin.free()
    items.free()
  }
}

extension Rows where Element == Int32 {
  init(_ rows: [[Int]]) { self.init(rows.map { $0.map(Int32.init) }) }
}
