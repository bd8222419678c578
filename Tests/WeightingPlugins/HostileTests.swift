import Foundation
import Optimization
import Testing
import WeightingPlugins

extension StrategyProcesses {
  @Suite("A hostile library")
  struct HostileTests {
    @Test(
      "that ends its process is a crash, and says how it ended",
      arguments: [
        ("segfault", "signal 11"), ("abort", "signal 6"), ("trap", "signal "), ("exit", "exit status 0"),
        ("overflow-stack", "signal 11"), ("wild-write", "signal "),
      ])
    func crash(behavior: String, ending: String) throws {
      let fault = try fault(of: behavior)
      #expect(fault.kind == .crashed)
      #expect(fault.message.contains(ending), "\(fault)")
      #expect(fault.isRetryable)
    }

    @Test("that never answers is killed", arguments: ["loop", "sleep", "drip"])
    func late(behavior: String) throws {
      let fault = try fault(of: behavior, limits: impatient)
      #expect(fault.kind == .timedOut)
    }

    @Test(
      "that answers with no weights misbehaves",
      arguments: ["negative", "too-large", "all-zero", "forge-garbage", "forge-length", "close-and-linger"])
    func misbehaves(behavior: String) throws {
      #expect(try fault(of: behavior).kind == .misbehaved)
    }

    @Test("that answers differently when asked again is unsteady")
    func unsteady() throws { #expect(try fault(of: "unsteady").kind == .unsteady) }

    @Test(
      "that turns something down is believed",
      arguments: [
        ("fail", .failed, "out of ideas"), ("endless-message", .failed, "xxxx"),
        ("refuse-options", .invalidOption, "configure"), ("refuse-problem", .invalidProblem, "prepare"),
        ("create-nothing", .refused, "create"),
      ] as [(String, StrategyFault.Kind, String)])
    func turnsDown(behavior: String, kind: StrategyFault.Kind, part: String) throws {
      let fault = try fault(of: behavior)
      #expect(fault.kind == kind)
      #expect(fault.message.contains(part))
    }

    @Test(
      "breaks no wall",
      arguments: [
        "read-passwd", "read-parent-memory", "read-parent-environment", "write-file", "list-folder", "connect",
        "environment", "descriptors", "fork", "thread", "exec", "kill-parent", "ptrace", "raise-limits", "allocate",
        "read-in-constructor",
      ])
    func walls(behavior: String) throws {
      let leaked = open("/dev/null", O_RDONLY)  // without O_CLOEXEC, as foreign code opens things
      defer { close(leaked) }
      #expect(Set(try weights(of: behavior).values) == [7])
    }

    @Test("may flood standard output and error: nobody waits for it, and nothing of it reaches ours")
    func flood() throws { #expect(Set(try weights(of: "flood").values) == [7]) }

    @Test("cannot spoil the end", arguments: ["loop-in-finish", "segfault-in-destructor", "loop-in-destructor"])
    func end(behavior: String) throws {
      let strategy = try HostileLibrary(behavior).strategy(limits: impatient)
      try strategy.prepare(.tiny())
      strategy.finish()
      try strategy.prepare(.tiny())
      strategy.finish()
    }

    @Test("has its last words in the fault")
    func lastWords() throws {
      #expect(try fault(of: "log").message.contains("error: the last thing it said"))
    }

    @Test("is not asked again after a fault, until finish")
    func afterFault() throws {
      let strategy = try HostileLibrary("segfault").strategy()
      try strategy.prepare(.tiny())
      let first = #expect(throws: StrategyFault.self) { try choose(strategy) }
      let second = #expect(throws: StrategyFault.self) { try choose(strategy) }
      #expect(first == second)
      strategy.finish()
      #expect(throws: Never.self) { try strategy.prepare(.tiny()) }
      strategy.finish()
    }

    @Test("leaves neither process nor descriptor behind after many faults")
    func leaks() throws {
      let crashing = try HostileLibrary("segfault").catalog()
      let lingering = try HostileLibrary("close-and-linger").catalog()
      let before = openSockets()
      for round in 0..<60 {
        let catalog = round % 6 == 0 ? lingering : crashing
        let strategy = try catalog.makeStrategy(id: "test.hostile", seed: 1, limits: patient)
        #expect(throws: StrategyFault.self) {
          try strategy.prepare(.tiny())
          try choose(strategy)
        }
      }
      #expect(hostProcesses() == [])
      // Two sockets a round would be 120; other tests of this process may hold some of their own.
      #expect(openSockets() - before < 60)
      #expect(!openFiles().contains { $0.hasSuffix("libhostile.so") })
    }

    private func weights(of behavior: String) throws -> Weights {
      let strategy = try HostileLibrary(behavior).strategy()
      defer { strategy.finish() }
      try strategy.prepare(.tiny())
      return try choose(strategy)
    }

    /// The fault of one run; its process is gone afterwards.
    private func fault(of behavior: String, limits: CallLimits = patient) throws -> StrategyFault {
      let strategy = try HostileLibrary(behavior).strategy(limits: limits)
      let fault = #expect(throws: StrategyFault.self) {
        try strategy.prepare(.tiny())
        try choose(strategy)
      }
      #expect(hostProcesses() == [])
      return try #require(fault)
    }

    @discardableResult
    private func choose(_ strategy: PluginStrategy) throws -> Weights {
      try strategy.chooseWeights(best: nil, current: WeighingProblem.tiny().defaultWeights)
    }
  }
}

/// Children of this process that are strategy hosts, zombies included.
private func hostProcesses() -> [String] {
  let numbers = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
  return numbers.filter { number in
    guard Int32(number) != nil, let text = try? String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8),
      let end = text.lastIndex(of: ")")
    else { return false }
    // "pid (name) state parent …"; names are cut at 15 bytes.
    let fields = text[end...].split(separator: " ")
    return text.contains("(horarium-strate") && fields.count > 2 && fields[2] == "\(getpid())"
  }
}

private func openFiles() -> [String] {
  let numbers = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
  return numbers.compactMap { try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/" + $0) }
}

private func openSockets() -> Int { openFiles().count { $0.hasPrefix("socket:") } }
