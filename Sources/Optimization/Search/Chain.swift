/// One walker with its own state and stream of randomness; the unit of parallel work.
final class Chain: @unchecked Sendable {
  var walker: Walker
  private let thresholds: Flat<Float>

  init(_ scoring: Scoring, allowsClashes: Bool, start: Snapshot, energy: Energy, random: RandomSource) {
    thresholds = Flat(Energy.thresholds)
    let state = SearchState(scoring, allowsClashes: allowsClashes)
    state.load(start)
    walker = Walker(state, random: random, energy: energy, thresholds: thresholds)
  }

  deinit {
    thresholds.free()
    walker.free()
  }

  /// Walks at temperatures falling from `hot` to `cold`, and looks every 1,024 proposals whether to stop.
  ///
  /// Cut-off: a temperature is left once 30 % of its evaluated moves could have been accepted; what is saved goes to
  /// the lower ones.
  func cool(proposals: Int, from hot: Double, to cold: Double, isCancelled: () -> Bool) {
    let levels = max(1, min(64, proposals / 4096))
    var left = proposals
    for level in 0..<levels {
      walker.temperature = hot * power(cold / hot, Double(level) / Double(levels))
      let share = left / (levels - level)
      let limit = walker.accepted + UInt64(share) / 10
      var done = 0
      while done < share, walker.accepted < limit || level == levels - 1 {
        if isCancelled() { return walker.rest() }
        let step = min(1024, share - done)
        walker.walk(step)
        done += step
      }
      left -= done
    }
    assert(walker.state.recountedCost == walker.state.cost)
    walker.rest()
  }
}
