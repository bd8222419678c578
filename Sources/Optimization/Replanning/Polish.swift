/// Makes a plan change less, and cheaper, without moving anybody else: each moved meeting goes home where it can, else
/// to the free place that changes least, then to the cheapest, one after the other and in pairs, until nothing gets
/// better.
struct Polish {
  let board: ReplanBoard
  /// Where the base had each meeting.
  let homes: [ReplanBoard.Spot?]
  private(set) var stepsLeft: Int
  private let isCancelled: () -> Bool
  private let floor: Int

  init(_ board: ReplanBoard, homes: [ReplanBoard.Spot?], steps: Int, isCancelled: @escaping () -> Bool) {
    self.board = board
    self.homes = homes
    self.isCancelled = isCancelled
    stepsLeft = steps
    floor = board.hardViolations
  }

  /// Meetings that need several rooms stay where they are.
  mutating func run(_ meetings: [Int]) {
    let moved = meetings.filter { board.isPlaced($0) && !board.needsSeveralRooms($0) }
    var isBetter = true
    while isBetter, stepsLeft > 0, !isCancelled() {
      isBetter = false
      for meeting in moved where board.spot(of: meeting) != homes[meeting] {
        if relocate(meeting) { isBetter = true }
      }
      guard moved.count <= 12 else { continue }
      for one in moved {
        for other in moved where other != one && stepsLeft > 0 {
          if exchange(one, other) { isBetter = true }
        }
      }
    }
  }

  /// Places an unplaced meeting at the free spot that changes least, of those at the cheapest; false where there is none.
  mutating func placeCheapest(_ meeting: Int) -> Bool { placedCheapest(meeting) != nil }

  private mutating func placedCheapest(_ meeting: Int) -> PlanChange? {
    guard let spot = cheapest(meeting, among: board.times(of: meeting)), board.place(meeting, spot) else { return nil }
    return board.change(meeting, to: spot)
  }

  private mutating func relocate(_ meeting: Int) -> Bool {
    guard let before = board.spot(of: meeting) else { return false }
    let cost = board.cost
    board.remove(meeting)
    if let home = homes[meeting], isAllowed(meeting, home), board.place(meeting, home) {
      if board.hardViolations <= floor { return true }
      board.remove(meeting)
    }
    let change = board.change(meeting, to: before)
    if let now = placedCheapest(meeting), (now, board.cost) < (change, cost) { return true }
    board.remove(meeting)
    _ = board.place(meeting, before)
    return false
  }

  /// `one` goes to the other's time, the other to the cheapest place left.
  private mutating func exchange(_ one: Int, _ other: Int) -> Bool {
    guard let (a, b) = both(board.spot(of: one), board.spot(of: other)), a.time != b.time else { return false }
    // Who is at home stays there.
    if a == homes[one] || b == homes[other] { return false }
    let cost = board.cost
    let change = board.change(one, to: a) + board.change(other, to: b)
    board.remove(one)
    board.remove(other)
    if let spot = cheapest(one, among: board.times(of: one).filter { $0 == b.time }), board.place(one, spot) {
      let moved = board.change(one, to: spot)
      if let now = placedCheapest(other), (now + moved, board.cost) < (change, cost) { return true }
      board.remove(other)
      board.remove(one)
    }
    _ = board.place(one, a)
    _ = board.place(other, b)
    return false
  }

  private func both(_ one: ReplanBoard.Spot?, _ other: ReplanBoard.Spot?) -> (ReplanBoard.Spot, ReplanBoard.Spot)? {
    guard let one, let other else { return nil }
    return (one, other)
  }

  private func isAllowed(_ meeting: Int, _ spot: ReplanBoard.Spot) -> Bool {
    board.times(of: meeting).contains(spot.time)
  }

  private mutating func cheapest(_ meeting: Int, among times: [Int]) -> ReplanBoard.Spot? {
    guard !board.needsSeveralRooms(meeting) else { return nil }
    let rooms = board.rooms(of: meeting)
    var best: (change: PlanChange, delta: Int64, spot: ReplanBoard.Spot)?
    for time in times where board.isFree(meeting, at: time) {
      for room in rooms where board.isOpen(room, at: time, for: meeting) {
        stepsLeft -= 1
        let delta = board.delta(meeting, time, room)
        if board.hardViolations(after: delta) > floor { continue }
        let spot = ReplanBoard.Spot(time: time, rooms: [Int32(room)])
        let change = board.change(meeting, to: spot)
        if best.map({ (change, delta) < ($0.change, $0.delta) }) ?? true { best = (change, delta, spot) }
      }
    }
    return best?.spot
  }
}
