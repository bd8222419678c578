import Optimization

/// Choices of a model that rows tie together, with these rows: each part has a solution, or has none, by itself.
struct ModelPart {
  var choices: [Int]
  var rows: [Int]
}

extension ChoiceModel {
  /// The parts, the smallest first. A choice that neither a row nor a cost speaks of is in none.
  func parts() -> [ModelPart] {
    let owner = choiceOfLiteral
    var root = Array(0..<choiceCount)
    func find(_ choice: Int) -> Int {
      var choice = choice
      while root[choice] != choice {
        root[choice] = root[root[choice]]
        choice = root[choice]
      }
      return choice
    }
    var isSpokenOf = [Bool](repeating: false, count: choiceCount)
    for row in atMost {
      guard let first = row.literals.first else { continue }
      let home = find(Int(owner[Int(first)]))
      for literal in row.literals {
        isSpokenOf[Int(owner[Int(literal)])] = true
        root[find(Int(owner[Int(literal)]))] = home
      }
    }
    for (literal, cost) in costs.enumerated() where cost != 0 { isSpokenOf[Int(owner[literal])] = true }

    var parts: [Int: ModelPart] = [:]
    for choice in 0..<choiceCount where isSpokenOf[choice] {
      parts[find(choice), default: ModelPart(choices: [], rows: [])].choices.append(choice)
    }
    for (number, row) in atMost.enumerated() {
      if let first = row.literals.first { parts[find(Int(owner[Int(first)]))]?.rows.append(number) }
    }
    return parts.values.sorted { ($0.choices.count, $0.choices[0]) < ($1.choices.count, $1.choices[0]) }
  }

  /// A part as a model of its own. Its literals are numbered anew, in their order.
  func model(of part: ModelPart) -> ChoiceModel {
    var begin: [Int32] = [0]
    var numbers: [Int32: Int32] = [:]
    for choice in part.choices {
      let literals = choiceBegin[choice]..<choiceBegin[choice + 1]
      for literal in literals { numbers[literal] = begin[begin.count - 1] + literal - literals.lowerBound }
      begin.append(begin[begin.count - 1] + Int32(literals.count))
    }
    let rows = part.rows.map { number in
      AtMost(
        literals: atMost[number].literals.compactMap { numbers[$0] }, bound: atMost[number].bound,
        weights: atMost[number].weights)
    }
    let own = costs.isEmpty ? [] : part.choices.flatMap { costs[Int(choiceBegin[$0])..<Int(choiceBegin[$0 + 1])] }
    return ChoiceModel(
      choiceBegin: begin, isRequired: part.choices.map { isRequired[$0] }, atMost: rows,
      costs: own.contains { $0 != 0 } ? own : [])
  }

  /// The literals of a part's solution in this model's numbers.
  func literals(_ chosen: [Int32], of part: ModelPart, in model: ChoiceModel) -> [Int32] {
    zip(part.choices, chosen).enumerated().map { position, pair in
      choiceBegin[pair.0] + pair.1 - model.choiceBegin[position]
    }
  }

  /// The cheapest literal of a required choice that is alone in its part; nil where every literal is forbidden.
  func cheapest(alone part: ModelPart) -> Int32? {
    let forbidden = Set(part.rows.filter { atMost[$0].bound < 1 }.flatMap { atMost[$0].literals })
    return (choiceBegin[part.choices[0]]..<choiceBegin[part.choices[0] + 1]).filter { !forbidden.contains($0) }
      .min { one, other in costs.isEmpty ? one < other : (costs[Int(one)], one) < (costs[Int(other)], other) }
  }

  private var choiceOfLiteral: [Int32] {
    var owner = [Int32](repeating: 0, count: literalCount)
    for choice in 0..<choiceCount {
      for literal in choiceBegin[choice]..<choiceBegin[choice + 1] { owner[Int(literal)] = Int32(choice) }
    }
    return owner
  }
}
