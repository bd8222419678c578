import ArgumentParser
import Foundation
import Interchange
import Optimization
import Timetabling

struct TrainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Makes the tables that the agents for operators and stages start with.",
    discussion: """
      Runs the engine on the problems with agents that know nothing, and writes what they learned as the source file \
      Sources/Optimization/Learning/LearnedTable.swift. The same problems, ticks and seed give the same tables. A \
      problem may be named several times: each run has another seed.
      """)

  @Argument(help: "Problems to learn from, as for 'solve'.")
  var files: [String]

  @Option(help: "Thousands of proposals for each problem.")
  var ticks: UInt64 = 20_000

  @Option(help: "Same problems, ticks and seed: the same tables.")
  var seed: UInt64 = 1

  @Option(name: .customLong("out"), help: "Where to write the source file; left out: to standard output.")
  var output: String?

  func run() async throws {
    var problems: [(problem: Problem, weights: Weights?)] = []
    for file in files {
      let input = try await ProblemInput.read(file)
      let problem = try input.requireProblem()
      problems.append(
        (problem, try StandingTimetable.weights(of: problem, isCompetition: input.form == .ctt, [])))
    }
    let (ticks, seed, given) = (ticks, seed, problems)
    let isCancelled = Interruption.follow()
    let training = try await OwnThread.run {
      try TableTraining(problems: given, ticks: ticks, seed: seed, isCancelled: isCancelled)
    }
    guard let output else { return print(training.source, terminator: "") }
    try Data(training.source.utf8).write(to: URL(filePath: output), options: .atomic)
    print("Learned from \(files.count) problems; written to \(output).")
  }
}
