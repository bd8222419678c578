struct GeneticStage { let maker: VariantMaker; let scoring: Scoring; let stretch: ClosedRange<Double>
  func run(from elites: [Snapshot]) -> [Snapshot] { elites } }
