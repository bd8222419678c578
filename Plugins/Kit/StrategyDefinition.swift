/// All there is to a strategy written in Swift: what it is called, what can be set, and how it weighs.
public struct StrategyDefinition: Sendable {
  /// Reverse domain; never reused for another strategy.
  public var id: String
  public var name: String
  /// Change it whenever the same options give other weights.
  public var version: String
  /// One sentence for whoever chooses: what becomes better, at whose cost.
  public var summary: String
  public var options: [StrategyOption]
  /// Sets the shares. Must depend on nothing but its argument.
  public var weigh: @Sendable (inout Weighing) -> Void

  public init(
    id: String, name: String, version: String, summary: String, options: [StrategyOption],
    weigh: @escaping @Sendable (inout Weighing) -> Void
  ) {
    self.id = id
    self.name = name
    self.version = version
    self.summary = summary
    self.options = options
    self.weigh = weigh
  }
}

/// A number that a tenant's administrator may set; the host keeps it within its range.
public struct StrategyOption: Sendable {
  public var id: String
  public var summary: String
  public var range: ClosedRange<Double>
  public var defaultValue: Double

  public init(_ id: String, _ summary: String, in range: ClosedRange<Double>, default defaultValue: Double) {
    precondition(range.contains(defaultValue), "option \(id) has a default outside its range")
    self.id = id
    self.summary = summary
    self.range = range
    self.defaultValue = defaultValue
  }
}
