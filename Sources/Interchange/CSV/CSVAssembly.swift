import Timetabling

/// Puts rows together to the import document.
struct CSVAssembly {
  private(set) var issues: IssueList
  private(set) var remarks: [DataIssue] = []
  /// A file holds more than `ReadingLimits` allow; reading ended there.
  private(set) var isOverLimits = false
  private var texts: [String: CSVText] = [:]
  /// Of the first time grid.
  private var days = DayNames([])
  /// Names as they were given, by the names of the tables: `ROOMS.CSV` is rooms.csv.
  private var files: [String: String] = [:]

  init(files: [String: [UInt8]], limits: ReadingLimits, issues: IssueList) {
    self.issues = issues
    var budget = CSVBudget(limits)
    for (file, bytes) in files.sorted(by: { $0.key < $1.key }) {
      guard let table = CSVTable.named(file) else {
        self.issues.add(at: file, "csv.unknown-file", CSVTable.unknown(file))
        continue
      }
      if let other = self.files.updateValue(file, forKey: table.file) {
        self.issues.add(
          at: file, "csv.duplicate-file", "'\(file)' and '\(other)' are the same table.\nMaybe remove one of the two.")
      }
      budget.begin(list: table.member, of: limits)
      texts[table.file] = CSVText.parse(bytes, file: file, budget: &budget, issues: &self.issues)
      if budget.excess != nil {
        isOverLimits = true
        return
      }
    }
    for file in ["term.csv", "grid.csv", "lessons.csv"] where self.files[file] == nil {
      self.issues.add(at: file, "csv.missing-file", "The file is missing.")
    }
  }

  mutating func document() -> PlacedTree {
    var root = PlacedTree.object([], place: "term.csv")
    root.set(["format"], to: .text(InstitutionDocument.format, place: "term.csv"))
    let firstDay = addTerm(&root)
    root.set(["timeGrids"], to: timeGrids(firstDay: firstDay))
    var owned = availability()
    owned.merge(pins()) { first, _ in first }
    var ids: [String: [String]] = [:]
    for table in CSVTable.plain {
      let rows = rows(table)
      ids[table.member] = rows.compactMap { $0["id"] }
      let elements = rows.map { row -> PlacedTree in
        var element = row.tree(days: days)
        let member = table.member == "lessons" ? "pins" : "availability"
        if let id = row["id"], let rows = owned.removeValue(forKey: Owner(member: table.member, id: id)) {
          element.set([member], to: .array(rows, place: rows[0].place))
        }
        return element
      }
      root.set([table.member], to: .array(elements, place: table.file))
    }
    for (number, (owner, rows)) in owned.sorted(by: { $0.value[0].place < $1.value[0].place }).enumerated() {
      let twin = number < 100 ? ids[owner.member]?.first { VisibleText.isSame($0, owner.id) } : nil
      issues.add(
        at: rows[0].place, "reference.unknown",
        "There is no \(VisibleText.quoted(owner.id)) among the \(owner.member)."
          + (twin.map { "\nMaybe \(VisibleText.quoted($0)) is meant." } ?? ""))
    }
    return root
  }

  private struct Owner: Hashable {
    var member: String
    var id: String
  }

  /// Answers the term's first day, as it is written.
  private mutating func addTerm(_ root: inout PlacedTree) -> String? {
    let rows = rows(.term)
    guard let row = rows.first else {
      if texts["term.csv"] != nil { issues.add(at: "term.csv:1", "csv.rows", "The file has no row.") }
      // What is missing has been told; the reader needs something to go on with.
      root.set(["name"], to: .text("?", place: "term.csv"))
      root.set(
        ["term"],
        to: .object(
          [("firstDay", .text("2000-01-03", place: "term.csv")), ("weekCount", .literal("64", place: "term.csv"))],
          place: "term.csv"))
      return nil
    }
    for extra in rows.dropFirst() {
      issues.add(at: "term.csv:\(extra.line)", "csv.rows", "The file must have one row: there is one term.")
    }
    root.set(["name"], to: .text(row["institution"] ?? "", place: row.place("institution")))
    root.set(["term"], to: row.tree(days: days, without: ["institution"]))
    return row["firstDay"]
  }

