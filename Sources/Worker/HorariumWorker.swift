import ArgumentParser
import Dispatch

/// `horarium-worker`: generates timetables for whoever has asked.
@main
struct HorariumWorker: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "horarium-worker",
    abstract: "Claims generation jobs, lets solver children do them, verifies and stores what they find.",
    subcommands: [RunCommand.self, SolveCommand.self],
    defaultSubcommand: RunCommand.self)

  /// Not async: a solver child must not wake the concurrency runtime of a whole worker.
  static func main() {
    do {
      var command = try parseAsRoot()
      guard command is any AsyncParsableCommand else { return try command.run() }
      // The process has no task yet that could be the parent of this one.
      Task {
        do {
          var asynchronous = try parseAsRoot() as? any AsyncParsableCommand
          try await asynchronous?.run()
          exit()
        } catch {
          exit(withError: error)
        }
      }
      dispatchMain()
    } catch {
      exit(withError: error)
    }
  }
}
