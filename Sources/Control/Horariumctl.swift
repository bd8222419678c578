import ArgumentParser

/// `horariumctl`: what operators and curious people do from a shell.
@main
struct Horariumctl: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "horariumctl",
    abstract: "Runs and looks after Horarium; solves a timetable file without any server.",
    discussion: """
      Settings come from the environment (HORARIUM_POSTGRES_OWNER and others); 'source .local/env' gives those of \
      ops/run. 'solve', 'check', 'why', 'score' and 'strategies' need none.
      """,
    subcommands: [
      SolveCommand.self, CheckCommand.self, WhyCommand.self, ScoreCommand.self, StrategiesCommand.self,
      DoctorCommand.self, MigrateCommand.self, TenantsCommand.self, JobsCommand.self, KeysCommand.self,
      TrainCommand.self,
    ])
}
