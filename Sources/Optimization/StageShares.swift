/// Which part of a variant's time each stage gets, and why: `ops/decisions/0005-annealing.md`.
struct StageShares {
  let annealing: ClosedRange<Double>
  let genetic: ClosedRange<Double>
  let repair: ClosedRange<Double>

  /// Crossing good timetables pays once annealing alone has little left to find: from about this many proposals for
  /// each meeting on.
  private static let proposalsBeforeCrossing = 2e6
  /// A guess before anything is measured, so that a repeated run decides alike; only the order of magnitude matters.
  private static let proposalsPerSecond = 1e7

  init(of share: ClosedRange<Double>, plan: GenerationPlan, scoring: Scoring) {
    let meetings = Double(max(1, scoring.compiled.meetingCount))
    let all = plan.ticks.map { Double($0) * 1000 } ?? plan.seconds * Self.proposalsPerSecond
    let proposals = all * (share.upperBound - share.lowerBound) / meetings
    let ends: [Double] =
      if scoring.compiled.meetingCount >= OwnedAnnealing.fewestMeetings {
        [0.95, 0.95, 1]
      } else if scoring.hasHardCosts {
        [0.78, 0.92, 1]
      } else if proposals >= Self.proposalsBeforeCrossing {
        [0.8, 0.94, 1]
      } else { [0.93, 0.93, 1] }
    let (crosses, repairs) = (plan.stages.usesCrossing, plan.stages.repair != .none)
    let begin = crosses ? ends[0] : repairs ? ends[1] : 1
    let stages = share.split([begin, repairs ? ends[1] : 1, 1])
    (annealing, genetic, repair) = (stages[0], stages[1], stages[2])
  }
}

extension ClosedRange<Double> {
  /// Consecutive parts that end at the given shares.
  fileprivate func split(_ ends: [Double]) -> [ClosedRange<Double>] {
    zip([0] + ends.dropLast(), ends).map { begin, end in
      (lowerBound + (upperBound - lowerBound) * begin)...(lowerBound + (upperBound - lowerBound) * end)
    }
  }
}
