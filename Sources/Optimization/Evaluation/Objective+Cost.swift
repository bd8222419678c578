import Timetabling

/// The number a variant is judged by, for a timetable from anywhere.
///
/// Σ term weight × constraint weight × violations × `scale` + Σ criterion weight × `scale` × (units − best) /
/// (worst − best), each criterion's share rounded down to a whole cost of one unit. Where no criterion has a weight,
/// `scale` is 1: the cost is exactly the weighted sum of violations, such as ITC-2007's objective.
public struct Objective: Sendable {
  public let scale: Int64
  private let index: ProblemIndex
  private let base: Timetable?
  private let measure: Measure

  public init(_ index: ProblemIndex, weights: Weights, base: Timetable? = nil) {
    let bounds = CriterionBounds(index, base: base)
    self.init(index, weights: weights, base: base, bounds: Criterion.allCases.map { bounds.bounds(of: $0) })
  }

  init(_ index: ProblemIndex, weights: Weights, base: Timetable?, bounds: [(best: Int, worst: Int)]) {
    self.index = index
    self.base = base
    measure = Measure(
      terms: index.problem.objectiveTerms, weights: weights, bounds: bounds, problem: index.problem)
    scale = measure.scale
  }

  public func cost(of timetable: Timetable) -> Int64 {
    let evaluator = PlainEvaluator(index)
    var cost = measure.offset
    for (criterion, unit) in zip(Criterion.allCases, measure.unitWeights) where unit != 0 {
      cost += unit * Int64(evaluator.units(of: criterion, in: timetable, base: base))
    }
    for (constraint, weight) in zip(index.problem.constraints, measure.constraintWeights)
    where weight != 0 && constraint.enforcement != .hard {
      cost += weight * Int64(evaluator.violations(of: constraint, in: timetable))
    }
    return cost
  }
}
