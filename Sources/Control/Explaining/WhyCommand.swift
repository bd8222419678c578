import ArgumentParser
import Foundation
import Optimization
import Timetabling

struct WhyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "why",
    abstract:
      "Where else a meeting of a timetable could be: every place with its change of cost, or who is in the way.",
    discussion: """
      Begins with what the timetable breaks and leaves out, where it does.

      Ends with 0, 1 when the timetable breaks a hard rule, 2 for an unknown lesson or meeting, 4 when meetings are missing.
      """)

  @OptionGroup var standing: StandingTimetable.Options

  @Argument(help: "A lesson's id.")
  var lesson: String

  @Option(help: "Which of its meetings, from 1.")
  var meeting: Int = 1

  @Flag(help: "Every room at every time, not only the best one.")
  var rooms = false

  @Flag(help: "Print one JSON document instead of a table.")
  var json = false

  func run() async throws {
    let standing = try await StandingTimetable.read(self.standing)
    let explainer = PlaceExplainer(
      standing.problem, timetable: standing.timetable, weights: standing.weights)
    let detail: WhyNotMap.Detail = rooms ? .rooms : .times
    guard let map = explainer.map(lesson: LessonID(lesson), meeting: meeting - 1, detail: detail) else {
      Console.print(error: "There is no meeting \(meeting) of a lesson '\(lesson)'.")
      throw CommandExit.wrongInput
    }
    let faults = TimetableFaults(standing.timetable, ProblemIndex(standing.problem))
    if json {
      print(try map.json(of: standing.problem, faults: faults))
    } else {
      if !faults.isSound { print(faults.text + "\n") }
      print(map.table(of: standing.problem))
    }
    if let exit = faults.exit { throw exit }
  }
}

/// The map's own document, with what is wrong with the timetable as one more member.
private struct WhyReport: Encodable {
  private enum Key: String, CodingKey { case faults }

  let map: WhyNotMap
  let faults: TimetableFaults?

  func encode(to encoder: any Encoder) throws {
    try map.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encodeIfPresent(faults, forKey: .faults)
  }
}

extension WhyNotMap {
  package func json(of problem: Problem, faults: TimetableFaults? = nil) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nameTimes(of: problem)
    return String(decoding: try encoder.encode(WhyReport(map: self, faults: faults)), as: UTF8.self)
  }

  package func table(of problem: Problem) -> String {
    let wording = Wording(problem: problem)
    var table = TextTable(header: ["time", "cost", "rooms", "why not"])
    for place in places {
      let cost = place.costChange.map { $0 > 0 ? "+\($0)" : "\($0)" } ?? "–"
      let reasons = place.isCurrent ? ["it stands here now"] : place.conflicts.map(\.message)
      table.add([
        wording.time(place.time), place.isCurrent && place.isAllowed ? "0" : cost,
        place.rooms.map(\.rawValue).joined(separator: ", "), reasons.first ?? "",
      ])
      for reason in reasons.dropFirst() { table.add(["", "", "", reason]) }
    }
    let note = isCostExact ? "" : "\nSome entries break rules so far that costs leave them out."
    return table.text + note
  }
}