  private mutating func timeGrids(firstDay: String?) -> PlacedTree {
    let reading = CSVGrids(rows(.grid), firstDay: firstDay, issues: &issues)
    let grids = reading.grids
    remarks += reading.remarks
    days = DayNames(grids.first?.days.map(\.name) ?? [])
    return .array(
      grids.map { grid in
        var members: [(name: String, value: PlacedTree)] = [
          ("id", .text(grid.id, place: grid.place)), ("days", .array(grid.days.map(day), place: grid.place)),
        ]
        for (column, row) in grid.facts.sorted(by: { $0.key < $1.key }) { members += row.members([column], days: days) }
        return .object(members, place: grid.place)
      }, place: "grid.csv")
  }

  private func day(_ day: CSVGrids.Day) -> PlacedTree {
    let ofGrid = Set(["grid", "day"] + CSVTable.gridColumns.map(\.name))
    let periods = day.rows.map { $0.tree(days: days, without: ofGrid) }
    return .object(
      [("name", .text(day.name, place: day.place)), ("periods", .array(periods, place: day.place))], place: day.place)
  }

  private mutating func availability() -> [Owner: [PlacedTree]] {
    var owned: [Owner: [PlacedTree]] = [:]
    for row in rows(.availability) {
      guard let kind = row["of"], let member = CSVTable.availabilityOwners[kind.lowercased()], let id = row["id"] else {
        issues.add(
          at: row.place("of"), "csv.value", "'\(row["of"] ?? "")' must be room, teacher or group, and 'id' its id.")
        continue
      }
      owned[Owner(member: member, id: id), default: []].append(row.tree(days: days, without: ["of", "id"]))
    }
    return owned
  }

  private mutating func pins() -> [Owner: [PlacedTree]] {
    var owned: [Owner: [PlacedTree]] = [:]
    for row in rows(.pins) {
      let owner = Owner(member: "lessons", id: row["lesson"] ?? "")
      owned[owner, default: []].append(row.tree(days: days, without: ["lesson"]))
    }
    return owned
  }

  /// The rows of a file, its header and the number of their cells checked.
  private mutating func rows(_ table: CSVTable) -> [CSVRow] {
    guard let text = texts[table.file], let file = files[table.file] else { return [] }
    let position = columns(of: table, in: text, file)
    let last = position.values.max() ?? 0
    var rows: [CSVRow] = []
    for record in text.records {
      let surplus = record.cells.enumerated().first { offset, cell in
        !cell.isEmpty && (offset >= text.header.count || text.header[offset].isEmpty)
      }
      if record.cells.count > last, surplus == nil {
        rows.append(CSVRow(table: table, file: file, position: position, record: record))
      } else if let surplus, surplus.offset < text.header.count {
        issues.add(
          at: "\(file):\(record.line)", "csv.unnamed-column",
          "'\(surplus.element)' stands in column \(surplus.offset + 1), which has no name in the header.\nMaybe name the column, or empty the cell."
        )
      } else {
        issues.add(
          at: "\(file):\(record.line)", "csv.cells",
          "The row has \(record.cells.count) cells, and the header \(text.header.count).\nMaybe a comma is missing, or a cell with a comma needs quotes."
        )
      }
    }
    return rows
  }

  /// Where each column stands. Capitals, spaces and signs that nobody sees do not matter, and columns without a name hold nothing.
  private mutating func columns(of table: CSVTable, in text: CSVText, _ file: String) -> [String: Int] {
    let known = table.columns.map(\.name)
    var position: [String: Int] = [:]
    for (index, cell) in text.header.enumerated() {
      let name = VisibleText.of(CSVList.trimmed(cell[...]))
      guard !name.isEmpty else { continue }
      guard let column = known.first(where: { $0.lowercased() == name.lowercased() }) else {
        issues.add(
          at: "\(file):1:\(name)", "csv.unknown-column",
          "The file has no column '\(name)'.\(Suggestion.sentence(for: name, in: known))")
        continue
      }
      if position.updateValue(index, forKey: column) != nil {
        issues.add(at: "\(file):1:\(name)", "csv.duplicate-column", "The column '\(name)' stands twice.")
      }
    }
    return position
  }
}
