import Timetabling

/// Completes timetables with hard rules by recursive swapping, after FET (Lalescu, "algorithm-description", 2007–2019).
///
/// The partial timetable breaks no rule that missing meetings could not still mend (`PersonRules`). The most difficult
/// meeting comes first, to the start where the fewest others have to go; these are placed anew in the same way, up to
/// `depth` levels deep. Where that fails, the meeting takes the start whose holders are the easiest to place elsewhere
/// by what was learned: how often each failed, and how often it had to leave just that start (Nagata and Bräysy 2009
/// count failures so for vehicles). One thread; the same seed and number of steps give the same timetable.
///
/// FET tries long (2n calls) before it forces a place. Here few calls did better on all of its examples: forcing is
/// what learns.
struct RecursiveSwap {
  /// One start of a meeting and who would have to go: `culprits[begin..<end]` of its level.
  struct Candidate {
    var time: Int32
    var room: Int32
    var begin: Int32
    var end: Int32
    var cost: Int32
  }

  struct Level {
    var candidates: [Candidate] = []
    var culprits: [Int32] = []
  }

  private struct Step {
    var meeting: Int
    var time: Int
    var rooms: [Int32]
  }

  static let depth = 14
  /// Starts looked for before a place is forced.
  private static let effort = 20
  /// Forced places without progress, for each meeting, before all begins anew.
  private static let patience = 2

  let state: SearchState
  let compiled: CompiledProblem
  let weeks: PartialWeeks
  let rare: RareRules
  var random: RandomSource
  /// Place in the order of difficulty, 0 the most difficult.
  private var rank: [Int]
  /// Meetings that can be at one start only.
  let isFixed: [Bool]
  /// Meetings that were placed by the chain of swaps under way.
  var isLocked: [Bool]
  /// How often each could not be placed without force, and one more.
  private var failures: [Int32]
  /// (meeting × time): how often it had to leave.
  private var removals: [UInt16]
  var levels = [Level](repeating: Level(), count: depth + 1)
  /// Scratch of `RecursiveSwap+Culprits`.
  var masks: [UInt64]
  private var trail: [Step] = []
  private var waiting: [Int] = []
  private var callsLeft = 0
  /// The fewest without a place since the last start from nothing, and the forced places since then.
  private var fewest = 0
  private var forced = 0
  private var patience: Int
  /// Starts looked at, the measure of work.
  var looked = 0
  private(set) var best: Snapshot
  /// Whether somebody still waits for a place.
  var isGoing: Bool { !waiting.isEmpty }

  init(_ state: SearchState, random: RandomSource) {
    let compiled = state.compiled
    self.state = state
    self.compiled = compiled
    self.random = random
    weeks = PartialWeeks(state)
    rare = RareRules(state.scoring)
    isFixed = (0..<compiled.meetingCount).map { compiled.times(of: $0).count <= 1 }
    isLocked = [Bool](repeating: false, count: compiled.meetingCount)
    removals = [UInt16](repeating: 0, count: compiled.meetingCount * compiled.timeCount)
    failures = [Int32](repeating: 1, count: compiled.meetingCount)
    masks = [UInt64](repeating: 0, count: compiled.dayCount)
    rank = Self.ranks(compiled, weeks)
    patience = Self.patience * compiled.meetingCount + 1000
    best = state.snapshot()
    fillQueue()
  }

  /// An empty state that counts nothing soft, so that steps are cheap.
  static func bareState(_ compiled: CompiledProblem) -> SearchState {
    let none = Weights(compiled.problem.objectiveTerms.map { _ in 0 })
    return SearchState(Scoring(compiled, none, nil, Criterion.allCases.map { _ in (0, 0) }))
  }

  /// Goes on until all have a place, `steps` more meetings were tried, or it is asked to stop. True when all have one.
  mutating func run(steps: Int, isCancelled: () -> Bool) -> Bool {
    if forced > patience { restart() }
    for _ in 0..<steps {
      guard !isCancelled(), let meeting = waiting.popLast() else { break }
      callsLeft = Self.effort
      trail.removeAll(keepingCapacity: true)
      if !settle(meeting, level: 0) {
        if state.unplaced < best.unplaced { best = state.snapshot() }
        force(meeting)
      }
      for step in trail { isLocked[step.meeting] = false }
      if state.unplaced < fewest { (fewest, forced) = (state.unplaced, 0) }
    }
    if state.unplaced < best.unplaced { best = state.snapshot() }
    return state.unplaced == 0
  }

  /// Some orders of the first meetings lead nowhere: begins anew with what was learned about each meeting.
  private mutating func restart() {
    for meeting in 0..<compiled.meetingCount where state.timeOf[meeting] >= 0 { take(meeting) }
    for cell in removals.indices { removals[cell] = 0 }
    patience += patience / 2
    fillQueue()
  }

  private mutating func fillQueue() {
    let all = (0..<compiled.meetingCount).filter { state.timeOf[$0] < 0 && hasOptions($0) }
    waiting = all.sorted { (failures[$0], rank[$1]) < (failures[$1], rank[$0]) }
    (fewest, forced) = (state.unplaced, 0)
  }

  private func hasOptions(_ meeting: Int) -> Bool {
    !compiled.times(of: meeting).isEmpty
      && compiled.rooms(of: meeting).count >= max(1, Int(compiled.roomsNeeded[meeting]))
  }

  // MARK: Swapping

