import Optimization

/// Puts the rows of rules together to a model for the exact solver.
///
/// Choices 0..<(number of meetings) are the meetings, in order; candidates of pools, helpers and slack follow.
///
/// A meeting that need not be held is nowhere, and no rule speaks of it, but where somebody's other meetings may be what
/// keeps a rule (a gap is filled, a day is long enough): there it may be held at any time, or be left out. So what is
/// impossible stays so with more meetings to hold.
struct TimeModelMaker {
  let times: MeetingTimes
  private let held: Members
  private let holdsAll: Bool
  private(set) var sizes: [Int32]
  private(set) var rows: [ChoiceModel.AtMost] = []
  /// The rule of each row, as a position that the caller gave; −1 for "this meeting is held".
  private(set) var rules: [Int] = []
  private var literalCount: Int32
  private var costs: [Int32: Int64] = [:]

  /// Meetings that are not held are left out. Of the others each may be, where `mayBeLeftOut`.
  init(_ times: MeetingTimes, held: Members, mayBeLeftOut: Bool = false) {
    self.times = times
    self.held = held
    holdsAll = held.count == times.meetings.count
    sizes = times.meetings.map { Int32($0.optionCount + 1) } + times.candidates.map { _ in 2 }
    literalCount = Int32(times.literalCount)
    guard !mayBeLeftOut else { return }
    for meeting in held { append(ChoiceModel.AtMost(literals: [times.meetings[meeting].leftOut], bound: 0), -1) }
  }

  /// Adds a rule; with `slack` each row may hold that many literals more, each at a cost of 1.
  mutating func add(_ rule: RuleRows, _ position: Int, slack: Int = 0) {
    let base = literalCount
    sizes += rule.helpers
    literalCount += rule.helpers.reduce(0, +)
    for row in rule.rows {
      var (literals, bound) = rule.needsOthers ? (row.literals, row.bound) : heldPart(of: row)
      if !rule.helpers.isEmpty { literals = literals.map { $0 >= 0 ? $0 : base - 1 - $0 } }
      let spare = min(slack, literals.count - Int(bound))
      for _ in 0..<max(0, spare) {
        sizes.append(2)
        // The first literal: the spare room is used.
        costs[literalCount] = 1
        literals.append(literalCount + 1)
        literalCount += 2
      }
      append(ChoiceModel.AtMost(literals: literals, bound: bound + Int32(max(0, spare))), position)
    }
  }

  /// What is left of a row once the meetings that are not held are left out.
  private func heldPart(of row: RuleRows.Row) -> ([Int32], Int32) {
    if holdsAll { return (row.literals, row.bound) }
    var (literals, bound) = ([Int32](), row.bound)
    for literal in row.literals {
      if literal < 0 || times.owner[Int(literal)] < 0 || held.contains(Int(times.owner[Int(literal)])) {
        literals.append(literal)
      } else if literal == times.meetings[Int(times.owner[Int(literal)])].leftOut {
        bound = max(0, bound - 1)
      }
    }
    return (literals, bound)
  }

  private mutating func append(_ row: ChoiceModel.AtMost, _ rule: Int) {
    guard row.literals.count > row.bound else { return }
    rows.append(row)
    rules.append(rule)
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
