/// Puts meetings somewhere, ejecting others that then have to be put somewhere themselves, until all have a place or
/// more lessons would have moved than allowed: depth-first, with the number allowed raised step by step by the caller.
///
/// Who must leave for a place are those whose people or rooms it needs, and those whom a hard rule forbids to stay then:
/// partners that must begin with the meeting, follow it, keep days apart from it. Rules that count (periods of a day,
/// gaps) are looked at once all have a place; then those leave on whom they are broken.
///
/// A place once taken stays taken further down, so no chain runs in circles. Of solutions with as few lessons the one
/// that changes least counts, then the cheapest. A search that comes to its end with `breadth` `full` has tried every
/// set of lessons up to the limit, but for other rooms of meetings that need several.
struct EjectionSearch {
  enum Breadth { case narrow, full }

  struct Solution {
    /// Meetings with a new place, in order of their numbers.
    var moves: [(meeting: Int, spot: ReplanBoard.Spot)]
    var lessons: Int
    var change: PlanChange
    var people: Int
    var cost: Int64

    func isBetter(than other: Solution) -> Bool {
      if lessons != other.lessons { return lessons < other.lessons }
      if change != other.change { return change < other.change }
      return (people, cost) < (other.people, other.cost)
    }
  }

  private struct Candidate {
    var spot = ReplanBoard.Spot(time: -1, rooms: [])
    /// Who must leave for it.
    var ejected: [Int]
    var lessons: Int
    var change = PlanChange.none
    var delta: Int64 = 0
    /// Free, but against a hard rule that counts.
    var breaksRules = false

    static func isBetter(_ one: Candidate, _ other: Candidate) -> Bool {
      let (a, b) = (one.breaksRules ? 1 : 0, other.breaksRules ? 1 : 0)
      if (one.lessons, a, one.ejected.count) != (other.lessons, b, other.ejected.count) {
        return (one.lessons, a, one.ejected.count) < (other.lessons, b, other.ejected.count)
      }
      return one.change == other.change ? one.delta < other.delta : one.change < other.change
    }

    init(_ ejected: [Int], _ lessons: Int) {
      self.ejected = ejected
      self.lessons = lessons
    }
  }

  let board: ReplanBoard
  /// Meetings that may be ejected.
  let movable: [Bool]
  /// Lessons that have moved anyway: moving them again costs nothing.
  let moved: Set<Int>
  let people: AffectedPeople
  private let limit: Int
  private let breadth: Breadth
  private let isCancelled: () -> Bool
  private(set) var stepsLeft: Int
  /// Ends the search once a solution is known and was bettered for long enough.
  private var stepsAtEnd = 0
  private var best: Solution?
  private var order: RandomSource
  /// Hard rules that may be broken in the end.
  private let floor: Int

  /// Meetings to be placed: those asked for, and those ejected since. A settled one has its new place.
  private var open: [Int] = []
  private var settled: [Int: ReplanBoard.Spot] = [:]
  /// Whether one meeting only is not settled.
  private var isLast = false
  /// Ejected meetings of each lesson.
  private var ejected: [Int: Int] = [:]
  /// Of the settled ones.
  private var change = PlanChange.none

  /// `mends`: whether no hard rule may be broken in the end. Where further meetings are still missing, what is broken now
  /// (a gap) may mend with them.
  init(
    _ board: ReplanBoard, movable: [Bool], moved: Set<Int>, people: AffectedPeople, limit: Int, breadth: Breadth,
    steps: Int, mends: Bool, random: RandomSource, isCancelled: @escaping () -> Bool
  ) {
    self.board = board
    self.people = people
    self.movable = movable
    self.moved = moved
    self.limit = limit
    self.breadth = breadth
    self.isCancelled = isCancelled
    stepsLeft = steps
    order = random
    floor = mends ? 0 : board.hardViolations
  }

  /// The best solution for the meetings, which have no place; the board is left as it was.
  mutating func run(_ meetings: [Int]) -> Solution? {
    open = meetings
    descend()
    return best
  }

  private var isOver: Bool { stepsLeft <= stepsAtEnd }

