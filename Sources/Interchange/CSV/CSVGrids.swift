import Timetabling

/// The time grids in the rows of `grid.csv`, in whatever order they stand.
///
/// A row says which grid, which day and which period. Rows of one day belong together wherever they stand, so a file
/// that was sorted by time says the same as one that goes day by day. Only a whole list of days that stands twice, with
/// times that cannot be of one day, is a cycle in which names come again; `Mon#1` and `Mon#2` say so in any order.
struct CSVGrids {
  struct Day {
    var name: String
    var place: String
    var rows: [CSVRow]
  }

  struct Grid {
    let id: String
    let place: String
    /// By column, the row that says something of the whole grid.
    var facts: [String: CSVRow] = [:]
    var days: [Day] = []
  }

  private(set) var grids: [Grid] = []
  /// What could have been meant otherwise.
  private(set) var remarks: [DataIssue] = []
  private var issues: IssueList

  init(_ rows: [CSVRow], firstDay: String?, issues: inout IssueList) {
    self.issues = issues
    var order: [String] = []
    var byGrid: [String: [CSVRow]] = [:]
    for row in rows {
      let id = row["grid"] ?? "main"
      if byGrid[id] == nil { order.append(id) }
      byGrid[id, default: []].append(row)
    }
    tellAlike(order, "grid", rows)
    for id in order {
      let rows = byGrid[id] ?? []
      tellAlike(Self.days(rows), "day", rows)
      var grid = Grid(id: id, place: rows[0].place("grid"))
      for column in CSVTable.gridColumns { take(column.name, &grid, rows) }
      grid.days = days(of: grid, rows, firstDay: firstDay)
      grids.append(grid)
    }
    alignDays()
    for grid in grids.indices { sortPeriods(of: grid) }
    issues = self.issues
  }

  /// Each row may say it; all must say the same.
  private mutating func take(_ column: String, _ grid: inout Grid, _ rows: [CSVRow]) {
    for row in rows {
      guard let text = row[column] else { continue }
      if let known = grid.facts[column], known[column] != text {
        issues.add(
          at: row.place(column), "csv.contradiction",
          "Grid '\(grid.id)' has '\(column)' \(text) here, and \(known[column] ?? "") on line \(known.line).\nMaybe one of them is a mistake: a grid has one."
        )
      } else if grid.facts[column] == nil {
        grid.facts[column] = row
      }
    }
  }

  /// Names that differ in capitals or spaces, or name one weekday, are slips of the pen: each would be a day, or a grid, of
  /// its own.
  private mutating func tellAlike(_ names: [String], _ column: String, _ rows: [CSVRow]) {
    for (index, name) in names.enumerated() {
      let weekday = column == "day" ? CSVWeek.number(of: name) : nil
      let twin = names[..<index].first { other in
        VisibleText.isSame(other, name) || weekday.map { $0 == CSVWeek.number(of: other) } ?? false
      }
      guard let twin, let row = rows.first(where: { $0[column] == name }) else { continue }
      issues.add(
        at: row.place(column), "csv.alike",
        "\(VisibleText.quoted(name)) is another \(column) than \(VisibleText.quoted(twin)) before it.\nMaybe both are the same \(column): write them alike."
      )
    }
  }

  private static func days(_ rows: [CSVRow]) -> [String] {
    var seen: Set<String> = []
    return rows.map { $0["day"] ?? "" }.filter { seen.insert($0).inserted }
  }

  // MARK: Days

  private mutating func days(of grid: Grid, _ rows: [CSVRow], firstDay: String?) -> [Day] {
    if let days = numbered(rows) { return days }
    var runs: [Day] = []
    for row in rows {
      if runs.last?.name != row["day"] ?? "" {
        runs.append(Day(name: row["day"] ?? "", place: row.place("day"), rows: []))
      }
      runs[runs.count - 1].rows.append(row)
    }
    let names = runs.map(\.name)
    if Set(names).count == names.count {
      let order = CSVWeek(names).isInOrder ? CSVWeek.inOrderOfNumbers(names) : CSVWeek(names).order(firstDay: firstDay)
      return inOrder(of: order, runs)
    }
    if Self.isCycle(runs) {
      remarks.append(
        DataIssue(
          place: grid.place, code: "csv.cycle",
          message:
            "The days of grid '\(grid.id)' stand more than once, and are read as a cycle of \(runs.count) days.\n"
            + "Maybe the rows were pasted twice: remove them then."))
      return runs
    }
    var merged: [Day] = []
    for run in runs {
      if let index = merged.firstIndex(where: { $0.name == run.name }) {
        merged[index].rows += run.rows
      } else {
        merged.append(run)
      }
    }
    let told = CSVWeek(merged.map(\.name)).order(firstDay: firstDay) ?? Self.order(toldBy: rows)
    let order = told.flatMap(CSVWeek.inOrderOfNumbers) ?? told
    if order == nil {
      issues.add(
        at: grid.place, "csv.day-order",
        "The rows of grid '\(grid.id)' do not tell in which order its days come: "
          + "\(merged.map(\.name).joined(separator: ", ")).\nMaybe put the rows of each day together, the first day first."
      )
    }
    return inOrder(of: order, merged)
  }

  private func inOrder(of names: [String]?, _ days: [Day]) -> [Day] {
    names?.compactMap { name in days.first { $0.name == name } } ?? days
  }

