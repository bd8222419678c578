import Optimization

/// Tries every combination, depth first, leaving a branch where a rule counts too much. For models of some ten choices.
struct BacktrackingSolver: ExactSolver {
  let name = "backtracking"

  func solve(_ model: ChoiceModel, limit: ExactLimit, isCancelled: @Sendable () -> Bool) throws -> ExactResult {
    var search = Search(model)
    search.descend(0, cost: 0)
    guard let best = search.best else { return .infeasible }
    return .solution(chosen: best.chosen, cost: best.cost, isOptimal: true)
  }

  private struct Search {
    let model: ChoiceModel
    let rulesOf: [[Int]]
    var counts: [Int32]
    var chosen: [Int32] = []
    var best: (chosen: [Int32], cost: Int64)?

    init(_ model: ChoiceModel) {
      self.model = model
      var rulesOf = [[Int]](repeating: [], count: model.literalCount)
      for (rule, value) in model.atMost.enumerated() {
        for literal in value.literals { rulesOf[Int(literal)].append(rule) }
      }
      self.rulesOf = rulesOf
      counts = [Int32](repeating: 0, count: model.atMost.count)
    }

    mutating func descend(_ choice: Int, cost: Int64) {
      if let best, model.costs.isEmpty || cost >= best.cost { return }
      guard choice < model.choiceCount else {
        best = (chosen, cost)
        return
      }
      for literal in model.choiceBegin[choice]..<model.choiceBegin[choice + 1] {
        let rules = rulesOf[Int(literal)]
        guard rules.allSatisfy({ counts[$0] < model.atMost[$0].bound }) else { continue }
        for rule in rules { counts[rule] += 1 }
        chosen.append(literal)
        descend(choice + 1, cost: cost + (model.costs.isEmpty ? 0 : model.costs[Int(literal)]))
        chosen.removeLast()
        for rule in rules { counts[rule] -= 1 }
      }
    }
  }
}
