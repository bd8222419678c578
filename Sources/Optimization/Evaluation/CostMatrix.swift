/// A matrix of costs of which few differ: two bytes for each instead of eight.
///
/// A university of 16,000 courses and 1,500 rooms has 24 million pairs but a few hundred different costs; what the
/// search reads at random should stay near the processor.
struct CostMatrix: Sendable {
  private let width: Int
  private let codes: Flat<UInt16>
  private let values: Flat<Int64>
  /// All costs in full, where more than 65,536 differ.
  private let wide: Flat<Int64>
  private let isWide: Bool

  /// Rows may be empty, which stands for zeros.
  init(_ rows: [[Int64]], width: Int) {
    self.width = width
    var known: [Int64: Int] = [0: 0]
    var values: [Int64] = [0]
    for row in rows {
      for value in row where known[value] == nil {
        known[value] = values.count
        values.append(value)
      }
    }
    isWide = values.count > 1 << 16
    codes = Flat(isWide ? 0 : rows.count * width, 0)
    wide = Flat(isWide ? rows.count * width : 0, 0)
    self.values = Flat(values)
    for (number, row) in rows.enumerated() {
      for (column, value) in row.enumerated() where value != 0 {
        let cell = number * width + column
        if isWide { wide[cell] = value } else { codes[cell] = UInt16(known[value] ?? 0) }
      }
    }
  }

  @inline(__always) subscript(_ row: Int, _ column: Int) -> Int64 {
    let cell = row &* width &+ column
    return isWide ? wide[cell] : values[Int(codes[cell])]
  }

  func free() {
    codes.free()
    values.free()
    wide.free()
  }
}
