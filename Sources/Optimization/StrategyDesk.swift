import Timetabling

/// Speaks with one variant's strategy and holds the weights in force.
final class StrategyDesk {
  let name: String
  let strategy: any WeightingStrategy
  private(set) var identity: StrategyIdentity
  private(set) var weights: Weights
  private(set) var notes: [RunNote] = []
  private let isStrict: Bool
  private let defaults: Weights
  private var hasFailed = false
  private var calls: UInt64 = 0

  init(_ plan: VariantPlan, _ compiled: CompiledProblem) throws {
    name = plan.name
    strategy = plan.strategy
    identity = plan.strategy.identity
    isStrict = plan.isStrict
    let terms = compiled.problem.objectiveTerms
    defaults = Weights(terms.map(\.defaultWeight))
    weights = defaults
    try ask {
      try strategy.prepare(Self.view(compiled, terms))
      return try strategy.chooseWeights(best: nil, current: defaults)
    }
  }

  /// Asks again with the best timetable so far; true when the weights changed.
  func reconsider(_ best: Snapshot, _ compiled: CompiledProblem, _ scoring: Scoring) throws -> Bool {
    if hasFailed || strategy is FixedWeights { return false }
    let before = weights
    let state = SearchState(scoring)
    state.load(best)
    let timetable = Publishing(state: state).timetable(explainsUnplaced: false)
    let violations = PlainEvaluator(compiled.index).perTermViolations(timetable, base: scoring.base).map(Int64.init)
    let solution = WeighingSolution(
      slots: (0..<compiled.meetingCount).map { Self.slot(best.times[$0], compiled) },
      rooms: (0..<compiled.meetingCount).map {
        best.times[$0] < 0 || Int(best.rooms[$0]) >= compiled.roomCount ? UInt32.max : UInt32(best.rooms[$0])
      }, violations: violations, iteration: calls)
    try ask { try strategy.chooseWeights(best: solution, current: before) }
    return weights != before
  }

  private func ask(_ question: () throws -> Weights) throws {
    calls += 1
    do {
      let answer = try question()
      guard answer.values.count == defaults.values.count, answer.values.allSatisfy(Weights.range.contains) else {
        throw BadWeights(expected: defaults.values.count, values: answer.values)
      }
      weights = answer
    } catch {
      if isStrict { throw GenerationError.strategy(variant: name, message: "\(error)") }
      hasFailed = true
      weights = defaults
      notes.append(
        RunNote(
          stage: .preparing,
          what: "The strategy \(identity.id) failed; variant '\(name)' uses the problem's default weights.",
          why: "\(error)"))
      identity = FixedWeights().identity
    }
  }

  private struct BadWeights: Error, CustomStringConvertible {
    let expected: Int
    let values: [Int32]
    var description: String {
      "It answered \(values.count) weights for \(expected) terms, or some outside 0...1,000,000: "
        + values.prefix(8).map(String.init).joined(separator: ", ") + "."
    }
  }

  private static func slot(_ time: Int32, _ compiled: CompiledProblem) -> UInt32 {
    guard time >= 0 else { return .max }
    return UInt32(Int(compiled.times[Int(time)].day) * compiled.periodCount + Int(compiled.times[Int(time)].first))
  }

  private static func view(_ compiled: CompiledProblem, _ terms: [ObjectiveTerm]) -> WeighingProblem {
    var begin: [UInt32] = [0]
    var groups: [UInt32] = []
    var teachers: [UInt32] = []
    for meeting in 0..<compiled.meetingCount {
      let lesson = compiled.lesson(of: meeting)
      teachers.append(compiled.teachersInOrder[lesson].first.map(UInt32.init) ?? .max)
      groups += compiled.index.lessons[lesson].groups.map(UInt32.init)
      begin.append(UInt32(groups.count))
    }
    return WeighingProblem(
      slotCount: compiled.dayCount * compiled.periodCount, slotsPerDay: compiled.periodCount,
      roomCount: compiled.roomCount, teacherCount: compiled.problem.teachers.count,
      groupCount: compiled.problem.groups.count, terms: terms, meetingTeacher: teachers, meetingGroupsBegin: begin,
      meetingGroups: groups)
  }
}
