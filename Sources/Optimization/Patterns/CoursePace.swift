/// What each chain does before the chains are looked at together.
struct CourseRound: Sendable {
  /// How much of the search is over when the round begins, 0...1.
  var fraction: Double
  /// Of each chain.
  var proposals: Int
}

/// Cuts a search into rounds: by counted proposals, or by the clock with the measured rate.
struct CoursePace {
  private let settings: CourseSearch.Settings
  private let start = monotonicSeconds()
  private(set) var proposals: UInt64 = 0
  /// Proposals per second of all chains together.
  private var rate: Double = 0
  private var lastLook = 0.0
  private var rounds = 0

  init(_ settings: CourseSearch.Settings) { self.settings = settings }

  var elapsed: Double { monotonicSeconds() - start }

  var fraction: Double {
    if let ticks = settings.ticks { return min(1, Double(proposals) / 1000 / Double(max(1, ticks))) }
    return min(1, elapsed / settings.seconds)
  }

  /// Nil when the budget is spent.
  mutating func nextRound() -> CourseRound? {
    let fraction = self.fraction
    if fraction >= 1 { return nil }
    rounds += 1
    let chains = Double(settings.threads)
    if let ticks = settings.ticks {
      let whole = Double(max(1, ticks)) * 1000
      let left = whole - Double(proposals)
      return CourseRound(fraction: fraction, proposals: max(256, Int(min(whole / 300, left) / chains) + 1))
    }
    let left = settings.seconds - elapsed
    // The first rounds find out how fast this machine is.
    let span = rate == 0 ? 0 : max(0.02, min(settings.seconds / 300, left, 0.25))
    return CourseRound(fraction: fraction, proposals: rate == 0 ? 2_000 : max(512, Int(rate * span / chains)))
  }

  mutating func count(_ all: UInt64) {
    let now = elapsed
    let done = Double(all - proposals)
    if now > lastLook { rate = rate == 0 ? done / (now - lastLook) : 0.7 * rate + 0.3 * done / (now - lastLook) }
    lastLook = now
    proposals = all
  }
}
