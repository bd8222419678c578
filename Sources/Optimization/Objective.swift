import Timetabling

/// One thing that costs: a criterion, or all weighted constraints of one kind.
///
/// A strategy sees the terms of a problem in a fixed order and sets a weight for each.
public struct ObjectiveTerm: Hashable, Sendable, Codable {
  public enum Measure: Hashable, Sendable, Codable {
    /// Weighed as a share: at its worst bound a criterion costs its whole weight (times a scale).
    case criterion(Criterion)
    /// Weighed by the piece: each violation, times its constraint's own weight, costs the term's weight.
    case constraints(ConstraintKind)
  }

  public var measure: Measure
  /// 0...1,000,000, before a strategy has spoken.
  public var defaultWeight: Int32

  public init(measure: Measure, defaultWeight: Int32) {
    self.measure = measure
    self.defaultWeight = defaultWeight
  }

  /// `criterion.compactness`, `constraint.course.min-working-days`.
  public var id: String {
    switch measure {
    case .criterion(let criterion): criterion.termID
    case .constraints(let kind): "constraint." + kind.rawValue
    }
  }
}

/// The weights in force, one for each term of the problem, in the order of its terms.
public struct Weights: Hashable, Sendable, Codable {
  public static let range: ClosedRange<Int32> = 0...1_000_000
  public var values: [Int32]

  public init(_ values: [Int32]) { self.values = values }
}

extension Problem {
  /// The twelve criteria in `Criterion.allCases` order, then the kinds of weighted constraints in
  /// use, in catalogue order. Criteria default to weight 0 except the requirements' six
  /// (100,000 each); constraint kinds default to 1,000.
  public var objectiveTerms: [ObjectiveTerm] {
    let six: Set<Criterion> = [
      .facultyPreference, .compactness, .roomUtilization, .workloadBalance, .peakSpreading, .continuity,
    ]
    let criteria = Criterion.allCases.map {
      ObjectiveTerm(measure: .criterion($0), defaultWeight: six.contains($0) ? 100_000 : 0)
    }
    let weighted = Set(constraints.filter { $0.enforcement != .hard }.map(\.kind))
    let kinds = ConstraintKind.allCases.filter(weighted.contains).map {
      ObjectiveTerm(measure: .constraints($0), defaultWeight: 1_000)
    }
    return criteria + kinds
  }
}
