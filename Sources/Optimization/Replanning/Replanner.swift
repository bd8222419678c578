import Timetabling

/// Repairs a timetable after a change with as few moves as it can: what is illegal now moves, then its neighbors,
/// then anybody, and only as far as the disruption budget goes. Among plans that move as few lessons it looks for
/// the one that changes least: the fewest meetings at another time, then in other rooms, then the fewest people, then
/// the cheapest.
///
/// The idea of minimal perturbation is that of Müller, Rudová and Barták (PATAT 2004); the search is our own.
public struct Replanner {
  let plan: ReplanPlan
  let index: ProblemIndex
  /// The base with the bells of today.
  let base: Timetable

  /// The problem must be free of issues (`ProblemCheck`).
  public init(_ plan: ReplanPlan) {
    self.plan = plan
    // Makeup meetings stay where they are, and nobody can be in two places.
    index = ProblemIndex(plan.problem.blocking(plan.base.entries.filter { $0.kind == .makeup }))
    base = plan.base.ringing(by: index)
  }

  /// Blocks the calling thread. After a cancel the best plan so far is returned; it never breaks a hard rule, but may
  /// leave meetings out.
  public func run(isCancelled: @escaping @Sendable () -> Bool = { false }) -> Replan {
    // A new choice from a pool is a change: first with the teachers that were chosen.
    let first = draft(under: Staffing(index, keeping: base), steps: max(1, plan.steps), isCancelled)
    let best = restaffed(first, isCancelled)
    return replan(best, after: first, wasCancelled: isCancelled())
  }

  /// One plan, on its board.
  struct Draft {
    let board: ReplanBoard
    let staffing: Staffing
    let homes: [ReplanBoard.Spot?]
    var needed: [Int] = []
    var ring = ReplanRing.illegal
    var movable: [Bool] = []
    /// Whether a hard rule was broken by what could stay, or by what was missing.
    var wasBroken = false
    var stepsLeft: Int
    var ranOut = false

    var moved: [Int] {
      (0..<board.meetingCount).filter { homes[$0] != nil && board.spot(of: $0) != homes[$0] }
    }
    var leftOut: Int { needed.count { !board.isPlaced($0) } }
  }

  /// The way from the base to a new timetable under one choice of teachers.
  func draft(under staffing: Staffing, steps: Int, _ isCancelled: @escaping @Sendable () -> Bool) -> Draft {
    let compiled = CompiledProblem(index, staffing: staffing)
    let bounds = CriterionBounds(index, base: base)
    let weights = plan.weights ?? Weights(plan.problem.objectiveTerms.map(\.defaultWeight))
    let board = ReplanBoard(
      Scoring(compiled, weights, base, Criterion.allCases.map { bounds.bounds(of: $0) }), base: base)
    let first = attempt(board, staffing, trims: false, steps: steps, isCancelled)
    let isWhole = board.hardViolations == 0
    let movesOthers = !Set(first.moved.map(board.lesson)).isSubset(of: first.needed.map(board.lesson))
    guard !isWhole || first.wasBroken && movesOthers else { return first }
    // Whoever breaks a rule where the base has it is forced like what is illegal by itself.
    let (spots, lessons, leftOut) = (board.spots, Set(first.moved.map(board.lesson)).count, first.leftOut)
    let second = attempt(board, staffing, trims: true, steps: max(1, first.stepsLeft), isCancelled)
    let isAsGood =
      board.hardViolations == 0 && second.leftOut <= leftOut
      && Set(second.moved.map(board.lesson)).count <= lessons
    if isWhole, !isAsGood {
      board.load(spots)
      return first
    }
    return second
  }

