import ArgumentParser
import Bootstrap
import WeightingPlugins

struct StrategiesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "strategies", abstract: "The strategies that can weigh a timetable.",
    subcommands: [List.self, Check.self], defaultSubcommand: List.self)

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists strategies with their options.")

    func run() throws {
      let catalog = try PluginCatalog.configured()
      for strategy in catalog.strategies {
        print("\(strategy.identity.id) \(strategy.identity.version)  \(strategy.summary)")
        for option in strategy.options {
          let range = "\(option.range.lowerBound) to \(option.range.upperBound), else \(option.defaultValue)"
          print("    \(option.id)  \(option.summary) (\(range))")
        }
      }
      for fault in catalog.faults { Console.print(error: "\(fault)") }
      if catalog.strategies.isEmpty {
        Console.print(error: "There is no strategy in \(catalog.folder).\nMaybe set HORARIUM_PLUGINS to their folder.")
        throw CommandExit.failed
      }
    }
  }

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Loads every library in a process of its own and says whether it keeps the contract.",
      discussion: "Ends with 1 where a library does not.")

    func run() throws {
      let catalog = try PluginCatalog.configured()
      for strategy in catalog.strategies {
        print("ok      \(strategy.identity.id) \(strategy.identity.version)  sha256 \(strategy.identity.digest)")
      }
      for fault in catalog.faults { print("FAILED  \(fault)") }
      guard catalog.faults.isEmpty, !catalog.strategies.isEmpty else { throw CommandExit.failed }
    }
  }
}

extension PluginCatalog {
  /// As the environment says.
  static func configured() throws -> PluginCatalog {
    let settings = try HorariumConfiguration()
    return PluginCatalog(
      folder: settings.pluginFolder, host: Siblings().path(of: "horarium-strategy-host"))
  }
}
