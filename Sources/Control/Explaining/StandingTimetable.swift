import ArgumentParser
import Foundation
import Interchange
import Optimization
import Timetabling

/// A problem, a timetable of it, and the weights to judge it by: what `why` and `score` work on.
package struct StandingTimetable {
  let problem: Problem
  let timetable: Timetable
  let weights: Weights

  struct Options: ParsableArguments {
    @Argument(help: "A .ctt, .fet, .fet.gz or .json file, or a folder of a tenant or of CSV files.")
    var problem: String

    @Argument(help: "A timetable of it, as 'solve --out NAME.json' writes.")
    var timetable: String

    @Option(
      name: .customLong("weight"),
      help:
        "Weight of a term, as criterion.compactness=200000; may be repeated. Left out: the problem's defaults, for .ctt files ITC-2007's."
    )
    var weight: [String] = []
  }

  static func read(_ options: Options) async throws -> StandingTimetable {
    let input = try await ProblemInput.read(options.problem)
    let problem = try input.requireProblem()
    guard let bytes = FileManager.default.contents(atPath: options.timetable) else {
      throw InputError(message: "There is no file '\(options.timetable)'.\nMaybe 'solve --out NAME.json' writes it.")
    }
    return StandingTimetable(
      problem: problem,
      timetable: try TimetableDocument.read([UInt8](bytes), of: problem).requireTimetable(options.timetable),
      weights: try weights(of: problem, isCompetition: input.form == .ctt, options.weight))
  }

  /// ITC-2007 counts violations and no criteria.
  package static func weights(of problem: Problem, isCompetition: Bool, _ given: [String]) throws -> Weights {
    let terms = problem.objectiveTerms
    var values = terms.map { term -> Int32 in
      guard isCompetition else { return term.defaultWeight }
      guard case .constraints(let kind) = term.measure else { return 0 }
      return Int32(SolveReport.ud2Weights.first { $0.kind == kind }?.weight ?? 0)
    }
    for text in given {
      let parts = text.split(separator: "=", maxSplits: 1)
      guard parts.count == 2, let weight = Int32(parts[1]), Weights.range.contains(weight) else {
        throw ValidationError("--weight '\(text)' is not term=number with a number from 0 to 1000000.")
      }
      guard let position = terms.firstIndex(where: { $0.id == parts[0] }) else {
        let names = terms.map(\.id).joined(separator: ", ")
        throw ValidationError("There is no term '\(parts[0])'. Maybe one of: \(names)")
      }
      values[position] = weight
    }
    return Weights(values)
  }
}

extension TimetableReading {
  /// As `requireTimetable`, of the problem's own term.
  func requireBase(_ file: String) throws -> Timetable {
    if let otherTerm {
      Console.print(error: otherTerm.text(in: file))
      throw CommandExit.wrongInput
    }
    return try requireTimetable(file)
  }

  /// The timetable; or prints what is wrong with the file, and ends the command. What the reader had to assume is told.
  func requireTimetable(_ file: String) throws -> Timetable {
    for issue in issues.prefix(50) { Console.print(error: issue.text(in: file)) }
    let more = max(0, issues.count - 50) + omittedIssues
    if more > 0 { Console.print(error: "… and \(more) more.") }
    guard let timetable = timetable(telling: { Console.print(error: "note: " + $0.text(in: file)) }) else {
      throw CommandExit.wrongInput
    }
    return timetable
  }
}

extension DataIssue {
  /// Of a place within a file.
  fileprivate func text(in file: String) -> String { "\(file)\(place.isEmpty ? "" : ":")\(place): \(message)" }
}