  /// Whether no solution further down can be as good as the best.
  private var isHopeless: Bool {
    guard let best else { return false }
    let lessons = lessonsUsed(with: [])
    return lessons > best.lessons || lessons == best.lessons && best.change < change
  }

  private mutating func descend() {
    if isOver || isHopeless { return }
    if isCancelled() {
      stepsLeft = 0
      return
    }
    // The one with the fewest ways out, so that a dead end shows early.
    var choice: (meeting: Int, candidates: [Candidate])?
    let waiting = open.filter { settled[$0] == nil }
    isLast = waiting.count == 1
    for meeting in waiting {
      let found = candidates(for: meeting)
      if found.isEmpty { return }
      if choice.map({ found.count < $0.candidates.count }) ?? true { choice = (meeting, found) }
    }
    guard let (meeting, candidates) = choice else { return board.hardViolations > floor ? repair() : record() }
    let first = candidates[0]
    let isFree = waiting.count == 1 && first.ejected.isEmpty && !first.breaksRules
    if isFree {
      take(first, by: meeting)
      // Of free places the cheapest is the best for the last one, and ejecting anybody cannot move fewer.
      if first.change == .none { return }
    }
    for candidate in candidates.dropFirst(isFree ? 1 : 0) {
      if isOver { return }
      // Other free places change as much or cost more; somebody else's place may change less.
      if isFree, candidate.ejected.isEmpty, !candidate.breaksRules { continue }
      take(candidate, by: meeting)
    }
  }

  /// Makes the move, goes on, and takes it back.
  private mutating func take(_ candidate: Candidate, by meeting: Int) {
    let homes = candidate.ejected.map { board.spot(of: $0) }
    for other in candidate.ejected { eject(other) }
    if board.place(meeting, candidate.spot) {
      let before = change
      change += candidate.change
      settled[meeting] = candidate.spot
      descend()
      settled[meeting] = nil
      change = before
      board.remove(meeting)
    }
    for (other, home) in zip(candidate.ejected, homes).reversed() { restore(other, home) }
  }

  /// All are placed, but a limit on somebody's day or another hard rule that counts is broken: one of those whom it
  /// ties to the placed must leave, too. First those without whom less is broken; where everything is tried, then those
  /// who could come to where they mend it (the gap of a day, a day too short).
  private mutating func repair() {
    var tied: [(relief: Int, meeting: Int)] = []
    var seen: Set<Int> = []
    for meeting in settled.keys.sorted() {
      for other in board.relatives(of: meeting) + board.partners(of: meeting)
      where seen.insert(other).inserted && mayLeave(other) && lessonsUsed(with: [other]) <= limit {
        stepsLeft -= 1
        if isOver { return }
        tied.append((board.relief(other), other))
      }
    }
    for (relief, other) in tied.sorted(by: { ($1.relief, $0.meeting) < ($0.relief, $1.meeting) }) {
      if isOver { return }
      if relief <= 0, breadth == .narrow { return }
      let home = board.spot(of: other)
      eject(other)
      descend()
      restore(other, home)
    }
  }

  private mutating func eject(_ meeting: Int) {
    board.remove(meeting)
    open.append(meeting)
    ejected[board.lesson(of: meeting), default: 0] += 1
  }

  /// In the reverse order of ejecting.
  private mutating func restore(_ meeting: Int, _ home: ReplanBoard.Spot?) {
    open.removeLast()
    let lesson = board.lesson(of: meeting)
    ejected[lesson] = ejected[lesson].flatMap { $0 > 1 ? $0 - 1 : nil }
    if let home, !board.place(meeting, home) { preconditionFailure("A place just left is taken.") }
  }

  private func mayLeave(_ meeting: Int) -> Bool {
    movable[meeting] && settled[meeting] == nil && board.isPlaced(meeting)
  }

  /// Lessons that have been moved so far, and these.
  private func lessonsUsed(with more: [Int]) -> Int {
    let used = ejected.count { !moved.contains($0.key) }
    if more.isEmpty { return used }
    let fresh = Set(more.map { board.lesson(of: $0) }).count { !moved.contains($0) && ejected[$0] == nil }
    return used + fresh
  }

