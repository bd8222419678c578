/// Which of several timetables nobody needs to consider.
extension ScoreCard {
  /// Whether everything has a place and no hard rule is broken: only then do the other measures tell how good it is.
  public var isWhole: Bool { unplacedMeetings == 0 && hardViolations == 0 }

  /// Whether this timetable is in nothing worse than the other, and better in something: hard violations, meetings left
  /// out, every criterion, every kind of weighted constraint (Pareto dominance).
  public func dominates(_ other: ScoreCard) -> Bool {
    let kinds = Set(constraintViolations.keys).union(other.constraintViolations.keys).sorted()
    let pairs = Array(zip(measures(kinds), other.measures(kinds)))
    return pairs.allSatisfy { $0 <= $1 } && pairs.contains { $0 < $1 }
  }

  /// Less is better. What was not measured cannot be compared: it stands for the worst.
  private func measures(_ kinds: [String]) -> [Int] {
    [hardViolations, unplacedMeetings] + Criterion.allCases.map { self[$0]?.units ?? .max }
      + kinds.map { constraintViolations[$0] ?? 0 }
  }
}
