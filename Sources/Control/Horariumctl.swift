import ArgumentParser

/// `horariumctl`: what operators and curious people do from a shell.
@main
struct Horariumctl: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "horariumctl",
    abstract: "Runs and looks after Horarium; solves a timetable file without any server.",
    discussion: """
      Settings come from the environment (HORARIUM_POSTGRES_OWNER and others); 'source .local/env' gives those of \
      ops/run. 'solve', 'replan', 'check', 'why', 'score', 'generate', 'bench', 'train' and 'strategies' need none.
      """,
    subcommands: [
      SolveCommand.self, ReplanCommand.self, CheckCommand.self, WhyCommand.self, ScoreCommand.self,
      GenerateCommand.self, BenchCommand.self, TrainCommand.self, StrategiesCommand.self, DoctorCommand.self,
      MigrateCommand.self, TenantsCommand.self, JobsCommand.self, AuditCommand.self, KeysCommand.self,
    ])
}
