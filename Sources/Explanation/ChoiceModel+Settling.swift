import Optimization

extension ChoiceModel {
  /// What is left to choose once these literals hold: the choices that are open, as a model of its own.
  struct Rest {
    var model: ChoiceModel
    /// By position in `model`.
    var choices: [Int]
    /// What the settled literals cost.
    var cost: Int64
  }

  /// `settled` has a literal of each choice, or −1 for what is open. Nil where settled literals exclude one another.
  func settling(_ settled: [Int32]) -> Rest? {
    var holds = [Bool](repeating: false, count: literalCount)
    for literal in settled where literal >= 0 { holds[Int(literal)] = true }
    let open = (0..<choiceCount).filter { settled[$0] < 0 }
    var number = [Int32](repeating: -1, count: literalCount)
    var begin: [Int32] = [0]
    for choice in open {
      let literals = choiceBegin[choice]..<choiceBegin[choice + 1]
      for literal in literals { number[Int(literal)] = begin[begin.count - 1] + literal - literals.lowerBound }
      begin.append(begin[begin.count - 1] + Int32(literals.count))
    }
    var rows: [AtMost] = []
    for row in atMost {
      let bound = Int64(row.bound) - row.count { holds[Int($0)] }
      if bound < 0 { return nil }
      let left = row.literals.indices.filter { number[Int(row.literals[$0])] >= 0 }
      let rest = AtMost(
        literals: left.map { number[Int(row.literals[$0])] }, bound: Int32(bound),
        weights: row.weights.isEmpty ? [] : left.map { row.weights[$0] })
      if rest.count(where: { _ in true }) > bound { rows.append(rest) }
    }
    let own = costs.isEmpty ? [] : open.flatMap { costs[Int(choiceBegin[$0])..<Int(choiceBegin[$0 + 1])] }
    return Rest(
      model: ChoiceModel(
        choiceBegin: begin, isRequired: open.map { isRequired[$0] }, atMost: rows,
        costs: own.contains { $0 != 0 } ? own : []),
      choices: open,
      cost: costs.isEmpty ? 0 : settled.reduce(0) { $1 < 0 ? $0 : $0 + costs[Int($1)] })
  }

  /// The settled literals with those chosen of the rest.
  func completing(_ settled: [Int32], _ rest: Rest, _ chosen: [Int32]) -> [Int32] {
    var all = settled
    for (position, choice) in rest.choices.enumerated() {
      all[choice] = choiceBegin[choice] + chosen[position] - rest.model.choiceBegin[position]
    }
    return all
  }
}
