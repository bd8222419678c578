import Optimization
import Testing
import Timetabling
import WeightingPlugins

private let shippedIDs = ["balanced", "compact-days", "even-load", "faculty-first", "room-efficient", "ud2"]
  .map { "org.horarium." + $0 }

extension StrategyProcesses {
  @Suite("Every strategy we ship")
  struct ConformanceTests {
    @Test("is found, with nothing at fault, behind all walls this kernel has")
    func catalog() throws {
      #expect(Built.shipped.faults == [])
      #expect(Built.shipped.strategies.map(\.identity.id) == shippedIDs)
      #expect(Built.shipped.strategies.allSatisfy { $0.walls.contains("limits") && $0.walls.contains("seccomp") })
      #expect(Set(Built.shipped.strategies.map(\.identity.digest)).count == shippedIDs.count)
    }

    @Test("says who it is and declares two to four options", arguments: shippedIDs)
    func describes(id: String) throws {
      let strategy = try #require(Built.shipped[id])
      #expect(!strategy.name.isEmpty && strategy.summary.hasSuffix("."))
      #expect((2...4).contains(strategy.options.count))
      #expect(strategy.options.allSatisfy { $0.summary.hasSuffix(".") })
      #expect(strategy.identity.digest.count == 64)
    }

    @Test("gives the same weights in every process and at every call", arguments: shippedIDs)
    func repeatable(id: String) throws {
      let problem = WeighingProblem.tiny()
      let first = try weights(id, problem)
      #expect(try weights(id, problem) == first)

      let strategy = try Built.shipped.makeStrategy(id: id, seed: 9, limits: patient)
      try strategy.prepare(problem)
      let early = try strategy.chooseWeights(best: nil, current: problem.defaultWeights)
      let late = try strategy.chooseWeights(best: problem.solution, current: early)
      strategy.finish()
      #expect(early == first)
      #expect(late == first)
    }

    @Test("weighs problems without meetings, and with ten thousand", arguments: shippedIDs)
    func sizes(id: String) throws {
      var problem = WeighingProblem.tiny()
      for count in [0, 10_000] {
        problem.meetingTeacher = [UInt32](repeating: 0, count: count)
        problem.meetingGroupsBegin = (0...UInt32(count)).map { $0 }
        problem.meetingGroups = [UInt32](repeating: 1, count: count)
        let strategy = try Built.shipped.makeStrategy(id: id, seed: 1, limits: patient)
        try strategy.prepare(problem)
        #expect(throws: Never.self) {
          try strategy.chooseWeights(best: problem.solution, current: problem.defaultWeights)
        }
        strategy.finish()
      }
    }

    @Test("every option changes the weights between its bounds", arguments: shippedIDs)
    func options(id: String) throws {
      // A constraint that UD2 does not know is there for its option 'others'.
      let problem = WeighingProblem.tiny(["course.min-working-days", "teacher.max-gaps-per-day"])
      for option in try #require(Built.shipped[id]).options {
        let low = try weights(id, problem, [option.id: option.range.lowerBound])
        let high = try weights(id, problem, [option.id: option.range.upperBound])
        #expect(low != high, "\(option.id)")
      }
    }

    @Test("can be prepared again after finish", arguments: shippedIDs)
    func again(id: String) throws {
      let problem = WeighingProblem.tiny()
      let strategy = try Built.shipped.makeStrategy(id: id, seed: 1, limits: patient)
      for _ in 1...2 {
        try strategy.prepare(problem)
        #expect(throws: Never.self) { try strategy.chooseWeights(best: nil, current: problem.defaultWeights) }
        strategy.finish()
      }
    }
  }

  @Suite("Shipped weights")
  struct ShippedWeightsTests {
    @Test("put the named criterion on top")
    func leaders() throws {
      let leaders: [String: Criterion] = [
        "faculty-first": .facultyPreference, "compact-days": .compactness, "room-efficient": .roomUtilization,
        "even-load": .workloadBalance,
      ]
      let problem = WeighingProblem.tiny()
      let six = Criterion.allCases.prefix(6)
      for (name, leader) in leaders {
        let weights = try weights("org.horarium." + name, problem).values
        let heaviest = six.max { weights[index($0)] < weights[index($1)] }
        #expect(heaviest == leader, "\(name)")
      }
    }

    @Test("are the recorded shares for Balanced: .20 .25 .15 .20 .10 .10")
    func balanced() throws {
      let weights = try weights("org.horarium.balanced", .tiny()).values
      #expect(Array(weights[..<6]) == [200_000, 250_000, 150_000, 200_000, 100_000, 100_000])
    }

    @Test("emphasis moves weight without making more of it")
    func emphasis() throws {
      let plain = try weights("org.horarium.compact-days", .tiny()).values
      let strong = try weights("org.horarium.compact-days", .tiny(), ["emphasis": 2]).values
      #expect(strong[index(.compactness)] == 2 * plain[index(.compactness)])
      #expect(abs(strong.reduce(0, +) - plain.reduce(0, +)) < 12)
    }

    @Test("leave weighted constraints at their given weight, except for UD2")
    func constraints() throws {
      for id in shippedIDs where id != "org.horarium.ud2" {
        #expect(try weights(id, .tiny()).values.suffix(2) == [1_000, 1_000], "\(id)")
      }
    }

    @Test("of UD2 are 5, 2, 1, 1 for its four constraints, 1 for others and 0 for criteria")
    func ud2() throws {
      let problem = WeighingProblem.tiny([
        "course.min-working-days", "group.isolated-periods", "course.room-stability", "room.capacity",
        "teacher.max-gaps-per-day",
      ])
      let weights = try weights("org.horarium.ud2", problem).values
      #expect(weights == [Int32](repeating: 0, count: 12) + [5, 2, 1, 1, 1])
    }

    @Test("do not exist where UD2 finds no constraint: it says so")
    func ud2WithoutConstraints() throws {
      let fault = #expect(throws: StrategyFault.self) { try weights("org.horarium.ud2", .tiny([])) }
      #expect(fault?.kind == .invalidProblem)
      #expect(fault?.message.contains("no weighted constraint") == true)
    }

    private func index(_ criterion: Criterion) -> Int { Criterion.allCases.firstIndex(of: criterion)! }
  }
}

/// One run of a shipped strategy, in a process of its own.
private func weights(
  _ id: String, _ problem: WeighingProblem, _ options: [String: Double] = [:]
) throws -> Weights {
  let strategy = try Built.shipped.makeStrategy(id: id, options: options, seed: 9, limits: patient)
  defer { strategy.finish() }
  try strategy.prepare(problem)
  return try strategy.chooseWeights(best: nil, current: problem.defaultWeights)
}
