/// Puts meetings somewhere, ejecting others that then have to be put somewhere themselves, until all have a place or
/// more lessons would have moved than allowed: depth-first, with the number allowed raised step by step by the caller.
///
/// A place once taken stays taken further down, so no chain runs in circles. Where the step budget lasts and
/// `breadth` is `full`, every set of moved lessons up to the limit is tried (meetings of several rooms take only
/// free ones), so the first limit with a solution is the least possible.
struct EjectionSearch {
  enum Breadth { case narrow, full }

  struct Solution {
    /// Meetings with a new place, in order of their numbers.
    var moves: [(meeting: Int, spot: ReplanBoard.Spot)]
    var lessons: Int
    var cost: Int64
  }

  private struct Candidate {
    var spot = ReplanBoard.Spot(time: -1, rooms: [])
    /// Who must leave for it.
    var ejected: [Int]
    var lessons: Int
    var delta: Int64 = 0

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
  /// Hard rules broken before: those of meetings that are still missing (a gap) mend when they are placed.
  private let floor: Int

  /// Meetings to be placed: those asked for, and those ejected since. A settled one has its new place.
  private var open: [Int] = []
  private var settled: [Int: ReplanBoard.Spot] = [:]
  /// Whether one meeting only is not settled.
  private var isLast = false
  /// Ejected meetings of each lesson.
  private var ejected: [Int: Int] = [:]

  init(
    _ board: ReplanBoard, movable: [Bool], moved: Set<Int>, people: AffectedPeople, limit: Int, breadth: Breadth,
    steps: Int, random: RandomSource, isCancelled: @escaping () -> Bool
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
    floor = board.hardViolations
  }

  /// The best solution for the meetings, which have no place; the board is left as it was.
  mutating func run(_ meetings: [Int]) -> Solution? {
    open = meetings
    descend()
    return best
  }

  private var isOver: Bool { stepsLeft <= stepsAtEnd }

  private mutating func descend() {
    if isOver { return }
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
    if waiting.count == 1, let cheapest = candidates.first, cheapest.ejected.isEmpty,
      board.hardViolations(after: cheapest.delta) <= floor
    {
      // Of free places the cheapest is the best for the last one, and ejecting anybody cannot move fewer.
      return take(cheapest, by: meeting)
    }
    for candidate in candidates {
      if isOver { return }
      take(candidate, by: meeting)
    }
  }

  /// Makes the move, goes on, and takes it back.
  private mutating func take(_ candidate: Candidate, by meeting: Int) {
    let homes = candidate.ejected.map { board.spot(of: $0) }
    for other in candidate.ejected { eject(other) }
    if board.place(meeting, candidate.spot) {
      settled[meeting] = candidate.spot
      descend()
      settled[meeting] = nil
      board.remove(meeting)
    }
    for (other, home) in zip(candidate.ejected, homes).reversed() { restore(other, home) }
  }

  /// All are placed, but a limit on somebody's day or another hard rule is broken: one of those who share people with
  /// the placed must leave, too.
  private mutating func repair() {
    let excess = board.hardViolations - floor
    for meeting in settled.keys.sorted() {
      for other in board.relatives(of: meeting) where mayLeave(other) && lessonsUsed(with: [other]) <= limit {
        stepsLeft -= 1
        if isOver { return }
        if board.relief(other) < excess { continue }
        let home = board.spot(of: other)
        eject(other)
        descend()
        restore(other, home)
      }
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
    let lessons = lessonsUsed(with: [])
    if let best, (best.lessons, best.cost) <= (lessons, board.cost) { return }
    guard people.allows(moved.union(ejected.keys)) else { return }
    if best == nil { stepsAtEnd = max(0, stepsLeft - Self.stepsToBetter) }
    best = Solution(
      moves: settled.sorted { $0.key < $1.key }.map { (meeting: $0.key, spot: $0.value) }, lessons: lessons,
      cost: board.cost)
  }

  /// Once as few lessons move as can, this many more steps look for a cheaper way.
  private static let stepsToBetter = 150_000
}

// MARK: Places to go

extension EjectionSearch {
  /// Free places, the cheapest first, then those for which the fewest lessons must go.
  private mutating func candidates(for meeting: Int) -> [Candidate] {
    let rooms = board.rooms(of: meeting)
    guard !rooms.isEmpty else { return [] }
    var found: [Candidate] = []
    let times = board.times(of: meeting)
    let turn = times.isEmpty ? 0 : order.below(times.count)
    for step in times.indices {
      let time = times[(step + turn) % times.count]
      let blockers = board.isFree(meeting, at: time) ? [] : board.blockers(of: meeting, at: time)
      stepsLeft -= 1
      guard blockers.allSatisfy(mayLeave) else { continue }
      let lessons = lessonsUsed(with: blockers)
      guard lessons <= limit else { continue }
      if board.needsSeveralRooms(meeting) {
        addSeveralRooms(meeting, time, rooms, Candidate(blockers, lessons), &found)
      } else {
        addRooms(meeting, time, rooms, Candidate(blockers, lessons), &found)
      }
    }
    return found.sorted { ($0.lessons, $0.ejected.count, $0.delta) < ($1.lessons, $1.ejected.count, $1.delta) }
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
      if board.isOpen(room, at: time, for: meeting) {
        // With somebody still in the way this is not the cost, but serves to compare rooms.
        candidate.delta = board.delta(meeting, time, room)
        if isLast, limit == 0, board.hardViolations(after: candidate.delta) > floor { continue }
        free.append(candidate)
      } else if held.count < (breadth == .narrow ? 8 : Int.max),
        let holders = board.holders(of: room, at: time, for: meeting), !holders.isEmpty, holders.allSatisfy(mayLeave)
      {
        candidate.ejected += holders.filter { !candidate.ejected.contains($0) }
        candidate.lessons = lessonsUsed(with: candidate.ejected)
        if candidate.lessons <= limit { held.append(candidate) }
      }
    }
    if breadth == .narrow, free.count > 3 {
      free.sort { $0.delta < $1.delta }
      free.removeLast(free.count - 3)
    }
    found += free + held
  }

  private mutating func addSeveralRooms(
    _ meeting: Int, _ time: Int, _ rooms: [Int], _ blocked: Candidate, _ found: inout [Candidate]
  ) {
    stepsLeft -= rooms.count
    let open = rooms.filter { board.isOpen($0, at: time, for: meeting) }
    let need = board.roomsNeeded(meeting)
    guard open.count >= need else { return }
    var candidate = blocked
    candidate.spot = ReplanBoard.Spot(time: time, rooms: open.prefix(need).map(Int32.init))
    found.append(candidate)
  }
}
