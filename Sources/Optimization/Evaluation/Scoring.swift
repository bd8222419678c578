import Timetabling

/// What every placement costs under one set of weights: tables and lists for the search to look up.
///
/// Costs are packed: hard violations times `hard` plus the soft cost, so that one addition counts both.
/// The soft cost is exact: `scale` × Σ term weight × constraint weight × violations + Σ unit weight × (units − best).
final class Scoring: @unchecked Sendable {
  static let hard: Int64 = 1 << 42

  let compiled: CompiledProblem
  let base: Timetable?
  let weights: Weights
  let scale: Int64
  /// Cost of one unit of each criterion, in `Criterion.allCases` order.
  let unitWeights: [Int64]
  /// Packed cost of one violation of each constraint of the problem; 0 for rules that are kept by construction.
  let constraintWeights: [Int64]
  /// Cost before anything is placed: the bounds that are subtracted, and what never changes.
  let offset: Int64

  let placement: PlacementCosts
  /// By lesson, for those that need several rooms.
  let roomSets: RoomSets
  let tracks: Tracks
  let chains: Chains
  let lessons: LessonCosts
  let pairs: PairCosts
  let limits: Limits
  let kernels: Kernels
  let disruption: DisruptionCosts
  let workload: Int64
  let peak: Int64
  /// Of each lesson.
  let teachers: Rows<Int32>
  /// Whether anything beside tables, tracks, days, loads, peaks and pairs of times costs.
  let hasRareCosts: Bool
  /// Whether sums over times are kept that few problems or weights ask for.
  let hasTimeTotals: Bool
  /// Whether placed meetings can break hard rules at all.
  let hasHardCosts: Bool
  /// Whether two meetings that exchange rooms cost what each alone would.
  var isRoomAdditive: Bool { !hasRareCosts && chains.count == 0 }

  /// Whether each person of a track is in at most one place in a period as long as nobody clashes.
  let hasExclusiveWeeks: Bool

  /// Whether the members of a Kempe chain cost what each alone would, but for people who have two of them.
  let isKempeAdditive: Bool

  init(_ compiled: CompiledProblem, _ weights: Weights, _ base: Timetable?, _ bounds: [(best: Int, worst: Int)]) {
    let index = compiled.index
    let terms = index.problem.objectiveTerms
    let measure = Measure(terms: terms, weights: weights, bounds: bounds, problem: index.problem)
    self.compiled = compiled
    self.base = base
    self.weights = weights
    scale = measure.scale
    unitWeights = measure.unitWeights
    constraintWeights = measure.constraintWeights

    var sets: [Int: PlacementCosts.RoomSet] = [:]
    placement = PlacementCosts(compiled, measure, sets: &sets)
    roomSets = RoomSets(sets, compiled)
    var alternating: [Tracks.Person] = []
    tracks = Tracks(compiled, measure, alternating: &alternating)
    chains = Chains(compiled, measure)
    lessons = LessonCosts(compiled, measure)
    pairs = PairCosts(compiled, measure)
    limits = Limits(compiled)
    kernels = Kernels(compiled, measure, alternating: alternating)
    disruption = DisruptionCosts(compiled, measure, base: base)
    workload = measure[.workloadBalance]
    peak = measure[.peakSpreading]
    offset = measure.offset + disruption.constant
    teachers = Rows(compiled.teachers)
    hasRareCosts =
      disruption.weight != 0 || pairs.hasRooms || pairs.hasStudents || limits.hasTeachers || limits.hasRooms
      || !kernels.isEmpty
    hasExclusiveWeeks = tracks.areCliques && compiled.times.arePeriodsWhole
    isKempeAdditive =
      !hasRareCosts && chains.count == 0 && hasExclusiveWeeks && !pairs.hasTimes && workload == 0 && peak == 0
    hasTimeTotals = workload != 0 || peak != 0 || limits.hasTeachers || chains.count > 0
    hasHardCosts = limits.hasTeachers || limits.hasRooms || constraintWeights.contains { $0 >= Self.hard }
  }

