struct RepairStage { let maker: VariantMaker; let scoring: Scoring; let stretch: ClosedRange<Double>
  func run(from best: Snapshot) -> Snapshot { best } }
