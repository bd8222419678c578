import Timetabling

/// One row, asked by the names of its columns.
struct CSVRow {
  let table: CSVTable
  /// As it was given.
  let file: String
  let position: [String: Int]
  let record: CSVText.Record

  var line: Int { record.line }

  /// A cell's text, nil where it is empty or its column is missing.
  subscript(_ column: String) -> String? {
    guard let index = position[column] else { return nil }
    let cell = record.cells[index]
    return cell.isEmpty ? nil : cell
  }

  func place(_ column: String) -> String { "\(file):\(line):\(column)" }

  /// The row as an object of the import document; empty cells are left to the defaults.
  func tree(days: DayNames, without: Set<String> = []) -> PlacedTree {
    var tree = PlacedTree.object([], place: "\(file):\(line)")
    for column in table.columns where !without.contains(column.name) {
      guard let value = value(of: column, days) else { continue }
      tree.set(column.path[...], to: value)
    }
    return tree
  }

  /// Some of its cells as members of an object.
  func members(_ names: [String], days: DayNames) -> [(name: String, value: PlacedTree)] {
    table.columns.filter { names.contains($0.name) }.compactMap { column in
      value(of: column, days).map { (column.name, $0) }
    }
  }

  private func value(of column: CSVTable.Column, _ days: DayNames) -> PlacedTree? {
    self[column.name].map { CSVCell(text: $0, column: column.name, place: place(column.name)).value(column.form, days) }
  }
}

/// Several items in one cell.
enum CSVList {
  static func items(_ cell: String) -> [String] {
    var items = [""]
    var isEscaped = false
    for character in cell {
      switch character {
      case _ where isEscaped:
        items[items.count - 1].append(character)
        isEscaped = false
      case "\\": isEscaped = true
      case ";": items.append("")
      default: items[items.count - 1].append(character)
      }
    }
    return items.map { trimmed($0[...]) }.filter { !$0.isEmpty }
  }

  static func cell(_ items: [String]) -> String {
    items.map { item in
      item.reduce(into: "") { text, character in
        if character == ";" || character == "\\" { text.append("\\") }
        text.append(character)
      }
    }.joined(separator: ";")
  }

  /// Without the spaces at its ends, those that do not break and the byte order mark included: nobody sees them.
  static func trimmed(_ text: Substring) -> String {
    func isSpace(_ character: Character) -> Bool { character.isWhitespace || character == "\u{FEFF}" }
    let start = text.drop(while: isSpace)
    let end = start.lastIndex { !isSpace($0) }
    return end.map { String(start[...$0]) } ?? ""
  }
}
