/// The slow, obviously correct measure of a timetable. What it says is what people are shown.
///
/// Each criterion and constraint is counted from the timetable alone, as its doc comment reads. The engine counts
/// the same move by move and is tested against this.
public struct PlainEvaluator: Sendable {
  let index: ProblemIndex

  public init(_ problem: Problem) { self.init(ProblemIndex(problem)) }

  public init(_ index: ProblemIndex) { self.index = index }

  /// Everything at once. Bounds that an incomplete or invalid timetable leaves are widened to hold it.
  public func score(_ timetable: Timetable, base: Timetable? = nil) -> ScoreCard {
    let placed = PlacedMeetings(timetable, index)
    let bounds = CriterionBounds(index, base: base)
    let criteria = Criterion.allCases.map { criterion in
      let units = units(of: criterion, in: placed, base: base)
      let (best, worst) = bounds.bounds(of: criterion)
      return CriterionScore(criterion: criterion, units: units, best: min(best, units), worst: max(worst, units))
    }
    return ScoreCard(
      criteria: criteria, constraintViolations: weightedViolations(in: placed),
      hardViolations: ConflictDetector(index).hardViolations(of: timetable),
      placedMeetings: placed.distinct,
      unplacedMeetings: index.problem.lessons.reduce(0) { $0 + $1.meetingsPerWeek } - placed.distinct)
  }

  public func units(of criterion: Criterion, in timetable: Timetable, base: Timetable? = nil) -> Int {
    units(of: criterion, in: PlacedMeetings(timetable, index), base: base)
  }

  /// Not multiplied by the constraint's weight.
  public func violations(of constraint: Constraint, in timetable: Timetable) -> Int {
    violations(of: constraint, in: PlacedMeetings(timetable, index))
  }

  /// One number for each term of the objective: the criteria's units in catalogue order, then for each kind
  /// of weighted constraint in use, in catalogue order, its violations times their constraints' weights.
  public func perTermViolations(_ timetable: Timetable, base: Timetable? = nil) -> [Int] {
    let placed = PlacedMeetings(timetable, index)
    let byKind = weightedViolations(in: placed)
    return Criterion.allCases.map { units(of: $0, in: placed, base: base) }
      + ConstraintKind.allCases.compactMap { byKind[$0.rawValue] }
  }

  private func weightedViolations(in placed: PlacedMeetings) -> [String: Int] {
    index.problem.constraints.reduce(into: [:]) { sums, constraint in
      guard case .weighted(let weight) = constraint.enforcement else { return }
      sums[constraint.kind.rawValue, default: 0] += weight * violations(of: constraint, in: placed)
    }
  }

  func violations(of constraint: Constraint, in placed: PlacedMeetings) -> Int {
    violations(of: constraint, index.subjects(of: constraint), in: placed)
  }

  /// Counted for some of the constraint's teachers or groups, or for all of its lessons.
  func violations(of constraint: Constraint, _ subjects: [Int], in placed: PlacedMeetings) -> Int {
    switch constraint.kind.subject {
    case .teachers:
      return subjects.reduce(0) {
        $0 + worstWeek(of: constraint, placed.ofTeacher[$1], blocked: index.teacherBlocked[$1], in: placed)
      }
    case .groups:
      return subjects.reduce(0) {
        $0 + worstWeek(of: constraint, placed.ofGroup($1), blocked: index.groupBlocked[$1], in: placed)
      }
    case .lessons: return lessonViolations(of: constraint, set: subjects, in: placed)
    }
  }
}
