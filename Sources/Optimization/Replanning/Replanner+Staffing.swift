import Timetabling

/// Another choice of teachers from pools, where that changes less than moving lessons does.
extension Replanner {
  /// Lessons that are given to somebody else, in a round; and rounds.
  private static let rounds = 3
  private static let tries = 40
  /// Compiling is dear for large problems: as many meetings as this are compiled in a round, and at least two times.
  private static let compiledMeetings = 40_000

  /// What a plan asks of people; the first that differs decides.
  private struct Burden: Comparable {
    var leftOut: Int
    var further: Int
    var change: PlanChange
    var restaffed: Int
    var cost: Int64

    static func < (one: Burden, other: Burden) -> Bool {
      (one.leftOut, one.further, one.change, one.restaffed, one.cost)
        < (other.leftOut, other.further, other.change, other.restaffed, other.cost)
    }
  }

  /// The best of plans in which one lesson after the other gets other teachers from its pool; where that leaves something
  /// out, and several would have to change at once, of those near a choice under which everything has a place.
  func restaffed(_ first: Draft, _ isCancelled: @escaping @Sendable () -> Bool) -> Draft {
    let pools = StaffingPools(index).open
    guard !pools.isEmpty else { return first }
    let forced = Set(first.needed.map { first.board.lesson(of: $0) })
    let best = bettered(first, forced, pools, isCancelled)
    guard best.leftOut > 0, !isCancelled() else { return best }
    let most = plan.steps
    var search = StaffingSearch(best.board.compiled, seed: plan.seed)
    _ = search.run { _, looked in looked >= most || isCancelled() }
    let staffing = search.best.compiled.staffing
    guard staffing != best.staffing, !isCancelled() else { return best }
    let found = bettered(
      draft(under: staffing, steps: max(1, plan.steps / 2), isCancelled), forced, pools, isCancelled)
    return burden(of: found, forced) < burden(of: best, forced) && isWithinBudget(found, forced) ? found : best
  }

  private func bettered(
    _ first: Draft, _ forced: Set<Int>, _ pools: [StaffingPools.Pool], _ isCancelled: @escaping @Sendable () -> Bool
  ) -> Draft {
    var best = first
    for _ in 0..<Self.rounds {
      var found: Draft?
      for staffing in others(than: best, pools) where !isCancelled() {
        let tried = draft(under: staffing, steps: max(1, plan.steps / 8), isCancelled)
        let burden = burden(of: tried, forced)
        if burden < self.burden(of: found ?? best, forced), isWithinBudget(tried, forced) { found = tried }
      }
      guard let found else { return best }
      best = found
    }
    return best
  }

  /// Lessons whose teachers are not those of the base.
  func restaffedLessons(_ draft: Draft) -> Set<Int> {
    let before = StaffingPools(index).choices(of: base)
    let held = Set(base.entries.filter { $0.kind != .makeup }.compactMap { index.lessonIndex[$0.lesson] })
    return Set(
      StaffingPools(index).all.filter { pool in
        held.contains(pool.lesson) && Set(before[pool.lesson] ?? []) != Set(draft.staffing.chosen(pool))
      }.map(\.lesson))
  }

  /// With one other teacher for a lesson that moves, is left out, or shares its teacher with one that does.
  private func others(than draft: Draft, _ pools: [StaffingPools.Pool]) -> [Staffing] {
    let board = draft.board
    // Nothing is gained where everybody keeps the time.
    guard draft.leftOut > 0 || board.change.times > 0 else { return [] }
    let concerned = Set((draft.moved + draft.needed).map { board.lesson(of: $0) })
    let teachers = Set(concerned.flatMap { draft.staffing.teachers[$0] })
    let near = pools.filter {
      concerned.contains($0.lesson) || !teachers.isDisjoint(with: draft.staffing.chosen($0))
    }.sorted { (concerned.contains($0.lesson) ? 0 : 1, $0.lesson) < (concerned.contains($1.lesson) ? 0 : 1, $1.lesson) }
    var all: [Staffing] = []
    for pool in near {
      let own = draft.staffing.chosen(pool)
      for leaving in own {
        for coming in pool.candidates where !own.contains(coming) {
          var next = draft.staffing
          next.choose(own.map { $0 == leaving ? coming : $0 }, from: pool)
          all.append(next)
        }
      }
    }
    let most = min(Self.tries, max(2, Self.compiledMeetings / max(1, board.meetingCount)))
    return Array(all.prefix(most))
  }

  private func burden(of draft: Draft, _ forced: Set<Int>) -> Burden {
    let restaffed = restaffedLessons(draft)
    let changed = Set(draft.moved.map { draft.board.lesson(of: $0) }).union(restaffed)
    return Burden(
      leftOut: draft.leftOut, further: changed.subtracting(forced).count, change: draft.board.change,
      restaffed: restaffed.count, cost: draft.board.cost)
  }

  /// Whether no more further lessons change, and no more people are affected, than may.
  private func isWithinBudget(_ draft: Draft, _ forced: Set<Int>) -> Bool {
    let restaffed = restaffedLessons(draft)
    let changed = Set(draft.moved.map { draft.board.lesson(of: $0) }).union(restaffed)
    guard changed.subtracting(forced).count <= plan.budget.furtherLessons else { return false }
    guard let people = plan.budget.furtherPeople else { return true }
    let newcomers = Set(restaffed.flatMap { draft.staffing.teachers[$0] })
      .subtracting(forced.flatMap { Staffing(index, keeping: base).teachers[$0] })
    let affected = AffectedPeople(draft.board.compiled, forced: forced, limit: nil)
    return affected.further(changed) + newcomers.count <= people
  }
}
