/// How much work a run may still do: in ticks (thousands of proposals of all chains together), or by the clock.
///
/// With ticks every decision follows from counted proposals, so that a run repeats bit for bit. By the clock each
/// stage owns a stretch of time, and each of its rounds gets as many proposals as the measured rate allows.
struct Pace {
  let ticks: UInt64?
  let start: Double
  let seconds: Double
  private(set) var proposals: UInt64 = 0
  /// Proposals per second of all chains together, an average that favors the latest round.
  private(set) var rate: Double = 2_000_000

  init(ticks: UInt64?, seconds: Double, start: Double) {
    self.ticks = ticks
    self.seconds = seconds
    self.start = start
  }

  var elapsed: Double { monotonicSeconds() - start }

  mutating func count(_ done: UInt64, seconds: Double) {
    proposals += done
    if seconds > 0.001 { rate = 0.5 * rate + 0.5 * Double(done) / seconds }
  }

  /// The first measurement replaces the guess.
  mutating func calibrate(_ done: UInt64, seconds: Double) {
    proposals += done
    if seconds > 0.001 { rate = Double(done) / seconds }
  }

  /// Seconds left, low and high.
  func eta(fraction: Double) -> (Double, Double) {
    let left = ticks.map { max(0, Double($0) * 1000 - Double(proposals)) / max(1, rate) } ?? max(0, seconds - elapsed)
    return (left * 0.9, left * 1.25 + 0.5)
  }
}

/// A stretch of the whole run, `begin...end` of its 0...1, that a stage may use in `rounds` rounds.
struct Stretch {
  let begin: Double
  let end: Double
  let rounds: Int

  init(_ begin: Double, _ end: Double, pace: Pace) {
    self.begin = begin
    self.end = end
    // Rounds of about 0.15 s, by whichever measure the run goes.
    let natural = pace.ticks.map { Double($0) * (end - begin) / 2_000 } ?? pace.seconds * (end - begin) / 0.15
    rounds = max(12, min(2_000, Int(natural)))
  }

  /// Proposals of all chains together in this round.
  func proposals(round: Int, pace: Pace) -> Int {
    if let ticks = pace.ticks { return max(1024, Int(Double(ticks) * 1000 * (end - begin) / Double(rounds))) }
    let left = max(0, end * pace.seconds - pace.elapsed)
    return max(1024, Int(pace.rate * left / Double(rounds - round)))
  }

  func fraction(round: Int) -> Double { begin + (end - begin) * Double(round) / Double(rounds) }
}
