import ArgumentParser
import Foundation
import Optimization
import Timetabling

struct ScoreCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "score",
    abstract: "What a timetable costs, taken apart by criterion and constraint, lesson and person.",
    discussion: """
      Begins with what it breaks and leaves out. Each of these costs more than everything else together can, so that no \
      broken or partial timetable looks better than a whole one.

      Ends with 0 for a timetable that keeps every hard rule and holds every meeting, 1 when it breaks a hard rule, 2 when \
      the input has mistakes, 4 when meetings are missing.
      """)

  @OptionGroup var standing: StandingTimetable.Options

  @Option(help: "How many lessons and people to list.")
  var top: Int = 10

  @Flag(help: "Print one JSON document instead of tables.")
  var json = false

  func validate() throws {
    guard (0...100_000).contains(top) else {
      throw ValidationError("--top is \(top). Maybe a number from 0 to 100000.")
    }
  }

  func run() async throws {
    let standing = try await StandingTimetable.read(self.standing)
    let index = ProblemIndex(standing.problem)
    let report = ScoreReport(
      faults: TimetableFaults(standing.timetable, index),
      breakdown: Objective.breakdown(of: standing.timetable, index, weights: standing.weights),
      figures: TimetableFigures(standing.timetable, index), top: top)
    print(json ? try report.json : report.text)
    if let exit = report.faults.exit { throw exit }
  }
}

/// A cost breakdown as tables, and figures in hours or periods, seats and rooms.
package struct ScoreReport {
  package let faults: TimetableFaults
  package let breakdown: CostBreakdown
  let figures: TimetableFigures
  let top: Int

  package init(faults: TimetableFaults, breakdown: CostBreakdown, figures: TimetableFigures, top: Int) {
    self.faults = faults
    self.breakdown = breakdown
    self.figures = figures
    self.top = top
  }

  package var json: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
  }

  package var text: String {
    // All criteria of nothing are perfect, which says nothing.
    guard figures.meetings > 0 else {
      return [faults.text, "No meeting is placed: there is nothing to measure.", objective].joined(separator: "\n\n")
    }
    return [
      faults.text, criteria, inTheirUnits, constraints, contributions("lessons", breakdown.lessons),
      contributions("people, rooms and times", breakdown.holders), constants, objective,
    ]
    .compactMap { $0 }.joined(separator: "\n\n")
  }

  private var objective: String {
    let count = breakdown.missingMeetings + breakdown.hardViolations
    return "objective \(breakdown.cost)"
      + (count == 0
        ? "" : ", of which \(Objective.faultPrice) for each of \(count) faults, more than all else can cost")
  }

  private var criteria: String {
    var table = TextTable(header: ["criterion", "units", "reached", "of possible", "cost"])
    var fixed: [String] = []
    for item in breakdown.items where item.score.constraint == nil {
      if item.score.isConstant {
        fixed.append("\(item.score.term) is a constant of the input: \(item.score.units) units whatever the timetable.")
        continue
      }
      table.add([
        item.score.term, "\(item.score.units)", Self.percent(item.score.reached), Self.percent(item.score.attainable),
        "\(item.cost)",
      ])
    }
    return ([table.text] + fixed).joined(separator: "\n")
  }

  private var inTheirUnits: String {
    var table = TextTable(header: ["figure", "now", "best possible"])
    func add(_ name: String, _ figure: TimetableFigures.Figure?, _ text: (Double) -> String) {
      guard let figure else { return }
      table.add([name, text(figure.value), text(figure.attainable)])
    }
    if let daily = figures.dailyTeachingDeviation {
      let unit = daily.unit == .hours ? "h" : daily.unit.rawValue
      add("daily \(daily.unit.rawValue) of teachers, standard deviation", daily) {
        String(format: "%.2f \(unit)", $0)
      }
    }
    add("seats taken in the rooms used", figures.seatFill, Self.percent)
    add("rooms opened", figures.roomsOpened) { String(format: "%.0f", $0) }
    return table.text
  }

  private var constraints: String? {
    let items = breakdown.items.filter { $0.score.constraint != nil }
    guard !items.isEmpty else { return nil }
    var table = TextTable(header: ["weighted constraint", "violations", "cost"])
    for item in items where item.score.units > 0 {
      table.add(["\(item.score.constraint ?? "") (\(item.score.term))", "\(item.score.units)", "\(item.cost)"])
    }
    let kept = items.count { $0.score.units == 0 }
    return table.text + (kept > 0 ? "\n\(kept) more are kept everywhere." : "")
  }

  private func contributions(_ title: String, _ all: [CostBreakdown.Contribution]) -> String? {
    guard top > 0, !all.isEmpty else { return nil }
    var table = TextTable(header: [title, "cost"])
    for part in all.prefix(top) { table.add([Self.name(part), Self.cost(part.costThousandths)]) }
    let rest = all.dropFirst(top)
    if !rest.isEmpty {
      table.add(["\(rest.count) more", Self.cost(rest.reduce(0) { $0 + $1.costThousandths })])
    }
    let unavoidable = breakdown.items.reduce(0) { $0 + $1.unavoidableCost }
    if unavoidable != 0 { table.add(["less what no timetable avoids", "\(-unavoidable)"]) }
    return table.text
  }

  private var constants: String {
    let constants = breakdown.constants
    var lines: [String] = []
    let (ofRooms, unit) = constants.unit == .periods ? ("room-period", "periods") : ("room-hour", "hours")
    if let utilization = constants.roomHourUtilization {
      lines.append(
        "Raw \(ofRooms) utilization is a constant of the input: \(Self.percent(utilization)) of open room time "
          + "(\(constants.neededRoomTime) of \(constants.openRoomTime) \(constants.unit.rawValue) a week).")
    }
    if let deviation = constants.weeklyLoadDeviation {
      let value = constants.unit == .periods ? deviation : deviation / 60
      lines.append(
        "Weekly workload is a constant of the input, for every lesson's teachers are given: its standard deviation is "
          + "\(Self.decimals(value)) \(unit). What a timetable can change are daily \(unit).")
    }
    return lines.joined(separator: "\n")
  }

  private static func name(_ part: CostBreakdown.Contribution) -> String {
    switch part.kind {
    case .nobody: "nobody in particular"
    case .lesson: part.id
    default: "\(part.kind.rawValue) \(part.id)"
    }
  }

  private static func percent(_ value: Double) -> String { decimals(value) + " %" }
  private static func decimals(_ value: Double) -> String { String(format: "%.1f", value) }
  private static func cost(_ thousandths: Int64) -> String { String(format: "%.1f", Double(thousandths) / 1000) }
}

/// The breakdown's own document, with faults and figures as two more members.
extension ScoreReport: Encodable {
  private enum Key: String, CodingKey { case faults, figures }

  package func encode(to encoder: any Encoder) throws {
    try breakdown.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(faults, forKey: .faults)
    try container.encode(figures, forKey: .figures)
  }
}