  private func attempt(
    _ board: ReplanBoard, _ staffing: Staffing, trims: Bool, steps: Int, _ isCancelled: @escaping @Sendable () -> Bool
  ) -> Draft {
    let homes = board.spots(of: base)
    board.load([ReplanBoard.Spot?](repeating: nil, count: board.meetingCount))
    let forced = ForcedMoves(board, spots: homes, trims: trims)
    // What the base left out need not come in at the price of moving others.
    let leftOut = Set(base.unplaced.map { [$0.lesson.rawValue, "\($0.meeting)"] })
    let optional = forced.meetings.filter { leftOut.contains(name(of: $0, board.compiled)) }
    let needed = forced.meetings.filter { !optional.contains($0) }

    var draft = Draft(board: board, staffing: staffing, homes: homes, needed: needed, stepsLeft: steps)
    draft.wasBroken = board.hardViolations > 0
    var best: RingSearch.Outcome?
    for ring in ReplanRing.allCases where ring.rawValue <= plan.budget.widestRing.rawValue {
      let movable = movable(in: ring, around: needed, board)
      // Once all are placed, a wider ring is only good for fewer moves.
      let limit = best.flatMap { $0.faults == 0 ? $0.further - 1 : nil } ?? plan.budget.furtherLessons
      var search = RingSearch(
        board, movable: movable, forced: needed, limit: ring == .illegal ? 0 : limit,
        people: plan.budget.furtherPeople, seed: plan.seed, steps: draft.stepsLeft, isCancelled: isCancelled)
      let outcome = search.run(needed)
      draft.stepsLeft = search.stepsLeft
      draft.ranOut = draft.ranOut || search.ranOut
      if best.map({ outcome.isBetter(than: $0) }) ?? true {
        best = outcome
        (draft.ring, draft.movable) = (ring, movable)
      }
      // One further lesson is as few as can be, as none was not enough in the ring before.
      if best?.faults == 0, best?.further ?? 0 <= 1 { break }
      if draft.stepsLeft <= 0 || isCancelled() { break }
    }
    if let best { board.load(best.spots) }
    // A plan that was hard to find may still be easy to better.
    let spare = max(draft.stepsLeft, steps / 8)
    var polish = Polish(board, homes: homes, steps: spare, isCancelled: isCancelled)
    for meeting in optional { _ = polish.placeCheapest(meeting) }
    polish.run((0..<board.meetingCount).filter { board.spot(of: $0) != homes[$0] })
    var shrinking = Shrinking(
      board, homes: homes, seed: plan.seed, steps: min(polish.stepsLeft, spare / 2), isCancelled: isCancelled)
    let before = shrinking.stepsLeft
    shrinking.run()
    draft.stepsLeft = min(draft.stepsLeft, polish.stepsLeft - (before - shrinking.stepsLeft))
    return draft
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
      // Whom a hard rule ties to it may have to follow it, wherever they are.
      for partner in board.partners(of: meeting) { movable[partner] = true }
      for other in 0..<board.meetingCount where !movable[other] {
        guard let spot = board.spot(of: other) else { continue }
        guard relatives.contains(other) || !rooms.isDisjoint(with: spot.rooms) else { continue }
        movable[other] = times.contains { board.overlap($0, spot.time) }
      }
    }
    return movable
  }

  // MARK: What people are told

  private func replan(_ draft: Draft, after first: Draft, wasCancelled: Bool) -> Replan {
    let board = draft.board
    func ids(_ lessons: some Sequence<Int>) -> [LessonID] {
      Set(lessons.map { plan.problem.lessons[$0].id }).sorted()
    }
    func lessons(_ meetings: some Sequence<Int>) -> Set<Int> { Set(meetings.map { board.lesson(of: $0) }) }
    let timetable = board.timetable().keepingKinds(of: base, in: plan.problem)
    let restaffed = restaffedLessons(draft)
    let changed = lessons(draft.moved).union(restaffed)
    let leftOut = lessons(draft.needed.filter { !board.isPlaced($0) })
    // Under other teachers some have a place again that they had lost.
    let forced = lessons(draft.needed).union(lessons(first.needed).intersection(changed.union(leftOut)))
    return Replan(
      timetable: timetable, forced: ids(forced), further: ids(changed.subtracting(forced)),
      ring: draft.ring, movable: ids(lessons(draft.movable.indices.filter { draft.movable[$0] })),
      difference: TimetableDifference(from: plan.base, to: timetable, of: plan.problem),
      cost: Objective.cost(
        soft: Scoring.softCost(board.cost), missing: board.state.unplaced, broken: board.hardViolations),
      steps: plan.steps - draft.stepsLeft, ranOut: draft.ranOut, wasCancelled: wasCancelled,
      notes: notes(draft, wasCancelled))
  }

  private func notes(_ draft: Draft, _ wasCancelled: Bool) -> [RunNote] {
    var notes: [RunNote] = []
    let shifted = zip(plan.base.entries, base.entries).count { $0.time != $1.time }
    if shifted > 0 {
      notes.append(
        RunNote(
          stage: .repairing,
          what: "\(shifted) meeting\(shifted == 1 ? " keeps its period" : "s keep their periods"), whose bells ring at "
            + "other times now.",
          why: "A period that lies where another lay, for more than half of both, is the same to people."))
    }
    let left = draft.leftOut
    guard left > 0 else { return notes }
    let lessons = plan.budget.furtherLessons
    let people = plan.budget.furtherPeople.map { " and affect up to \($0) further people" } ?? ""
    let who =
      switch draft.ring {
      case _ where plan.budget.widestRing == .everything: "any lesson"
      case _ where plan.budget.widestRing == .neighbors: "lessons near the forced ones"
      default: "no others"
      }
    let end = wasCancelled ? "was ended early" : draft.ranOut ? "used up its steps" : "came to its end"
    notes.append(
      RunNote(
        stage: .repairing, what: "\(left) meeting\(left == 1 ? "" : "s") found no place.",
        why:
          "Looked at \(max(0, plan.steps - draft.stepsLeft)) places, of at most \(plan.steps), among plans that move up "
          + "to \(lessons) further lessons (\(who))\(people); the search \(end). That there is no such plan is not proven."
          + "\nMaybe allow more further lessons, or more steps."))
    return notes
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

extension Problem {
  /// With the time of these meetings taken from their teachers, rooms and class groups.
  fileprivate func blocking(_ entries: [Entry]) -> Problem {
    guard !entries.isEmpty else { return self }
    var problem = self
    let lessons = Dictionary(lessons.map { ($0.id, $0.groups) }, uniquingKeysWith: { first, _ in first })
    for entry in entries {
      guard let groups = lessons[entry.lesson] else { continue }
      let taken = Availability(span: entry.time, grade: .blocked, weeks: entry.weeks)
      for index in problem.teachers.indices where entry.teachers.contains(problem.teachers[index].id) {
        problem.teachers[index].availability.append(taken)
      }
      for index in problem.rooms.indices where entry.rooms.contains(problem.rooms[index].id) {
        problem.rooms[index].availability.append(taken)
      }
      for index in problem.groups.indices where groups.contains(problem.groups[index].id) {
        problem.groups[index].availability.append(taken)
      }
    }
    return problem
  }
}
