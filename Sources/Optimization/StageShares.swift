/// Which part of a variant's time each stage gets, and why: `ops/decisions/0005-annealing.md`.
struct StageShares {
  let annealing: ClosedRange<Double>
  /// What the stages after it share.
  let closing: ClosedRange<Double>
  /// Where crossing ends, as a share of `closing`, when stages are not chosen.
  let crossing: Double

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
    let cut = share.lowerBound + (share.upperBound - share.lowerBound) * begin
    annealing = share.lowerBound...cut
    closing = cut...share.upperBound
    crossing = !repairs ? 1 : begin < 1 ? (ends[1] - begin) / (1 - begin) : 0
  }
}
