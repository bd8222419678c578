/// One row, asked by the names of its columns.
struct CSVRow {
  let table: CSVTable
  let position: [String: Int]
  let record: CSVText.Record

  var line: Int { record.line }

  /// A cell's text, nil where it is empty or its column is missing.
  subscript(_ column: String) -> String? {
    guard let index = position[column] else { return nil }
    let cell = record.cells[index]
    return cell.isEmpty ? nil : cell
  }

  func place(_ column: String) -> String { "\(table.file):\(line):\(column)" }

  /// The row as an object of the import document; empty cells are left to the defaults.
  func tree(days: [String: Int], without: Set<String> = []) -> PlacedTree {
    var tree = PlacedTree.object([], place: "\(table.file):\(line)")
    for column in table.columns where !without.contains(column.name) {
      guard let cell = self[column.name] else { continue }
      tree.set(column.path[...], to: Self.value(cell, column.form, place(column.name), days))
    }
    return tree
  }

  private static func value(
    _ cell: String, _ form: CSVTable.Column.Form, _ place: String, _ days: [String: Int]
  ) -> PlacedTree {
    switch form {
    case .text: return .text(cell, place: place)
    case .number: return .number(cell, place: place)
    case .boolean:
      switch cell.lowercased() {
      case "true", "yes", "1": return .literal("true", place: place)
      case "false", "no", "0": return .literal("false", place: place)
      default: return .text(cell, place: place)
      }
    case .list: return .array(CSVList.items(cell).map { .text($0, place: place) }, place: place)
    case .day: return day(cell, place, days)
    case .parameters:
      let members = CSVList.items(cell).map { item -> (name: String, value: PlacedTree) in
        let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return (CSVList.trimmed(parts[0]), .number(parts.count == 2 ? CSVList.trimmed(parts[1]) : "", place: place))
      }
      return .object(members, place: place)
    case .times:
      return .array(CSVList.items(cell).map { time($0, place, days) }, place: place)
    }
  }

  private static func day(_ text: String, _ place: String, _ days: [String: Int]) -> PlacedTree {
    days[text].map { .literal("\($0)", place: place) } ?? .number(text, place: place)
  }

  /// `Mon 08:00-09:30`: the day is everything before the last space.
  private static func time(_ text: String, _ place: String, _ days: [String: Int]) -> PlacedTree {
    guard let space = text.lastIndex(of: " "), let span = WallClock.span(String(text[text.index(after: space)...]))
    else { return .text(text, place: place) }
    return .object(
      [
        ("day", day(CSVList.trimmed(text[..<space]), place, days)), ("start", .literal("\(span.start)", place: place)),
        ("end", .literal("\(span.end)", place: place)),
      ], place: place)
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

  static func trimmed(_ text: Substring) -> String {
    let start = text.drop { $0 == " " }
    let end = start.lastIndex { $0 != " " }
    return end.map { String(start[...$0]) } ?? ""
  }
}
