import Timetabling

/// Puts rows together to the import document.
struct CSVAssembly {
  private(set) var issues: IssueList
  /// A file holds more than `ReadingLimits` allow; reading ended there.
  private(set) var isOverLimits = false
  private var texts: [String: CSVText] = [:]
  /// Names of the first time grid's days.
  private var days: [String: Int] = [:]

  init(files: [String: [UInt8]], limits: ReadingLimits, issues: IssueList) {
    self.issues = issues
    let known = CSVTable.all.map(\.file)
    var budget = CSVBudget(limits)
    for (file, bytes) in files.sorted(by: { $0.key < $1.key }) {
      if let table = CSVTable.all.first(where: { $0.file == file }) {
        budget.begin(list: table.member, of: limits)
        texts[file] = CSVText.parse(bytes, file: file, budget: &budget, issues: &self.issues)
        if budget.excess != nil {
          isOverLimits = true
          return
        }
      } else {
        self.issues.add(
          at: file, "csv.unknown-file",
          "No file of this name is read.\(Suggestion.sentence(for: file, in: known))")
      }
    }
    for file in ["term.csv", "grid.csv", "lessons.csv"] where files[file] == nil {
      self.issues.add(at: file, "csv.missing-file", "The file is missing.")
    }
  }

  mutating func document() -> PlacedTree {
    var root = PlacedTree.object([], place: "term.csv")
    root.set(["format"], to: .text(InstitutionDocument.format, place: "term.csv"))
    addTerm(&root)
    root.set(["timeGrids"], to: timeGrids())
    var owned = availability()
    owned.merge(pins()) { first, _ in first }
    for table in CSVTable.plain {
      let elements = rows(table).map { row -> PlacedTree in
        var element = row.tree(days: days)
        let member = table.member == "lessons" ? "pins" : "availability"
        if let id = row["id"], let rows = owned.removeValue(forKey: Owner(member: table.member, id: id)) {
          element.set([member], to: .array(rows, place: rows[0].place))
        }
        return element
      }
      root.set([table.member], to: .array(elements, place: table.file))
    }
    for (owner, rows) in owned.sorted(by: { $0.value[0].place < $1.value[0].place }) {
      issues.add(
        at: rows[0].place, "reference.unknown", "There is no '\(owner.id)' among the \(owner.member).")
    }
    return root
  }

  private struct Owner: Hashable {
    var member: String
    var id: String
  }

  private mutating func addTerm(_ root: inout PlacedTree) {
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
      return
    }
    for extra in rows.dropFirst() {
      issues.add(at: "term.csv:\(extra.line)", "csv.rows", "The file must have one row: there is one term.")
    }
    root.set(["name"], to: .text(row["institution"] ?? "", place: row.place("institution")))
    root.set(["term"], to: row.tree(days: [:], without: ["institution"]))
  }

  /// Rows of one grid and day follow one another; a row without times is a day without periods.
  private mutating func timeGrids() -> PlacedTree {
    var grids:
      [(id: String, place: String, pause: PlacedTree?, days: [(name: String, periods: [PlacedTree], place: String)])] =
        []
    for row in rows(.grid) {
      let (id, day) = (row["grid"] ?? "main", row["day"] ?? "")
      if grids.last?.id != id { grids.append((id, row.place("grid"), nil, [])) }
      let grid = grids.count - 1
      if grids[grid].days.last?.name != day { grids[grid].days.append((day, [], row.place("day"))) }
      if let pause = row["longestBridgedPause"] {
        grids[grid].pause = .number(pause, place: row.place("longestBridgedPause"))
      }
      if row["start"] != nil || row["end"] != nil {
        let period = row.tree(days: [:], without: ["grid", "day", "longestBridgedPause"])
        grids[grid].days[grids[grid].days.count - 1].periods.append(period)
      }
    }
    for (index, day) in (grids.first?.days ?? []).enumerated() where days[day.name] == nil { days[day.name] = index }
    return .array(
      grids.map { grid in
        var members: [(name: String, value: PlacedTree)] = [
          ("id", .text(grid.id, place: grid.place)),
          (
            "days",
            .array(
              grid.days.map { day in
                .object(
                  [("name", .text(day.name, place: day.place)), ("periods", .array(day.periods, place: day.place))],
                  place: day.place)
              }, place: grid.place)
          ),
        ]
        if let pause = grid.pause { members.append(("longestBridgedPause", pause)) }
        return .object(members, place: grid.place)
      }, place: "grid.csv")
  }

  private mutating func availability() -> [Owner: [PlacedTree]] {
    var owned: [Owner: [PlacedTree]] = [:]
    for row in rows(.availability) {
      guard let kind = row["of"], let member = CSVTable.availabilityOwners[kind], let id = row["id"] else {
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
    guard let text = texts[table.file] else { return [] }
    let known = table.columns.map(\.name)
    var position: [String: Int] = [:]
    for (index, name) in text.header.enumerated() {
      if !known.contains(name) {
        issues.add(
          at: "\(table.file):1:\(name)", "csv.unknown-column",
          "The file has no column '\(name)'.\(Suggestion.sentence(for: name, in: known))")
      } else if position.updateValue(index, forKey: name) != nil {
        issues.add(at: "\(table.file):1:\(name)", "csv.duplicate-column", "The column '\(name)' stands twice.")
      }
    }
    var rows: [CSVRow] = []
    for record in text.records {
      if record.cells.count == text.header.count {
        rows.append(CSVRow(table: table, position: position, record: record))
      } else {
        issues.add(
          at: "\(table.file):\(record.line)", "csv.cells",
          "The row has \(record.cells.count) cells, and the header \(text.header.count).\nMaybe a comma is missing, or a cell with a comma needs quotes."
        )
      }
    }
    return rows
  }
}