  private mutating func settle(_ meeting: Int, level: Int) -> Bool {
    if level >= Self.depth || callsLeft <= 0 { return false }
    callsLeft -= 1
    findCandidates(meeting, level: level)
    let tries = level == 0 ? levels[level].candidates.count : 1
    for attempt in 0..<tries {
      guard let candidate = nextCandidate(level, attempt) else { return false }
      let mark = trail.count
      let victims = levels[level].culprits[Int(candidate.begin)..<Int(candidate.end)].map { Int($0) }
        .sorted { rank[$0] < rank[$1] }
      if move(meeting, candidate, victims) {
        isLocked[meeting] = true
        var isDone = true
        for victim in victims where !settle(victim, level: level + 1) {
          isDone = false
          break
        }
        if isDone { return true }
        isLocked[meeting] = false
      }
      undo(to: mark)
      if callsLeft <= 0 { return false }
    }
    return false
  }

  /// Brings the cheapest of the candidates from `attempt` on to that position.
  private mutating func nextCandidate(_ level: Int, _ attempt: Int) -> Candidate? {
    guard attempt < levels[level].candidates.count else { return nil }
    var cheapest = attempt
    for position in attempt..<levels[level].candidates.count
    where levels[level].candidates[position].cost < levels[level].candidates[cheapest].cost { cheapest = position }
    levels[level].candidates.swapAt(attempt, cheapest)
    return levels[level].candidates[attempt]
  }

  /// Without recursion: who has to go waits for a place.
  private mutating func force(_ meeting: Int) {
    forced += 1
    failures[meeting] += 1
    findCandidates(meeting, level: 0)
    var chosen: (candidate: Candidate, cost: Int)?
    for candidate in levels[0].candidates {
      var cost = 0
      for position in candidate.begin..<candidate.end {
        let victim = Int(levels[0].culprits[Int(position)])
        let count = Int(removals[victim * compiled.timeCount + Int(state.timeOf[victim])])
        cost += Int(failures[victim]) * (1 + count)
      }
      cost = cost * 8 + random.below(8)
      if chosen.map({ cost < $0.cost }) ?? true { chosen = (candidate, cost) }
    }
    guard let chosen else { return }
    let victims = levels[0].culprits[Int(chosen.candidate.begin)..<Int(chosen.candidate.end)].map { Int($0) }
    for victim in victims { removals[victim * compiled.timeCount + Int(state.timeOf[victim])] &+= 1 }
    let isPlaced = move(meeting, chosen.candidate, victims)
    if !isPlaced { waiting.insert(meeting, at: 0) }
    waiting += victims.sorted { rank[$0] > rank[$1] }
  }

  // MARK: Changing the timetable

  /// Takes the victims out and the meeting in.
  private mutating func move(_ meeting: Int, _ candidate: Candidate, _ victims: [Int]) -> Bool {
    for victim in victims { take(victim) }
    let time = Int(candidate.time)
    let rooms = candidate.room >= 0 ? [candidate.room] : severalRooms(for: meeting, time)
    trail.append(Step(meeting: meeting, time: -1, rooms: []))
    guard rooms.count == max(1, Int(compiled.roomsNeeded[meeting])), state.place(meeting, time, rooms) else {
      return false
    }
    weeks.update(compiled.lesson(of: meeting), time, sign: 1)
    return true
  }

  private mutating func take(_ meeting: Int) {
    let time = Int(state.timeOf[meeting])
    let rooms = state.needsSeveralRooms(meeting) ? state.rooms(of: meeting) : [state.roomOf[meeting]]
    trail.append(Step(meeting: meeting, time: time, rooms: rooms))
    state.remove(meeting)
    weeks.update(compiled.lesson(of: meeting), time, sign: -1)
  }

  private mutating func undo(to mark: Int) {
    while trail.count > mark {
      let step = trail.removeLast()
      let lesson = compiled.lesson(of: step.meeting)
      let now = Int(state.timeOf[step.meeting])
      isLocked[step.meeting] = false
      if now >= 0 {
        state.remove(step.meeting)
        weeks.update(lesson, now, sign: -1)
      }
      if step.time >= 0, state.place(step.meeting, step.time, step.rooms) { weeks.update(lesson, step.time, sign: 1) }
    }
  }

  // MARK: Order

  /// Meetings that can be at one start first; then those with the fewest free starts among the most rivals.
  private static func ranks(_ compiled: CompiledProblem, _ weeks: PartialWeeks) -> [Int] {
    let counts = (0..<compiled.lessonCount).map { Int64(compiled.meetings(of: $0).count) }
    let rivals = (0..<compiled.lessonCount).map { lesson in
      compiled.conflicts.neighbors.row(lesson).reduce(Int64(0)) {
        $0 + Int64(weeks.length[Int($1)]) * counts[Int($1)]
      }
    }
    let difficulty = (0..<compiled.meetingCount).map { meeting -> Int64 in
      let lesson = compiled.lesson(of: meeting)
      let options = compiled.times(of: meeting).count
      if options <= 1 { return .max }
      let closed = Int64(compiled.timeCount - options)
      return Int64(weeks.length[lesson]) * (rivals[lesson] + closed)
    }
    var rank = [Int](repeating: 0, count: compiled.meetingCount)
    let inOrder = (0..<compiled.meetingCount).sorted { (difficulty[$1], $0) < (difficulty[$0], $1) }
    for (position, meeting) in inOrder.enumerated() { rank[meeting] = position }
    return rank
  }
}
