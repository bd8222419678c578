import Foundation

/// The two streams of a terminal.
enum Console {
  static func print(error text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }

  static var isErrorTerminal: Bool { isatty(STDERR_FILENO) != 0 }
}

/// Columns of text as wide as they need to be; columns of numbers stand to the right.
package struct TextTable {
  private var rows: [[String]]

  package init(header: [String]) { rows = [header] }

  package mutating func add(_ row: [String]) { rows.append(row) }

  package var text: String {
    let widths = rows[0].indices.map { column in
      rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    let isNumeric = rows[0].indices.map { column in
      column > 0 && rows.dropFirst().allSatisfy { column >= $0.count || Self.isNumber($0[column]) }
    }
    let lines = rows.map { row in
      let cells = row.enumerated().map { column, cell in
        let space = String(repeating: " ", count: widths[column] - cell.count)
        return isNumeric[column] ? space + cell : cell + space
      }
      return cells.joined(separator: "  ").trimmingSuffix { $0 == " " }
    }
    let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ")
    return ([lines[0], rule] + lines.dropFirst()).joined(separator: "\n")
  }

  private static func isNumber(_ cell: String) -> Bool {
    guard let first = cell.first else { return false }
    return first.isNumber || first == "-" || first == "–"
  }
}

extension String {
  fileprivate func trimmingSuffix(while predicate: (Character) -> Bool) -> String {
    var copy = self
    while let last = copy.last, predicate(last) { copy.removeLast() }
    return copy
  }
}
