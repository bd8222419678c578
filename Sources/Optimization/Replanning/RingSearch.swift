/// Finds places for the forced meetings within one ring, with as few further lessons as it can.
///
/// First one meeting after the other, the most constrained first, each with the fewest ejections that suffice; then,
/// where they are few, all together, which finds what one after the other misses.
struct RingSearch {
  struct Outcome {
    var spots: [ReplanBoard.Spot?]
    /// Meetings without a place, and hard rules that are broken.
    var faults: Int
    var further: Int
    var change: PlanChange

    func isBetter(than other: Outcome) -> Bool {
      if (faults, further) != (other.faults, other.further) {
        return (faults, further) < (other.faults, other.further)
      }
      return change < other.change
    }
  }

  let board: ReplanBoard
  let movable: [Bool]
  /// Further lessons that may move.
  let limit: Int
  let seed: UInt64
  private(set) var stepsLeft: Int
  /// Whether a search was ended by its share of the steps, so that fewer moves may have been overlooked.
  private(set) var ranOut = false
  private let isCancelled: () -> Bool
  /// Lessons that have moved so far, the forced ones from the start.
  private var moved: Set<Int>
  private let forcedLessons: Set<Int>
  private let people: AffectedPeople

  /// So many forced meetings are also searched for all together.
  private static let fewTogether = 6

  init(
    _ board: ReplanBoard, movable: [Bool], forced: [Int], limit: Int, people: Int?, seed: UInt64, steps: Int,
    isCancelled: @escaping () -> Bool
  ) {
    self.board = board
    self.movable = movable
    self.limit = limit
    self.seed = seed
    self.isCancelled = isCancelled
    stepsLeft = steps
    forcedLessons = Set(forced.map { board.lesson(of: $0) })
    moved = forcedLessons
    self.people = AffectedPeople(board.compiled, forced: forcedLessons, limit: people)
  }

  /// The forced meetings have no place on the board; it is left as it was.
  mutating func run(_ forced: [Int]) -> Outcome {
    let start = board.spots
    defer { board.load(start) }
    let inOrder = forced.map { (free: freePlaces(of: $0), meeting: $0) }.sorted { $0 < $1 }.map(\.meeting)
    var unplaced = 0
    for (number, meeting) in inOrder.enumerated() {
      let share = stepsLeft / (inOrder.count - number + 1)
      let isLast = unplaced == 0 && number == inOrder.count - 1
      let mended = isLast ? fewest([meeting], upTo: limit - further, moved: moved, steps: share, mends: true) : nil
      if let solution = mended ?? fewest([meeting], upTo: limit - further, moved: moved, steps: share, mends: false) {
        apply(solution)
      } else {
        unplaced += 1
      }
    }
    var outcome = outcome(unplaced: unplaced)
    // Together they may need fewer others, or change less.
    let isWorthTrying = outcome.faults > 0 || further > 0 || outcome.change.times > 0
    if (2...Self.fewTogether).contains(forced.count), isWorthTrying {
      board.load(start)
      let most = outcome.faults > 0 ? limit : further
      if let solution = fewest(forced, upTo: most, moved: forcedLessons, steps: stepsLeft, mends: true) {
        moved = forcedLessons
        apply(solution)
        let together = self.outcome(unplaced: 0)
        if together.isBetter(than: outcome) { outcome = together }
      }
    }
    return outcome
  }

  private func outcome(unplaced: Int) -> Outcome {
    Outcome(
      spots: board.spots, faults: unplaced + board.hardViolations, further: further, change: board.change)
  }

  private var further: Int { moved.count - forcedLessons.count }

  /// Raises the number of further lessons until a solution is found.
  private mutating func fewest(
    _ meetings: [Int], upTo most: Int, moved: Set<Int>, steps: Int, mends: Bool
  ) -> EjectionSearch.Solution? {
    var left = steps
    for lessons in 0...max(0, most) {
      for breadth in [EjectionSearch.Breadth.narrow, .full] {
        // The first tries are cheap, and leave the rest to the later ones.
        let share = max(1, left / 2)
        var search = EjectionSearch(
          board, movable: movable, moved: moved, people: people, limit: lessons, breadth: breadth, steps: share,
          mends: mends, random: RandomSource(seed: seed, stream: 31, number: UInt64(lessons)), isCancelled: isCancelled)
        let solution = search.run(meetings)
        let used = share - max(0, search.stepsLeft)
        left -= used
        stepsLeft -= used
        if let solution { return solution }
        if left <= 0 || (breadth == .full && search.stepsLeft <= 0) { ranOut = true }
        if left <= 0 || isCancelled() { return nil }
      }
    }
    return nil
  }

  private mutating func apply(_ solution: EjectionSearch.Solution) {
    for move in solution.moves { board.remove(move.meeting) }
    for move in solution.moves {
      if !board.place(move.meeting, move.spot) { preconditionFailure("A solution does not fit its board.") }
      moved.insert(board.lesson(of: move.meeting))
    }
  }

  private mutating func freePlaces(of meeting: Int) -> Int {
    let rooms = board.rooms(of: meeting)
    return board.times(of: meeting).reduce(0) { count, time in
      guard board.isFree(meeting, at: time) else { return count }
      return count + rooms.count { board.isOpen($0, at: time, for: meeting) }
    }
  }
}
