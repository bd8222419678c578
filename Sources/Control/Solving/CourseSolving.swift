import Foundation
import Interchange
import Optimization
import Patterns

/// Solves a problem of the competition of 2019 (`.xml`): classes in week patterns, students sectioned.
struct CourseSolving {
  var file: String
  var seconds: Double
  var ticks: UInt64?
  var seed: UInt64
  var threads: Int
  var output: String?
  var json: Bool

  static func accepts(_ file: String) -> Bool { [".xml", ".xml.gz"].contains { file.lowercased().hasSuffix($0) } }

  /// Ends by throwing where the file has mistakes, or the solution found is not valid.
  func run() async throws {
    let problem = try await read()
    if !json { print(problem.summary) }
    let watch = RunWatch()
    let outcome = try await search(problem)
    let measures = watch.measures(of: outcome)
    let score = PlainScorer(problem).score(outcome.solution)
    print(json ? try report(problem, outcome, score, measures) : Self.text(problem, outcome, score))
    if let output {
      let source = SolutionSource(runtime: outcome.seconds, cores: threads, technique: "Simulated annealing")
      let text = ITC2019.write(outcome.solution, of: problem, by: source)
      try Data(text.utf8).write(to: URL(fileURLWithPath: output), options: .atomic)
      if !json { print("Written to \(output)") }
    }
    if !score.isValid { throw CommandExit.failed }
  }

  private func read() async throws -> CourseProblem {
    guard FileManager.default.fileExists(atPath: file) else {
      throw InputError(message: "There is no file '\(file)'.\nMaybe the path is relative to another folder.")
    }
    let (name, bytes) = try await ProblemInput.contents(of: file)
    let reading = ITC2019.read(bytes)
    for issue in reading.ignored { Console.print(error: "note: \(name), \(issue.text)") }
    for issue in reading.issues { Console.print(error: "\(name), \(issue.text)") }
    if reading.omittedIssues > 0 { Console.print(error: "and \(reading.omittedIssues) more") }
    guard let problem = reading.problem else { throw CommandExit.wrongInput }
    return problem
  }

  private func search(_ problem: CourseProblem) async throws -> CourseSearch.Outcome {
    let search = CourseSearch(
      problem, settings: .init(seed: seed, threads: threads, ticks: ticks, seconds: seconds))
    let isCancelled = Interruption.follow()
    let isShown = Console.isErrorTerminal && !json
    let outcome = try await OwnThread.run {
      search.run(isCancelled: isCancelled) { progress in
        guard isShown else { return }
        FileHandle.standardError.write(Data(("\r\u{1B}[2K" + Self.line(progress)).utf8))
      }
    }
    if isShown { FileHandle.standardError.write(Data("\r\u{1B}[2K".utf8)) }
    return outcome
  }

  private static func line(_ progress: CourseSearch.Progress) -> String {
    let state = progress.violations > 0 ? "\(progress.violations) violations" : "valid, cost \(progress.cost)"
    return "\(Int(progress.fraction * 100))% \(state)"
  }

  private static func text(
    _ problem: CourseProblem, _ outcome: CourseSearch.Outcome, _ score: SolutionScore
  ) -> String {
    var lines = [
      score.isValid ? "Valid, total cost \(score.total)" : "Not valid: \(score.violationCount) violations"
    ]
    for (rule, count) in score.violations.map({ ($0.key.description, $0.value) }).sorted(by: { $0.0 < $1.0 }) {
      lines.append("  \(count) × \(rule)")
    }
    lines.append(
      "time \(score.time) × \(score.weights.time), room \(score.room) × \(score.weights.room), "
        + "distribution \(score.distribution) × \(score.weights.distribution), "
        + "student \(score.student) × \(score.weights.student)")
    let valid = outcome.secondsToValid.map { String(format: ", valid after %.1f s", $0) } ?? ""
    lines.append(
      String(format: "%.1f s, ", outcome.seconds) + "\(outcome.proposals) proposals" + valid)
    return lines.joined(separator: "\n")
  }

  private struct Report: Encodable {
    var problem: String
    var classes: Int
    var measures: RunMeasures
    var wasCancelled: Bool
    var valid: Bool
    var violations: [String: Int]
    var total: Int
    var time: Int
    var room: Int
    var distribution: Int
    var student: Int
    var seconds: Double
    var secondsToValid: Double?
    var proposals: UInt64
    var seed: UInt64
    var threads: Int
  }

  private func report(
    _ problem: CourseProblem, _ outcome: CourseSearch.Outcome, _ score: SolutionScore, _ measures: RunMeasures
  ) throws -> String {
    let report = Report(
      problem: problem.name, classes: problem.classes.count, measures: measures, wasCancelled: outcome.wasCancelled,
      valid: score.isValid,
      violations: Dictionary(score.violations.map { ($0.key.description, $0.value) }, uniquingKeysWith: +),
      total: score.total, time: score.time, room: score.room, distribution: score.distribution, student: score.student,
      seconds: outcome.seconds, secondsToValid: outcome.secondsToValid, proposals: outcome.proposals, seed: seed,
      threads: threads)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    return String(decoding: try encoder.encode(report), as: UTF8.self)
  }
}

extension CourseProblem {
  /// In one line.
  var summary: String {
    "\(name): \(courses.count) courses, \(classes.count) classes, \(rooms.count) rooms, "
      + "\(distributions.count) distributions, \(students.count) students"
  }
}
