import ArgumentParser
import Timetabling

struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Says what is wrong with a problem, and what is proven impossible about it.",
    discussion: "Ends with 0 where nothing was found, 2 for mistakes or impossibilities, 3 for what is not supported.")

  @Argument(help: "A .ctt, .fet, .fet.gz or .json file, or a folder of a tenant or of CSV files.")
  var file: String

  func run() async throws {
    let input = try await ProblemInput.read(file)
    try input.requireReadable()
    guard let problem = input.problem else { throw CommandExit.wrongInput }
    let findings = Precheck.findings(in: problem)
    print(problem.summary)
    findings.forEach { print($0.text) }
    guard findings.isEmpty else { throw CommandExit.wrongInput }
    print("Nothing wrong was found, and nothing that is proven impossible.")
  }
}

extension ProblemInput {
  /// Prints what stands in the way of using the problem, and ends the command then.
  func requireReadable() throws {
    for issue in issues.prefix(50) { Console.print(error: "\(issue.place): \(issue.message)") }
    let more = max(0, issues.count - 50) + omittedIssues
    if more > 0 { Console.print(error: "… and \(more) more.") }
    guard issues.isEmpty else { throw CommandExit.wrongInput }
    guard unsupported.isEmpty else {
      Console.print(error: "These constraints are not supported yet, so a timetable would not be what was asked for:")
      for (name, count) in unsupported.sorted(by: { $0.key < $1.key }) {
        Console.print(error: "  \(name)  (\(count) times)")
      }
      throw CommandExit.unsupported
    }
    guard problem != nil else { throw CommandExit.wrongInput }
  }
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
