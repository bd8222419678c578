import Optimization

/// Puts the rows of rules together to a model for the exact solver.
///
/// Choices 0..<(number of meetings) are the meetings, in order; helpers and slack follow.
struct TimeModelMaker {
  let times: MeetingTimes
  private(set) var sizes: [Int32]
  private(set) var rows: [ChoiceModel.AtMost] = []
  private var literalCount: Int32
  private var costs: [Int32: Int64] = [:]

  /// `mayBeLeftOut`: whether a meeting need not be held.
  init(_ times: MeetingTimes, mayBeLeftOut: (Int) -> Bool) {
    self.times = times
    sizes = times.meetings.map { Int32($0.optionCount + 1) }
    literalCount = Int32(times.literalCount)
    let needed = times.meetings.indices.filter { !mayBeLeftOut($0) }.map { times.meetings[$0].leftOut }
    if !needed.isEmpty { rows.append(ChoiceModel.AtMost(literals: needed, bound: 0)) }
  }

  /// Adds a rule; with `slack` each row may hold that many literals more, each at a cost of 1.
  mutating func add(_ rule: RuleRows, slack: Int = 0) {
    let base = literalCount
    sizes += rule.helpers
    literalCount += rule.helpers.reduce(0, +)
    for row in rule.rows {
      var literals = row.literals.map { $0 >= 0 ? $0 : base - 1 - $0 }
      let spare = min(slack, literals.count - Int(row.bound))
      for _ in 0..<max(0, spare) {
        sizes.append(2)
        // The first literal: the spare room is used.
        costs[literalCount] = 1
        literals.append(literalCount + 1)
        literalCount += 2
      }
      rows.append(ChoiceModel.AtMost(literals: literals, bound: row.bound + Int32(max(0, spare))))
    }
  }

  mutating func charge(_ literal: Int32, _ cost: Int64) { costs[literal] = cost }

  var model: ChoiceModel {
    var begin: [Int32] = [0]
    begin.reserveCapacity(sizes.count + 1)
    for size in sizes { begin.append(begin[begin.count - 1] + size) }
    var list: [Int64] = []
    if !costs.isEmpty {
      list = [Int64](repeating: 0, count: Int(literalCount))
      for (literal, cost) in costs { list[Int(literal)] = cost }
    }
    return ChoiceModel(
      choiceBegin: begin, isRequired: [Bool](repeating: true, count: sizes.count), atMost: rows, costs: list)
  }
}
