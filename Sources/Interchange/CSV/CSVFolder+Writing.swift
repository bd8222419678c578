import Timetabling

extension CSVFolder {
  /// File names to contents; `read` gives the same problem again. Files without rows, and columns
  /// without a single cell, are left out.
  public static func write(_ problem: Problem) throws -> [String: String] {
    let text = try JSONParser.parse([UInt8](InstitutionDocument.write(problem)), depth: 64)
    var writer = CSVWriter(text: text, days: DayNames(of: problem))
    writer.addTerm()
    writer.addGrids()
    for table in CSVTable.plain { writer.addPlain(table) }
    return writer.files
  }
}

/// Takes the import document apart into rows.
private struct CSVWriter {
  let text: JSONText
  private let days: DayNames
  private(set) var files: [String: String] = [:]
  private var availability: [[String]] = []
  private var pins: [[String]] = []

  init(text: JSONText, days: DayNames) {
    self.text = text
    self.days = days
  }

  mutating func addTerm() {
    guard let term = member("term", of: JSONText.root) else { return }
    var row = cells(term, CSVTable.term)
    row[0] = member("name", of: JSONText.root).map(text.string) ?? ""
    add(CSVTable.term, [row])
  }

  mutating func addGrids() {
    var rows: [[String]] = []
    for grid in elements("timeGrids", of: JSONText.root) {
      let id = member("id", of: grid).map(text.string) ?? ""
      let facts = cells(grid, CSVTable.grid)
      for (index, day) in elements("days", of: grid).enumerated() {
        let name = days.label(index)
        let periods = elements("periods", of: day).map { cells($0, CSVTable.grid) }
        for var row in periods.isEmpty ? [CSVTable.grid.columns.map { _ in "" }] : periods {
          row[0] = id
          row[1] = name
          for column in row.indices.suffix(CSVTable.gridColumns.count) { row[column] = facts[column] }
          rows.append(row)
        }
      }
    }
    add(CSVTable.grid, rows)
  }

  mutating func addPlain(_ table: CSVTable) {
    var rows: [[String]] = []
    for element in elements(table.member, of: JSONText.root) {
      let row = cells(element, table)
      rows.append(row)
      if let kind = CSVTable.availabilityOwners.first(where: { $0.value == table.member })?.key {
        for one in elements("availability", of: element) {
          var cells = cells(one, CSVTable.availability)
          (cells[0], cells[1]) = (kind, row[0])
          availability.append(cells)
        }
      }
      if table.member == "lessons" {
        for pin in elements("pins", of: element) {
          var cells = cells(pin, CSVTable.pins)
          cells[0] = row[0]
          pins.append(cells)
        }
      }
    }
    add(table, rows)
    add(CSVTable.availability, availability)
    add(CSVTable.pins, pins)
  }

  private mutating func add(_ table: CSVTable, _ rows: [[String]]) {
    guard !rows.isEmpty else { return }
    let used = table.columns.indices.filter { column in column == 0 || rows.contains { !$0[column].isEmpty } }
    let lines = [table.columns.map(\.name)] + rows
    files[table.file] = lines.map { row in used.map { CSVText.cell(row[$0]) }.joined(separator: ",") + "\n" }.joined()
  }

  private func cells(_ element: Int, _ table: CSVTable) -> [String] {
    table.columns.map { column in
      var node: Int? = element
      for name in column.path { node = node.flatMap { member(name, of: $0) } }
      let cell = node.map { self.cell($0, column.form, column.name) } ?? ""
      return cell == column.usual ? "" : cell
    }
  }

  private func cell(_ node: Int, _ form: CSVTable.Column.Form, _ name: String) -> String {
    switch text.kind(node) {
    case .string: return text.string(node)
    case .boolean: return text.boolean(node) ? "true" : "false"
    case .null: return ""
    case .number:
      guard let number = Int(text.numeral(node)) else { return text.numeral(node) }
      if form == .time { return WallClock.text(number) }
      return form == .day ? day(number) : "\(number)"
    case .object:
      var names: [String] = []
      for (index, child) in text.children(of: node).enumerated() {
        if index.isMultiple(of: 2) {
          names.append(text.string(child))
        } else {
          names[index / 2] += "=" + text.numeral(child)
        }
      }
      return CSVList.cell(names)
    case .array:
      return CSVList.cell(text.children(of: node).map { form == .times ? time($0) : text.string($0) })
    }
  }

  private func time(_ node: Int) -> String {
    func number(_ name: String) -> Int { member(name, of: node).flatMap { Int(text.numeral($0)) } ?? 0 }
    return "\(day(number("day"))) \(WallClock.text(number("start")))-\(WallClock.text(number("end")))"
  }

  private func day(_ index: Int) -> String { days.label(index) }

  private func member(_ name: String, of node: Int) -> Int? { text.member(name, of: node) }

  private func elements(_ name: String, of node: Int) -> [Int] {
    member(name, of: node).map { Array(text.children(of: $0)) } ?? []
  }
}
