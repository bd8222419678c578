import Timetabling

/// An earlier attempt's checkpoint, as the run of the same plan takes it up.
struct Resumption {
  let checkpoint: Checkpoint

  /// Nil for a checkpoint that is not of this plan: then the run begins anew.
  init?(_ checkpoint: Checkpoint, of plan: GenerationPlan) {
    let terms = plan.problem.objectiveTerms.count
    let variants = checkpoint.variants
    guard !variants.isEmpty, variants.count <= plan.variants.count, variants.map(\.number) == Array(variants.indices),
      zip(variants, plan.variants).allSatisfy({ $0.variant.name == $1.name }),
      variants.allSatisfy({ $0.variant.weights.values.count == terms }),
      variants.dropLast().allSatisfy(\.isFinished),
      (0...1).contains(checkpoint.fraction), checkpoint.seconds >= 0, checkpoint.seconds.isFinite
    else { return nil }
    self.checkpoint = checkpoint
  }

  var note: RunNote {
    RunNote(
      stage: .preparing,
      what: "The run went on from a checkpoint at \(Int(checkpoint.fraction * 100)) % instead of beginning anew.",
      why: "An earlier attempt ended there, after \(Int(checkpoint.seconds)) s.")
  }

  /// Of the variant that was in work, else of the last one that was finished.
  var lastTimetable: Timetable? { checkpoint.variants.last?.variant.timetable }

  func finished(_ number: Int) -> GeneratedVariant? {
    guard number < checkpoint.variants.count, checkpoint.variants[number].isFinished else { return nil }
    return checkpoint.variants[number].variant
  }

  /// The variant that was in work, if it is this one.
  func working(_ number: Int) -> VariantCheckpoint? {
    guard number < checkpoint.variants.count, !checkpoint.variants[number].isFinished else { return nil }
    return checkpoint.variants[number]
  }

  func placement(of variant: GeneratedVariant, _ scoring: Scoring) -> Snapshot {
    let state = SearchState(scoring)
    state.load(state.compiled.snapshot(of: variant.timetable))
    return state.snapshot()
  }
}

/// Where the variant in work goes on: for `VariantMaker`.
struct ResumePoint {
  /// Of the whole run.
  let fraction: Double
  /// What its annealing cools by, so that it goes on as warm as it was.
  let step: Step?

  /// Rounds of the stretch that were done before.
  func rounds(of stretch: Stretch) -> Int {
    guard fraction > stretch.begin, stretch.length > 0 else { return 0 }
    return min(stretch.rounds, Int(Double(stretch.rounds) * (fraction - stretch.begin) / stretch.length))
  }

  /// What is left of a stretch.
  func rest(of stretch: ClosedRange<Double>) -> ClosedRange<Double> {
    min(stretch.upperBound, max(stretch.lowerBound, fraction))...stretch.upperBound
  }
}
