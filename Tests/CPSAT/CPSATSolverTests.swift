import CPSAT
import Optimization
import Synchronization
import Testing

@Suite("CP-SAT, against a search that tries everything")
struct CPSATSolverTests {
  let solver: CPSATSolver

  init() throws { solver = try CPSATSolver.locate(folder: ortoolsFolder) }

  @Test("agrees with the exhaustive search on feasibility and least cost", arguments: 1...120 as ClosedRange<UInt64>)
  func agrees(seed: UInt64) throws {
    let model = ChoiceModel.random(seed: seed)

    let found = try solver.solve(model, limit: .ample) { false }
    let expected = try ExhaustiveSolver().solve(model, limit: .ample) { false }

    switch (found, expected) {
    case (.infeasible, .infeasible): break
    case (.solution(let chosen, let cost, let isOptimal), .solution(_, let leastCost, _)):
      #expect(isOptimal)
      #expect(cost == leastCost)
      #expect(model.allows(chosen))
    default: Issue.record("CP-SAT says \(found), the exhaustive search \(expected)")
    }
  }

  @Test("proves that nine pigeons do not fit in eight holes")
  func infeasible() throws {
    let result = try solver.solve(.pigeons(9, in: 8), limit: .ample) { false }
    #expect(result == .infeasible)
  }

  @Test("seats eight pigeons in eight holes")
  func feasible() throws {
    guard
      case .solution(let chosen, 0, true) = try solver.solve(.pigeons(8, in: 8), limit: .ample, isCancelled: { false })
    else { return #expect(Bool(false), "no solution") }
    #expect(Set(chosen.map { $0 % 8 }).count == 8)
  }

  @Test("the same model, seed and deterministic limit give the same answer")
  func repeatable() throws {
    let model = ChoiceModel.large(count: 30, seed: 5)
    let limit = ExactLimit(seconds: 120, deterministicTime: 0.2, seed: 7)
    let first = try solver.solve(model, limit: limit) { false }
    #expect(try solver.solve(model, limit: limit) { false } == first)
  }

  @Test("a limit of nothing is unknown, not infeasible")
  func zeroLimit() throws {
    let nothing = ExactLimit(seconds: 0, deterministicTime: 1, seed: 1)
    #expect(try solver.solve(.pigeons(8, in: 8), limit: nothing) { false } == .unknown)
    let tiny = ExactLimit(seconds: 60, deterministicTime: 1e-9, seed: 1)
    let result = try solver.solve(.pigeons(11, in: 10), limit: tiny) { false }
    #expect(result == .unknown || result == .infeasible)
  }

  @Test("a cancelled solve ends, and the library serves the next one")
  func cancel() throws {
    let polls = Mutex(0)
    let result = try solver.solve(.large(count: 120, seed: 3), limit: .ample) {
      polls.withLock {
        $0 += 1
        return $0 > 5
      }
    }
    #expect(result == .cancelled)
    #expect(try solver.solve(.pigeons(3, in: 2), limit: .ample) { false } == .infeasible)
  }

  @Test("a solve that was cancelled before it began is not begun")
  func cancelledBefore() throws {
    #expect(try solver.solve(.pigeons(8, in: 8), limit: .ample) { true } == .cancelled)
  }

  @Test("with a complete hint the answer is never worse than the hint, however soon the limit")
  func hint() throws {
    var model = ChoiceModel.large(count: 60, seed: 11)
    let long = ExactLimit(seconds: 120, deterministicTime: 1, seed: 1)
    guard case .solution(let good, let goodCost, _) = try solver.solve(model, limit: long, isCancelled: { false })
    else { return #expect(Bool(false), "no solution") }
    let short = ExactLimit(seconds: 120, deterministicTime: 0.02, seed: 1)
    model.hint = good
    guard case .solution(_, let cost, _) = try solver.solve(model, limit: short, isCancelled: { false })
    else { return #expect(Bool(false), "no solution from a hint") }
    #expect(cost <= goodCost)
  }

  @Test("a wrong hint misleads nobody")
  func wrongHint() throws {
    var model = ChoiceModel.pigeons(4, in: 4)
    model.hint = [0, 4, 8, 12]
    guard case .solution(let chosen, _, true) = try solver.solve(model, limit: .ample, isCancelled: { false })
    else { return #expect(Bool(false), "no solution") }
    #expect(model.allows(chosen))
  }

  @Test("two solves at once do not disturb one another")
  func together() async throws {
    let results = try await withThrowingTaskGroup(of: ExactResult.self) { group in
      for (pigeons, holes) in [(8, 7), (7, 7)] as [(Int32, Int32)] {
        group.addTask { try solver.solve(.pigeons(pigeons, in: holes), limit: .ample) { false } }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(results.count { $0 == .infeasible } == 1)
  }

  @Test("an empty model has the empty answer")
  func empty() throws {
    let result = try solver.solve(ChoiceModel(choiceBegin: [0], isRequired: [], atMost: []), limit: .ample) { false }
    #expect(result == .solution(chosen: [], cost: 0, isOptimal: true))
  }
}
