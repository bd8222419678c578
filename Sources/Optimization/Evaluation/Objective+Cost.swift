import Timetabling

/// The number a variant is judged by, for a timetable from anywhere.
///
/// Σ term weight × constraint weight × violations × `scale` + Σ criterion weight × `scale` × (units − best) /
/// (worst − best), each criterion's share rounded down to a whole cost of one unit. Where no criterion has a weight,
/// `scale` is 1: the cost is exactly the weighted sum of violations, such as ITC-2007's objective.
///
/// Each meeting that is missing and each hard rule that is broken costs `faultPrice` on top, more than everything else
/// together can: what is left out saves gaps and rooms, which would make an empty timetable the best of all.
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

  public static let faultPrice: Int64 = 10_000_000_000_000

  /// The cost of a timetable with so many faults.
  public static func cost(soft: Int64, missing: Int, broken: Int) -> Int64 {
    let faults = Int64(missing + broken)
    return faults == 0 ? soft : max(0, soft) + faults * faultPrice
  }

  public func cost(of timetable: Timetable) -> Int64 {
    Self.cost(
      soft: softCost(of: timetable), missing: index.missingMeetings(in: timetable).count,
      broken: ConflictDetector(index).hardViolations(of: timetable))
  }

  /// Without the price of faults; below 0 where meetings that are missing leave criteria under their best bounds.
  package func softCost(of timetable: Timetable) -> Int64 {
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