  /// What a day of a track costs with these periods busy.
  @inline(__always) func dayCost(_ day: TrackDay, _ cell: Int, _ mask: UInt64) -> Int64 {
    if day.table >= 0 { return tracks.table[Int(day.table) &+ Int(truncatingIfNeeded: mask)] }
    return countedDayCost(cell, mask)
  }

  @inline(never) private func countedDayCost(_ cell: Int, _ mask: UInt64) -> Int64 {
    tracks.countedDayCost(cell, mask)
  }

  deinit {
    placement.free()
    roomSets.free()
    tracks.free()
    chains.free()
    lessons.free()
    pairs.free()
    limits.free()
    kernels.free()
    disruption.free()
    teachers.free()
  }

  static func hardCount(_ packed: Int64) -> Int64 { (packed + hard / 2) >> 42 }
  static func softCost(_ packed: Int64) -> Int64 { packed - hardCount(packed) * hard }
}

/// Weights turned into costs of one unit or one violation.
struct Measure {
  let scale: Int64
  let unitWeights: [Int64]
  let constraintWeights: [Int64]
  let offset: Int64

  init(terms: [ObjectiveTerm], weights: Weights, bounds: [(best: Int, worst: Int)], problem: Problem) {
    var ofCriterion = [Criterion: Int64]()
    var ofKind = [ConstraintKind: Int64]()
    for (term, weight) in zip(terms, weights.values) {
      switch term.measure {
      case .criterion(let criterion): ofCriterion[criterion] = Int64(weight)
      case .constraints(let kind): ofKind[kind] = Int64(weight)
      }
    }
    // The soft cost must stay within half of `Scoring.hard`, above and below 0, or it could look like a hard violation,
    // or hide one: so heavy constraints lower the scale, and no criterion may cost more than its share.
    let heavy = problem.constraints.map { constraint -> Int64 in
      guard case .weighted(let weight) = constraint.enforcement else { return 0 }
      return Int64(weight) * (ofKind[constraint.kind] ?? 0)
    }
    let finest = min(1_000_000_000 / max(1, heavy.max() ?? 1), Scoring.hard / 16 / max(1, heavy.reduce(0, +)))
    let usesCriteria = ofCriterion.values.contains { $0 > 0 }
    let scale = usesCriteria ? max(1, min(1_000, finest)) : 1
    self.scale = scale
    let units = Criterion.allCases.enumerated().map { position, criterion -> Int64 in
      let weight = ofCriterion[criterion] ?? 0
      let (best, worst) = (Int64(bounds[position].best), Int64(bounds[position].worst))
      // Without a range there is nothing to decide. While meetings are left out, units may lie below `best`.
      guard weight > 0, worst > best else { return 0 }
      let share = Scoring.hard / 4 / Int64(Criterion.allCases.count) / max(best, worst - best)
      return max(1, min(weight * scale / (worst - best), share))
    }
    unitWeights = units
    offset = -zip(units, bounds).reduce(0) { $0 + $1.0 * Int64($1.1.best) }
    constraintWeights = problem.constraints.map { constraint in
      switch constraint.enforcement {
      case .weighted(let weight): Int64(weight) * (ofKind[constraint.kind] ?? 0) * scale
      case .hard: Self.isKept(constraint.kind) ? 0 : Scoring.hard
      }
    }
  }

  subscript(criterion: Criterion) -> Int64 { unitWeights[Criterion.allCases.firstIndex(of: criterion) ?? 0] }

  /// Hard kinds that the compiled options and the conflict graph keep, so that they need no cost.
  private static func isKept(_ kind: ConstraintKind) -> Bool {
    switch kind {
    case .lessonsAllowedTimes, .lessonsAllowedStarts, .lessonsAllowedRooms, .lessonsNotOverlapping, .roomCapacity,
      .studentClash:
      true
    default: false
    }
  }
}
