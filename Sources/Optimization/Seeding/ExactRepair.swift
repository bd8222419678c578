/// Asks the exact solver for places for what has none: the meetings without a place, those in their way, and all places
/// that everybody else leaves to them.
///
/// Clashes of people and rooms, minutes, bookings and rules about pairs are in the model, rules that count people's periods
/// (gaps, hours) are not: the answer is kept only where the engine finds it better.
struct ExactRepair {
  private let scoring: Scoring
  private let solver: any ExactSolver
  private var compiled: CompiledProblem { scoring.compiled }

  private static let largestRegion = 80
  private static let roomsForEachTime = 8
  private static let largestModel = 200_000

  init(_ scoring: Scoring, _ solver: any ExactSolver) {
    self.scoring = scoring
    self.solver = solver
  }

  /// The better placement, or nil; never one that ranks below `start`.
  func improve(
    _ start: Snapshot, limit: ExactLimit, random: inout RandomSource, isCancelled: @Sendable () -> Bool
  ) throws -> Snapshot? {
    let state = SearchState(scoring)
    state.load(start)
    let region = chooseRegion(state, &random)
    guard !region.isEmpty else { return nil }
    let model = RegionModel(state, region, roomsForEachTime: Self.roomsForEachTime, &random)
    guard model.choices.literalCount <= Self.largestModel else { return nil }
    guard case .solution(let chosen, _, _) = try solver.solve(model.choices, limit: limit, isCancelled: isCancelled)
    else { return nil }
    model.load(chosen, into: state)
    let found = state.snapshot()
    return Snapshot.isBetter(found, start) ? found : nil
  }

  /// Meetings without a place, whoever stands in their way, whoever stands in the way of those, and so on until the
  /// region is full; of each ring those first that are in the way most often.
  private func chooseRegion(_ state: SearchState, _ random: inout RandomSource) -> [Int] {
    let homeless = (0..<state.unplaced).map { Int(state.pool[$0]) }.sorted()
      .filter { !state.needsSeveralRooms($0) && compiled.times(of: $0).count > 0 }
    var ring = Array(homeless.prefix(Self.largestRegion / 4))
    var region = ring
    var isChosen = [Bool](repeating: false, count: compiled.meetingCount)
    for meeting in ring { isChosen[meeting] = true }
    while !ring.isEmpty, region.count < Self.largestRegion {
      let blocks = countBlockers(of: ring, state)
      let near = blocks.indices.filter { blocks[$0] > 0 && !isChosen[$0] && !state.needsSeveralRooms($0) }
        .map { (weight: blocks[$0] * 16 + random.below(16), meeting: $0) }
        .sorted { ($1.weight, $0.meeting) < ($0.weight, $1.meeting) }
      ring = near.prefix(Self.largestRegion - region.count).map(\.meeting)
      for meeting in ring { isChosen[meeting] = true }
      region += ring
    }
    return region
  }

  /// How often each meeting is in the way of the ring's, by its people, by its room, or by a hard rule about both.
  private func countBlockers(of ring: [Int], _ state: SearchState) -> [Int] {
    var blocks = [Int](repeating: 0, count: compiled.meetingCount)
    let partners = RulePartners(scoring)
    for meeting in ring {
      for time in compiled.times(of: meeting).map({ Int($0) }) {
        for other in state.blockers(of: meeting, at: time) { blocks[other] += 1 }
        for other in partners.excluded(by: meeting, at: time, state) { blocks[other] += 1 }
        for room in compiled.rooms(of: meeting) {
          let holder = state.occupant(Int(room), time, for: meeting)
          if holder >= 0 { blocks[holder] += 1 }
        }
      }
    }
    return blocks
  }
}
