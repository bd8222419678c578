import Timetabling

/// Where a run stands: what its variants are so far, and enough to go on from there instead of from the start.
public struct Checkpoint: Hashable, Sendable, Codable {
  /// 0...1 of the whole run, as its progress says.
  public var fraction: Double
  /// Spent so far, those of earlier attempts included.
  public var seconds: Double
  public var proposals: UInt64
  /// As in `GenerationProgress`.
  public var gainOfTwiceTheTime: Double?
  /// In their order. What a run tells of are those that have changed since it told last.
  public var variants: [VariantCheckpoint]
  /// Whether the run was told to stop, and stood here when it heard of it.
  public var isLast: Bool

  public init(
    fraction: Double, seconds: Double, proposals: UInt64, gainOfTwiceTheTime: Double? = nil,
    variants: [VariantCheckpoint], isLast: Bool = false
  ) {
    self.fraction = fraction
    self.seconds = seconds
    self.proposals = proposals
    self.gainOfTwiceTheTime = gainOfTwiceTheTime
    self.variants = variants
    self.isLast = isLast
  }

  /// What both say together, the other being the later one.
  public func followed(by later: Checkpoint) -> Checkpoint {
    var whole = later
    let changed = Set(later.variants.map(\.number))
    whole.variants = (variants.filter { !changed.contains($0.number) } + later.variants)
      .sorted { $0.number < $1.number }
    return whole
  }
}

/// One variant as far as it has come: a whole timetable that breaks no hard rule, what has no place being left out.
public struct VariantCheckpoint: Hashable, Sendable, Codable {
  /// From 0, in the order of the plan.
  public var number: Int
  public var variant: GeneratedVariant
  /// Whether its share of the time is used up.
  public var isFinished: Bool
  /// What moves cost where its annealing began, by which it cools (`Step`); nil before it has begun.
  public var typicalStep: Double?
  public var largeStep: Double?

  public init(
    number: Int, variant: GeneratedVariant, isFinished: Bool, typicalStep: Double? = nil, largeStep: Double? = nil
  ) {
    self.number = number
    self.variant = variant
    self.isFinished = isFinished
    self.typicalStep = typicalStep
    self.largeStep = largeStep
  }

  var step: Step? {
    guard let typicalStep, let largeStep else { return nil }
    return Step(typical: typicalStep, large: largeStep)
  }
}
