/// A matrix of costs of which few differ: two bytes for each instead of eight.
///
/// A university of 50,000 lessons and 2,200 rooms has 5 million pairs of a room row and a room; what the search reads
/// at random should stay near the processor.
struct CostMatrix: Sendable {
  private let width: Int
  private let codes: Flat<UInt16>
  private let values: Flat<Int64>
  /// All costs in full, where more than 65,536 differ.
  private let wide: Flat<Int64>
  private let isWide: Bool
  /// Whether nothing costs: then it must not be asked.
  let isZero: Bool

  /// - Parameter fill: writes the costs of one row over zeros; called for each row, and again where all are kept in full
  init(rows: Int, width: Int, fill: (_ row: Int, _ costs: inout [Int64]) -> Void) {
    let zeros = [Int64](repeating: 0, count: width)
    var costs = zeros
    func forEachCost(_ body: (_ cell: Int, _ cost: Int64) -> Bool) -> Bool {
      for row in 0..<rows {
        costs = zeros
        fill(row, &costs)
        for column in 0..<width where costs[column] != 0 {
          if !body(row * width + column, costs[column]) { return false }
        }
      }
      return true
    }
    var known: [Int64: UInt16] = [:]
    var values: [Int64] = [0]
    let codes = Flat<UInt16>(rows * width, 0)
    var last: (cost: Int64, code: UInt16) = (0, 0)
    let isNarrow = forEachCost { cell, cost in
      if cost != last.cost {
        if let code = known[cost] {
          last = (cost, code)
        } else {
          if values.count > Int(UInt16.max) { return false }
          last = (cost, UInt16(values.count))
          known[cost] = last.code
          values.append(cost)
        }
      }
      codes[cell] = last.code
      return true
    }
    self.width = width
    self.values = Flat(values)
    isZero = values.count == 1
    isWide = !isNarrow
    if isNarrow, !isZero {
      self.codes = codes
    } else {
      codes.free()
      self.codes = Flat(0, 0)
    }
    let wide = Flat<Int64>(isNarrow ? 0 : rows * width, 0)
    if !isNarrow {
      _ = forEachCost { cell, cost in
        wide[cell] = cost
        return true
      }
    }
    self.wide = wide
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
