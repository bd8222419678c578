import Foundation
import Optimization
import Testing
import WeightingPlugins

extension StrategyProcesses {
  @Suite("The examples in Plugins/README.md")
  struct ReadmeTests {
    @Test("in C is a library that the catalog takes and that gives weights")
    func exampleInC() throws {
      let folder = try emptyFolder("readme")
      try example("c").write(toFile: folder + "/alike.c", atomically: true, encoding: .utf8)
      try compile(folder + "/alike.c", to: folder + "/alike.so", flags: ["-fvisibility=hidden"])

      let catalog = PluginCatalog(folder: folder, host: Built.host)
      #expect(catalog.faults == [])
      let strategy = try catalog.makeStrategy(id: "edu.example.alike", seed: 1, limits: patient)
      defer { strategy.finish() }
      try strategy.prepare(.tiny())
      let weights = try strategy.chooseWeights(best: nil, current: WeighingProblem.tiny().defaultWeights)
      #expect(Set(weights.values) == [1_000])
    }

    @Test("in Swift compiles against the kit")
    func exampleInSwift() throws {
      let folder = try emptyFolder("readme-swift")
      try example("swift").write(toFile: folder + "/EarlyBird.swift", atomically: true, encoding: .utf8)
      try run([
        "swiftc", "-typecheck", "-parse-as-library", "-swift-version", "6", "-module-name", "EarlyBird",
        "-I", Built.folder + "/Modules",
        "-Xcc", "-fmodule-map-file=\(Built.folder)/CWeightingPlugin.build/module.modulemap",
        "-I", Built.project + "/Sources/CWeightingPlugin/include", folder + "/EarlyBird.swift",
      ])
    }

    /// The first block of that language.
    private func example(_ language: String) throws -> String {
      let text = try String(contentsOfFile: Built.project + "/Plugins/README.md", encoding: .utf8)
      let begin = try #require(text.range(of: "```\(language)\n"))
      let end = try #require(text.range(of: "```\n", range: begin.upperBound..<text.endIndex))
      return String(text[begin.upperBound..<end.lowerBound])
    }
  }
}
