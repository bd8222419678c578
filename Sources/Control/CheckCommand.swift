import ArgumentParser
import Bootstrap
import CPSAT
import Explanation
import Foundation
import Interchange
import Timetabling

struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Says what is wrong with a problem, and what is proven impossible about it.",
    discussion: """
      With --explain it says whether the problem has a timetable. It looks for one that is complete and keeps every \
      hard rule, which is the proof that there is one; for a problem that has none, the exact solver looks for the \
      smallest sets of rules that exclude one another, and for what would be enough to change. Ctrl-C ends it with what \
      it found.

      Ends with 0 where nothing was found, 2 for mistakes or impossibilities, 3 for what is not supported.
      """)

  @Argument(help: "A .ctt, .fet, .fet.gz or .json file, or a folder of a tenant or of CSV files.")
  var file: String

  @Flag(help: "Look for a timetable, and explain what is impossible.")
  var explain = false

  @Option(help: "Seconds that --explain may take; what was proven until then is told.")
  var seconds: Double = 120

  @Option(
    name: .customLong("out"),
    help: "Where --explain writes the best timetable that it found (.json): the proof, where it is complete.")
  var output: String?

  func validate() throws {
    guard output == nil || explain else {
      throw ValidationError("--out goes with --explain. Maybe add it.")
    }
    if let output { try OutputName.require(["json"], of: output) }
    guard seconds > 0, seconds <= 86_400 else {
      throw ValidationError("--seconds is \(seconds). Maybe a number above 0 and up to 86400.")
    }
  }

  func run() async throws {
    let input = try await ProblemInput.read(file)
    let problem = try input.requireProblem()
    print(problem.summary)
    if explain { return try await explain(problem) }
    let findings = Precheck.findings(in: problem)
    findings.forEach { print($0.text) }
    guard findings.isEmpty else { throw CommandExit.wrongInput }
    print(
      "Nothing wrong was found, and nothing that is proven impossible by counting.\nMaybe look closer with --explain.")
  }

  private func explain(_ problem: Problem) async throws {
    var solver: CPSATSolver?
    if let folder = try HorariumConfiguration().ortoolsFolder {
      solver = try CPSATSolver.locate(folder: folder)
    } else {
      Console.print(
        error: "OR-Tools was not found: what counting does not see is not explained.\nMaybe run ops/fetch-ortools.")
    }
    let isCancelled = Interruption.follow()
    let limits = ExplanationLimits(seconds: seconds)
    let explanation = try await OwnThread.run { [solver] in
      try InfeasibilityExplainer(
        problem, solver: solver, search: FirstTimetable(of: problem).search, limits: limits
      )
      .explain(onProgress: { Console.print(error: $0.text) }, isCancelled: isCancelled)
    }
    print(explanation.text)
    if let output, let timetable = explanation.timetable {
      try TimetableDocument.json(timetable, of: problem).write(
        to: URL(fileURLWithPath: output), options: .atomic)
      print("Written to \(output)")
    }
    if explanation.verdict == .impossible { throw CommandExit.wrongInput }
  }
}

extension ExplanationProgress {
  fileprivate var text: String {
    switch self {
    case .lookingForTimetable: "Looking for a complete timetable …"
    case .lookingAtEverything: "Looking at all rules together …"
    case .lookingForConflicts(0): "Looking for rules that exclude one another …"
    case .lookingForConflicts(let found): "Looking for conflicts beside the \(found) found …"
    case .lookingForRepairs: "Looking for what would be enough to change …"
    }
  }
}

extension ProblemInput {
  /// The problem; or prints what stands in the way of using it, and ends the command. What was passed over is told too.
  func requireProblem() throws -> Problem {
    for remark in reading.remarks { Console.print(error: "note: \(remark.text)") }
    for issue in reading.issues.prefix(50) { Console.print(error: issue.text) }
    let more = max(0, reading.issues.count - 50) + reading.omittedIssues
    if more > 0 { Console.print(error: "… and \(more) more.") }
    if !reading.unsupported.isEmpty {
      Console.print(error: "This is not supported yet, so a timetable would not be what was asked for:")
      for kind in reading.unsupported { Console.print(error: "  \(kind.text)") }
    }
    if let problem = reading.problem { return problem }
    throw reading.issues.isEmpty && !reading.unsupported.isEmpty ? CommandExit.unsupported : CommandExit.wrongInput
  }
}

extension DataIssue {
  /// The place, then what is to be said.
  var text: String { place.isEmpty ? message : "\(place): \(message)" }
}

extension Problem {
  var summary: String {
    let meetings = lessons.reduce(0) { $0 + $1.meetingsPerWeek }
    return "\(name): \(lessons.count) lessons (\(meetings) meetings), \(groups.count) groups, "
      + "\(teachers.count) teachers, \(rooms.count) rooms, \(students.count) named students, "
      + "\(constraints.count) constraints"
  }
}

extension Precheck.Finding {
  var text: String { "impossible: \(message)" + repairs.map { "\n            maybe \($0)" }.joined() }
}
