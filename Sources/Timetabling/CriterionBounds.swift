/// Quick bounds for each criterion: what no timetable can better, and what none exceeds.
///
/// They are arithmetic over lessons and never search. They hold for every complete timetable without hard conflicts;
/// `PlainEvaluator.score` widens them where another kind of timetable lies outside.
public struct CriterionBounds: Sendable {
  let index: ProblemIndex
  let base: Timetable?

  public init(_ problem: Problem, base: Timetable? = nil) { self.init(ProblemIndex(problem), base: base) }

  public init(_ index: ProblemIndex, base: Timetable? = nil) {
    self.index = index
    self.base = base
  }

  /// Units; `best` is never above `worst`.
  public func bounds(of criterion: Criterion) -> (best: Int, worst: Int) {
    let (best, worst) =
      switch criterion {
      case .facultyPreference: facultyPreference
      case .compactness: (0, index.leafGroups.reduce(0) { $0 + mostGaps(of: $1) })
      case .roomUtilization: roomUtilization
      case .workloadBalance: workloadBalance
      case .peakSpreading: peakSpreading
      case .continuity: (0, index.leafGroups.reduce(0) { $0 + mostBackToBack(index.groupLessons[$1]) })
      case .spreadOverDays: spreadOverDays
      case .roomStability: (0, index.lessons.indices.reduce(0) { $0 + mostSurplusRooms(of: $1) })
      case .roomWishes: roomWishes
      case .travel: (0, mostTravel)
      case .studentConflicts: (0, mostStudentConflicts)
      case .disruption: (0, mostDisruption)
      }
    return (min(best, worst), worst)
  }

  func meetings(_ lesson: Int) -> Int { index.problem.lessons[lesson].meetingsPerWeek }

  /// Fewest and most periods that one meeting of the lesson covers.
  func periods(_ lesson: Int) -> ClosedRange<Int> {
    let counts = index.lessons[lesson].placements.map { index.scale.mask(of: $0).nonzeroBitCount }
    return (counts.min() ?? 0)...(counts.max() ?? 0)
  }

  /// How many meetings may share one period for somebody who can attend one at a time: alternate weeks let several.
  /// Nil where grids are mixed, so that two meetings may touch one period without overlapping.
  func layers(_ lessons: some Sequence<Int>) -> Int? {
    index.problem.timeGrids.count > 1 ? nil : max(1, Set(lessons.map { index.lessons[$0].weeks }).count)
  }

  /// The greatest sum of squares of `total` things over places that hold at most `capacities` each.
  static func mostSquares(_ total: Int, capacities: [Int]) -> Int {
    var rest = total
    return capacities.sorted(by: >).reduce(0) { sum, capacity in
      let taken = min(rest, capacity)
      rest -= taken
      return sum + taken * taken
    } + rest * rest
  }

  /// The least sum of squares of `total` things over `places`.
  static func fewestSquares(_ total: Int, places: Int) -> Int {
    guard places > 0 else { return 0 }
    let (share, extra) = total.quotientAndRemainder(dividingBy: places)
    return extra * (share + 1) * (share + 1) + (places - extra) * share * share
  }
}
