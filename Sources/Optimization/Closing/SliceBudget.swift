/// The proposals of a stretch that is spent in slices, all chains together: by ticks as planned, by the clock as the
/// measured rate allows, decided anew after each slice.
struct SliceBudget {
  private let stretch: ClosedRange<Double>
  private let rounds: Int
  private var spent = 0
  private(set) var left: Int

  init(_ stretch: ClosedRange<Double>, _ pace: inout Pace) {
    self.stretch = stretch
    rounds = Stretch(stretch.lowerBound, stretch.upperBound, pace: pace).rounds
    left = stretch.lowerBound < stretch.upperBound ? pace.proposals(leftOf: stretch, spent: 0) : 0
  }

  mutating func spend(_ proposals: Int, _ pace: inout Pace) {
    spent += proposals
    left = pace.proposals(leftOf: stretch, spent: spent)
  }

  private static let fewest = 1024
  var isWorthASlice: Bool { left >= Self.fewest }

  /// What stages get that take any number.
  var slice: Int { min(left, max(Self.fewest, (spent + left) / rounds)) }

  /// No slice is longer, so that there is something to choose.
  var longest: Int { max(Self.fewest, (spent + left) / 4) }

  /// The share of the stretch that is over, 0...1.
  var gone: Double { Double(spent) / Double(max(1, spent + left)) }

  /// Of the whole run.
  var fraction: Double { stretch.lowerBound + (stretch.upperBound - stretch.lowerBound) * gone }

  /// What is left of this share of the stretch, but at least the smallest slice.
  func left(until share: Double) -> Int {
    min(left, max(Self.fewest, Int(share * Double(spent + left)) - spent))
  }
}
