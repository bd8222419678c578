import Optimization

extension ChoiceModel {
  /// Checks every rule that CP-SAT counts on and would abort, or answer nonsense, without.
  func checkForm() throws(CPSATError) {
    func require(_ holds: Bool, _ message: @autoclosure () -> String) throws(CPSATError) {
      if !holds { throw .malformed(message()) }
    }
    try require(
      choiceBegin.count == choiceCount + 1, "\(choiceBegin.count) offsets for \(choiceCount) choices, not one more")
    try require(choiceBegin.first == 0, "the first offset is not 0")
    for (choice, (begin, end)) in zip(choiceBegin, choiceBegin.dropFirst()).enumerated() {
      try require(begin <= end, "choice \(choice) ends at \(end), before it begins at \(begin)")
    }
    try require(
      costs.isEmpty || costs.count == literalCount, "\(costs.count) costs for \(literalCount) literals")
    // Far from the 2^63 that a sum of all of them must not reach.
    let greatest = Int64.max / 4 / Int64(max(literalCount, 1))
    for (literal, cost) in costs.enumerated() {
      try require(cost.magnitude <= greatest.magnitude, "literal \(literal) costs \(cost), beyond ±\(greatest)")
    }
    try require(hint.isEmpty || hint.count == choiceCount, "\(hint.count) hints for \(choiceCount) choices")
    for (choice, literal) in hint.enumerated() where literal != -1 {
      try require(owns(choice, literal), "choice \(choice) is hinted literal \(literal), which is not its own")
    }
    var lastSeenIn = [Int](repeating: -1, count: literalCount)
    for (number, rule) in atMost.enumerated() {
      try require(rule.bound >= 0, "at-most rule \(number) has the bound \(rule.bound)")
      try require(
        rule.weights.isEmpty || rule.weights.count == rule.literals.count,
        "at-most rule \(number) has \(rule.weights.count) weights for \(rule.literals.count) literals")
      for weight in rule.weights {
        try require(weight >= 1, "at-most rule \(number) has the weight \(weight), below 1")
      }
      for literal in rule.literals {
        try require(
          literal >= 0 && literal < literalCount, "at-most rule \(number) counts literal \(literal) of \(literalCount)")
        try require(lastSeenIn[Int(literal)] != number, "at-most rule \(number) counts literal \(literal) twice")
        lastSeenIn[Int(literal)] = number
      }
    }
  }

  func owns(_ choice: Int, _ literal: Int32) -> Bool {
    literal >= choiceBegin[choice] && literal < choiceBegin[choice + 1]
  }

  /// The literal chosen for each choice (−1 for none) and what that costs, after checking every rule of the model
  /// against the 0/1 values of its literals.
  func decode(_ values: [Int64]) throws(CPSATError) -> (chosen: [Int32], cost: Int64) {
    guard values.count == literalCount else {
      throw .untrustworthy("\(values.count) values for \(literalCount) literals")
    }
    if let odd = values.firstIndex(where: { $0 != 0 && $0 != 1 }) {
      throw .untrustworthy("literal \(odd) has the value \(values[odd])")
    }
    var chosen = [Int32](repeating: -1, count: choiceCount)
    var cost: Int64 = 0
    for choice in 0..<choiceCount {
      for literal in choiceBegin[choice]..<choiceBegin[choice + 1] where values[Int(literal)] == 1 {
        guard chosen[choice] == -1 else { throw .untrustworthy("choice \(choice) has two literals") }
        chosen[choice] = literal
        if !costs.isEmpty { cost += costs[Int(literal)] }
      }
      if isRequired[choice] && chosen[choice] == -1 { throw .untrustworthy("required choice \(choice) has no literal") }
    }
    for (number, rule) in atMost.enumerated() {
      let count = rule.count { values[Int($0)] == 1 }
      if count > rule.bound { throw .untrustworthy("at-most rule \(number) counts \(count), above \(rule.bound)") }
    }
    return (chosen, cost)
  }
}
