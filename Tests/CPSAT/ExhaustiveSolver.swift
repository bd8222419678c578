import Optimization

/// Tries every combination, depth first: slow, and plainly right. For models of about 12 choices.
struct ExhaustiveSolver: ExactSolver {
  let name = "exhaustive"

  func solve(_ model: ChoiceModel, limit: ExactLimit, isCancelled: @Sendable () -> Bool) throws -> ExactResult {
    var search = Search(model: model)
    search.descend(to: 0)
    guard let best = search.best else { return .infeasible }
    return .solution(chosen: best.chosen, cost: best.cost, isOptimal: true)
  }

  private struct Search {
    let model: ChoiceModel
    var chosen: [Int32] = []
    var best: (chosen: [Int32], cost: Int64)?

    init(model: ChoiceModel) { self.model = model }

    mutating func descend(to choice: Int) {
      guard choice < model.choiceCount else {
        let cost = model.costs.isEmpty ? 0 : chosen.filter { $0 >= 0 }.reduce(0) { $0 + model.costs[Int($1)] }
        if best == nil || cost < best!.cost { best = (chosen, cost) }
        return
      }
      var options = Array(model.choiceBegin[choice]..<model.choiceBegin[choice + 1])
      if !model.isRequired[choice] { options.append(-1) }
      for option in options {
        chosen.append(option)
        if isAllowed() { descend(to: choice + 1) }
        chosen.removeLast()
      }
    }

    private func isAllowed() -> Bool {
      model.atMost.allSatisfy { rule in rule.count(where: chosen.contains) <= Int64(rule.bound) }
    }
  }
}
