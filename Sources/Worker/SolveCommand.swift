import ArgumentParser
import Generating

/// Started by `run`, once for each job. Not for people: `horariumctl solve FILE` is.
struct SolveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "solve",
    abstract: "Solves one problem: a frame on standard input, frames on standard output (started by 'run').",
    shouldDisplay: false)

  @Option(help: "Data memory in MiB; above it the solver ends.")
  var memory: Int = 8192

  func run() throws {
    let status = SolverChild(memoryMiB: memory).run()
    if status != 0 { throw ExitCode(status) }
  }
}