  /// `Mon#1`, `Mon#2` …: all days of the cycle are told apart by the file itself, one name at least with all its numbers.
  private func numbered(_ rows: [CSVRow]) -> [Day]? {
    var days: [(label: String, day: Day)] = []
    for row in rows {
      let label = row["day"] ?? ""
      if let index = days.firstIndex(where: { $0.label == label }) {
        days[index].day.rows.append(row)
      } else {
        days.append((label, Day(name: label, place: row.place("day"), rows: [row])))
      }
    }
    let labels = days.map(\.label)
    var isNumbered = false
    for index in days.indices {
      guard let sign = labels[index].lastIndex(of: "#") else { continue }
      let name = String(labels[index][..<sign])
      let count = labels.count { $0.hasPrefix(name + "#") }
      guard count > 1, (1...count).allSatisfy({ labels.contains("\(name)#\($0)") }) else { continue }
      days[index].day.name = name
      isNumbered = true
    }
    return isNumbered ? days.map(\.day) : nil
  }

  /// The same days in the same order at least twice, and no two of one name could be one day.
  private static func isCycle(_ runs: [Day]) -> Bool {
    let length = Set(runs.map(\.name)).count
    guard runs.count.isMultiple(of: length), runs.count > length,
      runs.indices.allSatisfy({ runs[$0].name == runs[$0 % length].name })
    else { return false }
    return runs.indices.dropFirst(length).allSatisfy { later in
      stride(from: later % length, to: later, by: length).allSatisfy { meets(runs[$0], runs[later]) }
    }
  }

  private static func meets(_ one: Day, _ other: Day) -> Bool {
    let spans = one.rows.compactMap(\.span)
    return other.rows.compactMap(\.span).contains { mine in
      spans.contains { $0.start < mine.end && mine.start < $0.end }
    }
  }

  /// Rows of one time list days in their order: where all these lists together leave one order only, that is it.
  private static func order(toldBy rows: [CSVRow]) -> [String]? {
    var lists: [String: [String]] = [:]
    for row in rows { lists[row["start"] ?? "", default: []].append(row["day"] ?? "") }
    var after: [String: Set<String>] = [:]
    for list in lists.values {
      for (index, name) in list.enumerated() {
        after[name, default: []].formUnion(list[(index + 1)...].filter { $0 != name })
      }
    }
    var order: [String] = []
    while !after.isEmpty {
      let firsts = after.keys.filter { name in !after.values.contains { $0.contains(name) } }
      guard firsts.count == 1 else { return nil }
      order.append(firsts[0])
      after[firsts[0]] = nil
    }
    return order
  }

  // MARK: Several grids

  /// Days have one index in all grids. A grid that leaves some out, or lists them in another order, means the same days.
  private mutating func alignDays() {
    guard let first = grids.first else { return }
    let names = DayNames(first.days.map(\.name))
    for index in grids.indices.dropFirst() {
      var days = first.days.map { Day(name: $0.name, place: grids[index].place, rows: []) }
      let own = DayNames(grids[index].days.map(\.name))
      for (position, day) in grids[index].days.enumerated() {
        if let number = names.labels.firstIndex(of: own.label(position)) {
          days[number].rows = day.rows
          days[number].place = day.place
        } else if case .several(let labels) = names.meaning(of: day.name) {
          issues.add(
            at: day.place, "csv.day",
            "'\(day.name)' of grid '\(grids[index].id)' is the name of \(labels.count) days of grid '\(first.id)'.\nMaybe \(labels.joined(separator: " or ")) is meant."
          )
        } else {
          issues.add(
            at: day.place, "csv.day",
            "Grid '\(first.id)' has no day '\(day.name)', and all grids share its days.\(Suggestion.sentence(for: day.name, in: names.labels))"
          )
        }
      }
      grids[index].days = days
    }
  }

  // MARK: Periods

  private mutating func sortPeriods(of grid: Int) {
    for day in grids[grid].days.indices {
      let rows = grids[grid].days[day].rows.filter { $0["start"] != nil || $0["end"] != nil }
      var seen: [String: Int] = [:]
      for row in rows {
        let key = "\(row["start"] ?? "")-\(row["end"] ?? "")"
        if let earlier = seen.updateValue(row.line, forKey: key) {
          issues.add(
            at: "\(row.file):\(row.line)", "csv.duplicate-row",
            "\(grids[grid].days[day].name) \(key) of grid '\(grids[grid].id)' stands on line \(earlier) too.\nMaybe remove one of the two; where day names come again in a cycle, write Mon#1 and Mon#2."
          )
        }
      }
      // What has no times that can be read keeps its place, and the reader says so.
      grids[grid].days[day].rows = rows.enumerated().sorted { one, other in
        let (left, right) = (one.element.span?.start ?? Int.max, other.element.span?.start ?? Int.max)
        return (left, one.offset) < (right, other.offset)
      }.map(\.element)
    }
  }
}

extension CSVRow {
  /// Of a row of `grid.csv`.
  fileprivate var span: (start: MinuteOfDay, end: MinuteOfDay)? {
    guard let start = self["start"].flatMap({ WallClock.minutes(CSVCell.withoutSeconds($0)) }),
      let end = self["end"].flatMap({ WallClock.minutes(CSVCell.withoutSeconds($0)) })
    else { return nil }
    return (start, end)
  }
}
