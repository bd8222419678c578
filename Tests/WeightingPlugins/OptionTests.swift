import Optimization
import Testing
import WeightingPlugins

@Suite("Option values")
struct OptionTests {
  let strategy = StrategyDescription(
    identity: StrategyIdentity(id: "test.options", version: "1", digest: "0"), name: "Options", summary: "For tests.",
    options: [
      StrategyOption(id: "emphasis", summary: "A factor.", range: 0.5...2, defaultValue: 1, isInteger: false),
      StrategyOption(id: "count", summary: "A number.", range: 0...10, defaultValue: 3, isInteger: true),
    ], path: "libtest.so", walls: [])

  @Test("within range are fine, bounds included, and may be left out")
  func fine() {
    #expect(strategy.validate([:]) == [])
    #expect(strategy.validate(["emphasis": 0.5, "count": 10]) == [])
  }

  @Test("are refused with their name, their value and what is possible")
  func refused() {
    #expect(messages(["emphasis": 2.5]) == ["option 'emphasis' is 2.5\nMaybe a value from 0.5 to 2.0"])
    #expect(messages(["emphasis": .nan]) == ["option 'emphasis' is nan\nMaybe a value from 0.5 to 2.0"])
    #expect(messages(["count": 1.5]) == ["option 'count' is 1.5\nMaybe a whole number: 2"])
    #expect(messages(["late": 1]) == ["option 'late' is not one of test.options\nMaybe emphasis, count"])
  }

  @Test("are all checked, not only the first")
  func all() { #expect(strategy.validate(["emphasis": 9, "count": -1, "late": 0]).count == 3) }

  @Test("that are wrong keep a strategy from being made")
  func make() {
    let fault = #expect(throws: StrategyFault.self) {
      try PluginStrategy(strategy, options: ["count": 11], seed: 1, host: "unused")
    }
    #expect(fault?.kind == .invalidOption)
  }

  private func messages(_ values: [String: Double]) -> [String] { strategy.validate(values).map(\.description) }
}
