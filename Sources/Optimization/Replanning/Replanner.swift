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
    let forced = ForcedMoves(board, spots: homes)
    // What the base left out need not come in at the price of moving others.
    let leftOut = Set(plan.base.unplaced.map { [$0.lesson.rawValue, "\($0.meeting)"] })
    let optional = forced.meetings.filter { leftOut.contains(name(of: $0, compiled)) }
    let needed = forced.meetings.filter { !optional.contains($0) }

    var stepsLeft = max(1, plan.steps)
    var found: (outcome: RingSearch.Outcome, ring: ReplanRing, movable: [Bool])?
    for ring in ReplanRing.allCases where ring.rawValue <= plan.budget.widestRing.rawValue {
      let movable = movable(in: ring, around: needed, board)
      var search = RingSearch(
        board, movable: movable, forced: needed, limit: ring == .illegal ? 0 : plan.budget.furtherLessons,
        seed: plan.seed, steps: stepsLeft, isCancelled: isCancelled)
      let outcome = search.run(needed)
      stepsLeft = search.stepsLeft
      if found.map({ outcome.isBetter(than: $0.outcome) }) ?? true { found = (outcome, ring, movable) }
      if outcome.unplaced == 0 || stepsLeft <= 0 || isCancelled() { break }
    }
    if let found { board.load(found.outcome.spots) }
    let ranOut = stepsLeft <= 0
    var polish = Polish(board, homes: homes, steps: max(stepsLeft, plan.steps / 4), isCancelled: isCancelled)
    for meeting in optional { _ = polish.placeCheapest(meeting) }
    polish.run((0..<board.meetingCount).filter { board.spot(of: $0) != homes[$0] })

    return replan(
      board, homes, needed, found.map { ($0.ring, $0.movable) } ?? (.illegal, []),
      steps: plan.steps - min(stepsLeft, polish.stepsLeft), ranOut: ranOut, wasCancelled: isCancelled())
  }

  private func name(of meeting: Int, _ compiled: CompiledProblem) -> [String] {
    let lesson = compiled.problem.lessons[Int(compiled.lessonOf[meeting])].id.rawValue
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
    _ board: ReplanBoard, _ homes: [ReplanBoard.Spot?], _ forced: [Int], _ ring: (ReplanRing, movable: [Bool]),
    steps: Int, ranOut: Bool, wasCancelled: Bool
  ) -> Replan {
    func ids(_ meetings: some Sequence<Int>) -> [LessonID] {
      Set(meetings.map { plan.problem.lessons[board.lesson(of: $0)].id }).sorted()
    }
    let timetable = board.timetable().keepingKinds(of: plan.base)
    let forcedLessons = ids(forced)
    let moved = (0..<board.meetingCount).filter { homes[$0] != nil && board.spot(of: $0) != homes[$0] }
    let left = forced.count { !board.isPlaced($0) }
    let note = RunNote(
      stage: .repairing, what: "\(left) meetings found no place.",
      why: "With \(plan.budget.furtherLessons) further lessons to move and \(plan.steps) steps there was none.")
    return Replan(
      timetable: timetable, forced: forcedLessons, further: ids(moved).filter { !forcedLessons.contains($0) },
      ring: ring.0, movable: ids(ring.movable.indices.filter { ring.movable[$0] }),
      difference: TimetableDifference(from: plan.base, to: timetable, of: plan.problem),
      cost: Scoring.softCost(board.cost), steps: steps, ranOut: ranOut, wasCancelled: wasCancelled,
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
  /// Draft entries stay drafts, and makeup entries stay where they are.
  func keepingKinds(of base: Timetable) -> Timetable {
    let drafts = Set(base.entries.filter { $0.kind == .draft }.map { [$0.lesson.rawValue, "\($0.meeting)"] })
    let kept = entries.map { entry in
      var entry = entry
      if drafts.contains([entry.lesson.rawValue, "\(entry.meeting)"]) { entry.kind = .draft }
      return entry
    }
    return Timetable(entries: kept + base.entries.filter { $0.kind == .makeup }, unplaced: unplaced)
  }
}
