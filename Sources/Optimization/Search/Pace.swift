/// How much work a run may still do: in ticks (thousands of proposals of all chains together), or by the clock.
///
/// With ticks every decision follows from counted proposals. By the clock each stage owns a stretch of time, and each
/// of its rounds gets as many proposals as the measured rate allows; what was decided so is written down, and a run
/// that is given this schedule repeats bit for bit, whatever the clock says.
struct Pace {
  let ticks: UInt64?
  private(set) var start: Double
  let seconds: Double
  private(set) var proposals: UInt64 = 0
  /// Those whose cost was worked out.
  private(set) var evaluated: UInt64 = 0
  /// Proposals per second of all chains together, an average that favors the latest round; a guess until the first.
  private var rate: Double = 2_000_000
  /// Nil until something was measured: a guess is nothing to show.
  private(set) var measuredRate: Double?
  /// Every decision so far.
  private(set) var schedule: [Int] = []
  private let script: [Int]

  init(ticks: UInt64?, seconds: Double, start: Double, script: [Int] = []) {
    self.ticks = ticks
    self.seconds = seconds
    self.start = start
    self.script = script
  }

  /// An earlier attempt has spent so much.
  mutating func resume(after seconds: Double, proposals: UInt64) {
    start -= seconds
    self.proposals += proposals
  }

  /// The next number of the script, and `measured` where there is none (left).
  mutating func decide(_ measured: Int) -> Int {
    let decided = schedule.count < script.count ? script[schedule.count] : measured
    schedule.append(decided)
    return decided
  }

  /// Proposals of all chains together in this round of the stretch.
  mutating func proposals(in stretch: Stretch, round: Int) -> Int {
    if let ticks { return decide(max(1024, Int(Double(ticks) * 1000 * stretch.length / Double(stretch.rounds)))) }
    let left = max(0, stretch.end * seconds - elapsed)
    return decide(max(1024, Int(rate * left / Double(stretch.rounds - round))))
  }

  /// Proposals of all chains together that are left of the stretch.
  mutating func proposals(leftOf stretch: ClosedRange<Double>, spent: Int) -> Int {
    decide(
      ticks.map { Int(Double($0) * 1000 * (stretch.upperBound - stretch.lowerBound)) - spent }
        ?? max(0, Int(rate * (stretch.upperBound * seconds - elapsed))))
  }

  /// Whether this share of the run's time is over; never in ticks.
  mutating func isOver(_ share: Double) -> Bool { decide(ticks == nil && elapsed >= share * seconds ? 1 : 0) == 1 }

  var elapsed: Double { monotonicSeconds() - start }

  mutating func count(_ work: Work, seconds: Double) {
    let done = work.proposals
    proposals += done
    evaluated += work.evaluated
    guard seconds > 0.001, done > 0 else { return }
    rate = 0.5 * rate + 0.5 * Double(done) / seconds
    measuredRate = 0.5 * (measuredRate ?? Double(done) / seconds) + 0.5 * Double(done) / seconds
  }

  /// Seconds left, low and high.
  func eta(fraction: Double) -> (Double, Double) {
    guard let ticks else {
      let left = max(0, seconds - elapsed)
      return (left * 0.9, left * 1.25 + 0.5)
    }
    let left = max(0, Double(ticks) * 1000 - Double(proposals)) / max(1, measuredRate ?? rate)
    // Before anything is measured a machine may be ten times as fast as the guess, or four times as slow.
    return measuredRate == nil ? (left * 0.1, left * 4 + 0.5) : (left * 0.9, left * 1.25 + 0.5)
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

  var length: Double { end - begin }

  func fraction(round: Int) -> Double { begin + (end - begin) * Double(round) / Double(rounds) }
}

/// What chains have done together.
struct Work {
  var proposals: UInt64
  var evaluated: UInt64

  init(of chains: [Chain]) {
    proposals = chains.reduce(0) { $0 + $1.walker.proposals }
    evaluated = chains.reduce(0) { $0 + $1.walker.evaluated }
  }

  static func - (one: Work, other: Work) -> Work {
    var rest = one
    rest.proposals -= other.proposals
    rest.evaluated -= other.evaluated
    return rest
  }
}
