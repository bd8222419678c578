import Timetabling

/// A timetable's cost, taken apart: what each criterion and constraint, lesson and person contributes.
///
/// Of a timetable without faults Σ `items.cost` is exactly what `Objective` says; each fault adds `Objective.faultPrice`.
public struct CostBreakdown: Hashable, Sendable, Codable {
  public struct Item: Hashable, Sendable, Codable {
    public var score: ScoreItem
    /// Cost of one unit, or of one violation with its constraint's own weight.
    public var unitCost: Int64
    /// Of the units above the best bound.
    public var cost: Int64

    /// Thousandths of the cost that lies with a share of the item's units. Over all shares these sum up to
    /// 1000 × (`cost` + `unavoidableCost`).
    public func cost(of share: ScoreShare) -> Int64 { Int64(share.thousandths) * unitCost }

    /// Cost of the units that no timetable avoids, as far as the bound tells; the objective leaves it out.
    public var unavoidableCost: Int64 { Int64(score.units) * unitCost - cost }
  }

  public var cost: Int64
  /// Meetings of the problem that the timetable does not hold, and violations of hard rules.
  public var missingMeetings: Int
  public var hardViolations: Int
  public var items: [Item]
  public var constants: InputConstants
}

extension Objective {
  /// In catalogue order: all criteria, then the weighted constraints.
  public static func breakdown(
    of timetable: Timetable, _ index: ProblemIndex, weights: Weights, base: Timetable? = nil
  ) -> CostBreakdown {
    let ranges = CriterionBounds(index, base: base)
    let bounds = Criterion.allCases.map { ranges.bounds(of: $0) }
    let measure = Measure(
      terms: index.problem.objectiveTerms, weights: weights, bounds: bounds, problem: index.problem)
    let breakdown = ScoreAccount(index, base: base).breakdown(of: timetable)
    let weighted = zip(index.problem.constraints, measure.constraintWeights).filter { $0.0.enforcement != .hard }
    let costs = measure.unitWeights + weighted.map(\.1)
    let floors = bounds.map { Int64($0.best) } + weighted.map { _ in 0 }
    let items = zip(breakdown.items, zip(costs, floors)).map { score, weight in
      CostBreakdown.Item(
        score: score, unitCost: weight.0, cost: weight.0 * (Int64(score.units) - weight.1))
    }
    let missing = index.missingMeetings(in: timetable).count
    let broken = ConflictDetector(index).hardViolations(of: timetable)
    return CostBreakdown(
      cost: Objective.cost(soft: items.reduce(0) { $0 + $1.cost }, missing: missing, broken: broken),
      missingMeetings: missing, hardViolations: broken, items: items, constants: breakdown.constants)
  }
}

extension CostBreakdown {
  public struct Contribution: Hashable, Sendable, Codable {
    public var kind: ScoreShare.Kind
    public var id: String
    /// Unavoidable cost included.
    public var costThousandths: Int64
  }

  /// Everything that lies with each lesson, the costliest first.
  public var lessons: [Contribution] { contributions(\.lessons) }
  /// The same by teacher, class group, student, room and time.
  public var holders: [Contribution] { contributions(\.holders) }

  private func contributions(_ shares: KeyPath<ScoreItem, [ScoreShare]>) -> [Contribution] {
    struct Key: Hashable {
      let kind: ScoreShare.Kind
      let id: String
    }
    var sums: [Key: Int64] = [:]
    for item in items where item.unitCost != 0 {
      for share in item.score[keyPath: shares] {
        sums[Key(kind: share.kind, id: share.id), default: 0] += item.cost(of: share)
      }
    }
    return sums.map { Contribution(kind: $0.key.kind, id: $0.key.id, costThousandths: $0.value) }
      .sorted { (-$0.costThousandths, $0.kind.rawValue, $0.id) < (-$1.costThousandths, $1.kind.rawValue, $1.id) }
  }
}
