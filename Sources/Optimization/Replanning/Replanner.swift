import Timetabling

/// Repairs a timetable after a change with as few moves as it can: what is illegal now moves, then its neighbors,
/// then anybody, and only as far as the disruption budget goes. Among plans that move as few lessons it looks for
/// the cheapest.
///
/// The idea of minimal perturbation is that of Müller, Rudová and Barták (PATAT 2004); the search is our own.
public struct Replanner {
  private let plan: ReplanPlan

  /// The problem must be free of issues (`ProblemCheck`).
  public init(_ plan: ReplanPlan) { self.plan = plan }

  /// Blocks the calling thread. After a cancel the best plan so far is returned; it never breaks a hard rule, but may
  /// leave meetings out.
  public func run(isCancelled: @escaping @Sendable () -> Bool = { false }) -> Replan {
    let problem = plan.problem.keepingTeachers(of: plan.base)
    let compiled = CompiledProblem(ProblemIndex(problem))
    let bounds = CriterionBounds(compiled.index, base: plan.base)
    let weights = plan.weights ?? Weights(problem.objectiveTerms.map(\.defaultWeight))
    let board = ReplanBoard(
      Scoring(compiled, weights, plan.base, Criterion.allCases.map { bounds.bounds(of: $0) }))

    let homes = board.spots(of: plan.base)
    var attempt = attempt(board, homes, trims: false, steps: max(1, plan.steps), isCancelled)
    if board.hardViolations > 0 {
      attempt = self.attempt(board, homes, trims: true, steps: max(1, attempt.stepsLeft), isCancelled)
    }
    return replan(board, homes, attempt, wasCancelled: isCancelled())
  }

  private struct Attempt {
    var needed: [Int]
    var ring = ReplanRing.illegal
    var movable: [Bool] = []
    var stepsLeft: Int
    var ranOut = false
  }

  /// One way from the base to a new timetable, which is left on the board.
  private func attempt(
    _ board: ReplanBoard, _ homes: [ReplanBoard.Spot?], trims: Bool, steps: Int,
    _ isCancelled: @escaping @Sendable () -> Bool
  ) -> Attempt {
    board.load([ReplanBoard.Spot?](repeating: nil, count: board.meetingCount))
    let forced = ForcedMoves(board, spots: homes, trims: trims)
    // What the base left out need not come in at the price of moving others.
    let leftOut = Set(plan.base.unplaced.map { [$0.lesson.rawValue, "\($0.meeting)"] })
    let optional = forced.meetings.filter { leftOut.contains(name(of: $0, board.compiled)) }
    let needed = forced.meetings.filter { !optional.contains($0) }

    var attempt = Attempt(needed: needed, stepsLeft: steps)
    var best: RingSearch.Outcome?
    for ring in ReplanRing.allCases where ring.rawValue <= plan.budget.widestRing.rawValue {
      let movable = movable(in: ring, around: needed, board)
      // Once all are placed, a wider ring is only good for fewer moves.
      let limit = best.flatMap { $0.unplaced == 0 ? $0.further - 1 : nil } ?? plan.budget.furtherLessons
      var search = RingSearch(
        board, movable: movable, forced: needed, limit: ring == .illegal ? 0 : limit,
        people: plan.budget.furtherPeople, seed: plan.seed, steps: attempt.stepsLeft, isCancelled: isCancelled)
      let outcome = search.run(needed)
      attempt.stepsLeft = search.stepsLeft
      attempt.ranOut = attempt.ranOut || search.ranOut
      if best.map({ outcome.isBetter(than: $0) }) ?? true {
        best = outcome
        (attempt.ring, attempt.movable) = (ring, movable)
      }
      // One further lesson is as few as can be, as none was not enough in the ring before.
      if best?.unplaced == 0, best?.further ?? 0 <= 1 { break }
      if attempt.stepsLeft <= 0 || isCancelled() { break }
    }
    if let best { board.load(best.spots) }
    // A plan that was hard to find may still be easy to better.
    var polish = Polish(board, homes: homes, steps: max(attempt.stepsLeft, steps / 8), isCancelled: isCancelled)
    for meeting in optional { _ = polish.placeCheapest(meeting) }
    polish.run((0..<board.meetingCount).filter { board.spot(of: $0) != homes[$0] })
    attempt.stepsLeft = min(attempt.stepsLeft, polish.stepsLeft)
    return attempt
  }