  private mutating func record() {
    let all = moved.union(ejected.keys)
    let found = Solution(
      moves: settled.sorted { $0.key < $1.key }.map { (meeting: $0.key, spot: $0.value) },
      lessons: lessonsUsed(with: []), change: change, people: people.further(all), cost: board.cost)
    if let best, !found.isBetter(than: best) { return }
    guard people.allows(all) else { return }
    if best == nil { stepsAtEnd = max(0, stepsLeft - Self.stepsToBetter) }
    best = found
  }

  /// Once as few lessons move as can, this many more steps look for a way that changes less or is cheaper.
  private static let stepsToBetter = 150_000
}

// MARK: Places to go

extension EjectionSearch {
  /// Free places, those that change least first, then those for which the fewest lessons must go.
  private mutating func candidates(for meeting: Int) -> [Candidate] {
    let rooms = board.rooms(of: meeting)
    guard !rooms.isEmpty else { return [] }
    var found: [Candidate] = []
    let times = board.times(of: meeting)
    let turn = times.isEmpty ? 0 : order.below(times.count)
    for step in times.indices {
      let time = times[(step + turn) % times.count]
      let obstacles = board.obstacles(of: meeting, at: time)
      stepsLeft -= 1
      guard obstacles.allSatisfy(mayLeave) else { continue }
      let lessons = lessonsUsed(with: obstacles)
      guard lessons <= limit else { continue }
      if board.needsSeveralRooms(meeting) {
        addSeveralRooms(meeting, time, rooms, Candidate(obstacles, lessons), &found)
      } else {
        addRooms(meeting, time, rooms, Candidate(obstacles, lessons), &found)
      }
    }
    return found.sorted(by: Candidate.isBetter)
  }

  private mutating func addRooms(
    _ meeting: Int, _ time: Int, _ rooms: [Int], _ blocked: Candidate, _ found: inout [Candidate]
  ) {
    var free: [Candidate] = []
    var held: [Candidate] = []
    for room in rooms {
      stepsLeft -= 1
      var candidate = blocked
      candidate.spot = ReplanBoard.Spot(time: time, rooms: [Int32(room)])
      candidate.change = board.change(meeting, to: candidate.spot)
      let isOpen = board.isOpen(room, at: time, for: meeting)
      if !isOpen {
        guard held.count < (breadth == .narrow ? 8 : Int.max),
          let holders = board.holders(of: room, at: time, for: meeting), !holders.isEmpty
        else { continue }
        candidate.ejected += holders.filter { !candidate.ejected.contains($0) }
      }
      candidate.ejected += board.strangers(to: room, for: meeting).filter { !candidate.ejected.contains($0) }
      guard candidate.ejected.allSatisfy(mayLeave) else { continue }
      candidate.lessons = lessonsUsed(with: candidate.ejected)
      guard candidate.lessons <= limit else { continue }
      if isOpen {
        // With somebody still in the way this is not the cost, but serves to compare rooms.
        candidate.delta = board.delta(meeting, time, room)
        candidate.breaksRules = candidate.ejected.isEmpty && board.hardViolations(after: candidate.delta) > floor
        free.append(candidate)
      } else {
        held.append(candidate)
      }
    }
    if breadth == .narrow, free.count > 3 {
      free.sort(by: Candidate.isBetter)
      free.removeLast(free.count - 3)
    }
    found += free + held
  }

  /// Rooms that are free: those of the base where these are among them.
  private mutating func addSeveralRooms(
    _ meeting: Int, _ time: Int, _ rooms: [Int], _ blocked: Candidate, _ found: inout [Candidate]
  ) {
    stepsLeft -= rooms.count
    let open = rooms.filter { board.isOpen($0, at: time, for: meeting) }.map(Int32.init)
    let own = board.usualRooms(of: meeting)
    let inOrder = open.filter(own.contains) + open.filter { !own.contains($0) }
    guard let chosen = board.pickRooms(meeting, from: inOrder) else { return }
    var candidate = blocked
    candidate.spot = ReplanBoard.Spot(time: time, rooms: chosen)
    candidate.change = board.change(meeting, to: candidate.spot)
    found.append(candidate)
  }
}
