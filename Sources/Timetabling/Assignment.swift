/// The cheapest way to give each row a column of its own.
///
/// Shortest augmenting paths with potentials (Kuhn 1955; Jonker and Volgenant 1987), O(rows² × columns).
enum Assignment {
  /// - Parameter costs: rows of equal length; `nil` where the row may not have the column
  /// - Returns: the least sum, or nil where there is no assignment
  static func cheapest(_ costs: [[Int?]]) -> Int? {
    guard let columns = costs.first?.count else { return 0 }
    guard costs.count <= columns else { return nil }
    let forbidden = 1 << 40
    // Row and column 0 are the path's start; 1-based besides.
    var rowPotential = [Int](repeating: 0, count: costs.count + 1)
    var columnPotential = [Int](repeating: 0, count: columns + 1)
    var rowOf = [Int](repeating: 0, count: columns + 1)
    var previous = [Int](repeating: 0, count: columns + 1)
    for row in 1...costs.count {
      rowOf[0] = row
      var column = 0
      var slack = [Int](repeating: .max, count: columns + 1)
      var isVisited = [Bool](repeating: false, count: columns + 1)
      repeat {
        isVisited[column] = true
        let owner = rowOf[column]
        var (least, next) = (Int.max, 0)
        for other in 1...columns where !isVisited[other] {
          let cost = costs[owner - 1][other - 1] ?? forbidden
          let reduced = cost - rowPotential[owner] - columnPotential[other]
          if reduced < slack[other] { (slack[other], previous[other]) = (reduced, column) }
          if slack[other] < least { (least, next) = (slack[other], other) }
        }
        for other in 0...columns {
          if isVisited[other] {
            rowPotential[rowOf[other]] += least
            columnPotential[other] -= least
          } else if slack[other] < .max {
            slack[other] -= least
          }
        }
        column = next
      } while rowOf[column] != 0
      while column != 0 {
        rowOf[column] = rowOf[previous[column]]
        column = previous[column]
      }
    }
    var sum = 0
    for column in 1...columns where rowOf[column] != 0 {
      guard let cost = costs[rowOf[column] - 1][column - 1] else { return nil }
      sum += cost
    }
    return sum
  }
}
