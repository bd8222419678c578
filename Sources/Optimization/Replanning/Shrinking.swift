/// Takes a plan back where it moved more than it had to: each moved meeting tries to go home, and whoever moved into its
/// place finds another one, without anybody moving who had not moved.
struct Shrinking {
  let board: ReplanBoard
  let homes: [ReplanBoard.Spot?]
  let seed: UInt64
  private(set) var stepsLeft: Int
  private let isCancelled: () -> Bool
  private let floor: Int

  /// For one meeting's way home.
  private static let stepsEach = 20_000

  init(
    _ board: ReplanBoard, homes: [ReplanBoard.Spot?], seed: UInt64, steps: Int, isCancelled: @escaping () -> Bool
  ) {
    self.board = board
    self.homes = homes
    self.seed = seed
    stepsLeft = steps
    self.isCancelled = isCancelled
    floor = board.hardViolations
  }

  /// Until nobody gets home any more.
  mutating func run() {
    var isBetter = true
    while isBetter, stepsLeft > 0, !isCancelled() {
      isBetter = false
      for meeting in moved where stepsLeft > 0 && board.spot(of: meeting) != homes[meeting] {
        if bringHome(meeting) { isBetter = true }
      }
    }
  }

  private var moved: [Int] {
    (0..<board.meetingCount).filter {
      board.isPlaced($0) && homes[$0] != nil && board.spot(of: $0) != homes[$0] && !board.needsSeveralRooms($0)
    }
  }

  /// Whether fewer meetings, or fewer times, are elsewhere now; else everything is as it was.
  private mutating func bringHome(_ meeting: Int) -> Bool {
    guard let home = homes[meeting] else { return false }
    let all = Set(moved)
    let before = board.spots
    let (change, cost) = (board.change, board.cost)
    board.remove(meeting)
    let room = Int(home.rooms[0])
    let holders =
      board.isOpen(room, at: home.time, for: meeting) ? [] : board.holders(of: room, at: home.time, for: meeting)
    let inTheWay = Set(
      board.obstacles(of: meeting, at: home.time) + (holders ?? []) + board.strangers(to: room, for: meeting))
    var isDone = false
    if holders != nil, inTheWay.isSubset(of: all) {
      for other in inTheWay { board.remove(other) }
      isDone = board.place(meeting, home) && settle(inTheWay.sorted(), among: all.subtracting([meeting]))
    }
    if isDone, board.hardViolations <= floor, (board.change, board.cost) < (change, cost) { return true }
    board.load(before)
    return false
  }

  private mutating func settle(_ meetings: [Int], among moved: Set<Int>) -> Bool {
    if meetings.isEmpty { return true }
    var movable = [Bool](repeating: false, count: board.meetingCount)
    for meeting in moved { movable[meeting] = true }
    let lessons = Set(moved.map { board.lesson(of: $0) })
    let steps = min(stepsLeft, Self.stepsEach)
    var search = EjectionSearch(
      board, movable: movable, moved: lessons, people: AffectedPeople(board.compiled, forced: lessons, limit: nil),
      limit: 0, breadth: .full, steps: steps, mends: false, random: RandomSource(seed: seed, stream: 32, number: 0),
      isCancelled: isCancelled)
    let solution = search.run(meetings)
    stepsLeft -= steps - max(0, search.stepsLeft)
    guard let solution else { return false }
    for move in solution.moves { board.remove(move.meeting) }
    return solution.moves.allSatisfy { board.place($0.meeting, $0.spot) }
  }
}