  private func name(of meeting: Int, _ compiled: CompiledProblem) -> [String] {
    let lesson = compiled.problem.lessons[compiled.lesson(of: meeting)].id.rawValue
    return [lesson, "\(compiled.number(of: meeting))"]
  }

  private func movable(in ring: ReplanRing, around forced: [Int], _ board: ReplanBoard) -> [Bool] {
    var movable = [Bool](repeating: ring == .everything, count: board.meetingCount)
    for meeting in forced { movable[meeting] = true }
    guard ring == .neighbors else { return movable }
    for meeting in forced {
      let times = board.times(of: meeting)
      let rooms = Set(board.rooms(of: meeting).map(Int32.init))
      let relatives = Set(board.relatives(of: meeting))
      for other in 0..<board.meetingCount where !movable[other] {
        guard let spot = board.spot(of: other) else { continue }
        guard relatives.contains(other) || !rooms.isDisjoint(with: spot.rooms) else { continue }
        movable[other] = times.contains { board.overlap($0, spot.time) }
      }
    }
    return movable
  }

  private func replan(
    _ board: ReplanBoard, _ homes: [ReplanBoard.Spot?], _ attempt: Attempt, wasCancelled: Bool
  ) -> Replan {
    func ids(_ meetings: some Sequence<Int>) -> [LessonID] {
      Set(meetings.map { plan.problem.lessons[board.lesson(of: $0)].id }).sorted()
    }
    let timetable = board.timetable().keepingKinds(of: plan.base, in: plan.problem)
    let forcedLessons = ids(attempt.needed)
    let moved = (0..<board.meetingCount).filter { homes[$0] != nil && board.spot(of: $0) != homes[$0] }
    let left = attempt.needed.count { !board.isPlaced($0) }
    let note = RunNote(
      stage: .repairing, what: "\(left) meeting\(left == 1 ? "" : "s") found no place.",
      why: "With \(plan.budget.furtherLessons) further lessons to move and \(plan.steps) steps there was none.")
    return Replan(
      timetable: timetable, forced: forcedLessons, further: ids(moved).filter { !forcedLessons.contains($0) },
      ring: attempt.ring, movable: ids(attempt.movable.indices.filter { attempt.movable[$0] }),
      difference: TimetableDifference(from: plan.base, to: timetable, of: plan.problem),
      cost: Scoring.softCost(board.cost), steps: plan.steps - attempt.stepsLeft, ranOut: attempt.ranOut,
      wasCancelled: wasCancelled,
      notes: left > 0 ? [note] : [])
  }
}

extension Problem {
  /// The same with teachers chosen from pools as the timetable has them, where they may still be chosen: a new choice
  /// would be a move that nobody asked for.
  func keepingTeachers(of timetable: Timetable) -> Problem {
    var problem = self
    let known = Set(teachers.map(\.id))
    let entries = Dictionary(
      timetable.entries.filter { $0.kind != .makeup }.map { ($0.lesson, $0.teachers) },
      uniquingKeysWith: { first, _ in first })
    for position in problem.lessons.indices where problem.lessons[position].teachersFromPool > 0 {
      let lesson = problem.lessons[position]
      let chosen = (entries[lesson.id] ?? []).filter { !lesson.teachers.contains($0) }
      guard chosen.count == lesson.teachersFromPool, Set(chosen).count == chosen.count,
        chosen.allSatisfy({ lesson.teacherPool.contains($0) && known.contains($0) })
      else { continue }
      problem.lessons[position].teachers += chosen
      problem.lessons[position].teachersFromPool = 0
    }
    return problem
  }
}

extension Timetable {
  /// Draft entries stay drafts, and makeup entries of lessons that still exist stay where they are.
  func keepingKinds(of base: Timetable, in problem: Problem) -> Timetable {
    let known = Set(problem.lessons.map(\.id))
    let drafts = Set(base.entries.filter { $0.kind == .draft }.map { [$0.lesson.rawValue, "\($0.meeting)"] })
    let kept = entries.map { entry in
      var entry = entry
      if drafts.contains([entry.lesson.rawValue, "\(entry.meeting)"]) { entry.kind = .draft }
      return entry
    }
    let makeup = base.entries.filter { $0.kind == .makeup && known.contains($0.lesson) }
    return Timetable(entries: kept + makeup, unplaced: unplaced)
  }
}
