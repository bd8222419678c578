/// Tells what a run has found so far, now and then, and once more when it is asked to stop.
///
/// Asked at points where nobody searches. It draws no random number and works on states of its own: a run that tells
/// finds the same timetables as one that doesn't, unless it goes by the clock.
final class CheckpointDesk {
  /// Of the annealing in work.
  var step: Step?
  private(set) var hasToldTheLast = false
  private let interval: Double
  private let listener: @Sendable (Checkpoint) -> Void
  private var toldAt = monotonicSeconds()
  /// Finished, and not told of yet.
  private var finished: [VariantCheckpoint] = []

  init(interval: Double, _ listener: @escaping @Sendable (Checkpoint) -> Void) {
    self.interval = interval
    self.listener = listener
  }

  func isDue(isStopping: Bool) -> Bool {
    !hasToldTheLast && (isStopping || monotonicSeconds() - toldAt >= interval)
  }

  /// After the last word nothing is finished any more: what was cut short only looks like it.
  func finish(_ variant: GeneratedVariant, number: Int) {
    step = nil
    if !hasToldTheLast { finished.append(VariantCheckpoint(number: number, variant: variant, isFinished: true)) }
  }

  func tell(_ working: VariantCheckpoint, of run: Run, isLast: Bool) {
    listener(
      Checkpoint(
        fraction: run.lastFraction, seconds: run.pace.elapsed, proposals: run.pace.proposals,
        gainOfTwiceTheTime: run.gainOfTwiceTheTime, variants: finished + [working], isLast: isLast))
    finished = []
    hasToldTheLast = isLast
    toldAt = monotonicSeconds()
  }
}

extension VariantMaker {
  /// Tells of the best so far where that is due.
  func tell(_ best: Snapshot, _ scoring: Scoring) {
    guard let desk = run.checkpoints else { return }
    let isStopping = run.observer.isCancelled()
    guard desk.isDue(isStopping: isStopping) else { return }
    let working = VariantCheckpoint(
      number: number, variant: draft(best, scoring).variant, isFinished: false, typicalStep: desk.step?.typical,
      largeStep: desk.step?.large)
    desk.tell(working, of: run, isLast: isStopping)
  }
}
