/// Finds which meetings cannot stay, as few as can be found, and leaves the board with all others in place.
///
/// A meeting whose own place became illegal has no choice. Of meetings in each other's way (two lessons that share a
/// teacher now) those in the way of most others go first: the greedy vertex cover.
struct ForcedMoves {
  /// In order of their numbers.
  private(set) var meetings: [Int] = []
  /// Where the base has each meeting, nil where it has none or the place is illegal.
  let spots: [ReplanBoard.Spot?]

  /// The board must be empty.
  init(_ board: ReplanBoard, spots: [ReplanBoard.Spot?], trims: Bool) {
    self.spots = spots
    var leaving = Self.cover(Self.clashes(board, spots))
    for (meeting, spot) in spots.enumerated() {
      guard let spot, !leaving.contains(meeting) else { continue }
      if !board.place(meeting, spot) { leaving.insert(meeting) }
    }
    let isComplete = leaving.isEmpty && !spots.contains { $0 == nil }
    while trims || isComplete, board.hardViolations > 0, let meeting = Self.guiltiest(board) {
      board.remove(meeting)
      leaving.insert(meeting)
    }
    meetings = spots.indices.filter { spots[$0] == nil || leaving.contains($0) }
  }

  /// Pairs of meetings that may not both be where they were.
  private static func clashes(_ board: ReplanBoard, _ spots: [ReplanBoard.Spot?]) -> [(Int, Int)] {
    var pairs: [(Int, Int)] = []
    for (meeting, spot) in spots.enumerated() {
      guard let spot else { continue }
      for other in board.relatives(of: meeting) where other > meeting {
        if let there = spots[other], board.overlap(spot.time, there.time) { pairs.append((meeting, other)) }
      }
    }
    return pairs
  }

  private static func cover(_ pairs: [(Int, Int)]) -> Set<Int> {
    var leaving: Set<Int> = []
    var left = pairs
    while !left.isEmpty {
      var counts: [Int: Int] = [:]
      for (one, other) in left {
        counts[one, default: 0] += 1
        counts[other, default: 0] += 1
      }
      guard let worst = counts.max(by: { ($0.value, $0.key) < ($1.value, $1.key) })?.key else { break }
      leaving.insert(worst)
      left.removeAll { $0.0 == worst || $0.1 == worst }
    }
    return leaving
  }

  /// The placed meeting without which the fewest hard rules are broken; nil where no one meeting is to blame.
  private static func guiltiest(_ board: ReplanBoard) -> Int? {
    var best: (relief: Int, meeting: Int)?
    for meeting in 0..<board.meetingCount where board.isPlaced(meeting) {
      let relief = board.relief(meeting)
      if relief > best?.relief ?? 0 { best = (relief, meeting) }
    }
    return best?.meeting
  }
}
