import Patterns

/// Solves university course timetabling problems with student sectioning: one chain of annealing per thread.
///
/// A chain first looks for validity alone, with weights that rise on rules that stay broken, then anneals the cost from
/// there. The chains are compared between rounds. The same problem, seed, ticks and threads give the same solution.
public struct CourseSearch: Sendable {
  public struct Settings: Sendable {
    public var seed: UInt64
    /// Chains, each on a thread of its own. At least 1.
    public var threads: Int
    /// Thousands of proposals of all chains together; nil to go by `seconds`.
    public var ticks: UInt64?
    /// Seconds to search. Not looked at where `ticks` are given.
    public var seconds: Double

    public init(seed: UInt64 = 1, threads: Int = 1, ticks: UInt64? = nil, seconds: Double = 60) {
      self.seed = seed
      self.threads = max(1, threads)
      self.ticks = ticks
      self.seconds = max(0.1, seconds)
    }
  }

  public struct Progress: Sendable {
    /// 0...1 of the whole search.
    public var fraction: Double
    public var violations: Int
    /// Of the best so far; means little while there are violations.
    public var cost: Int
    public var proposals: UInt64
    /// Since the search began.
    public var seconds: Double
  }

  public struct Outcome: Sendable {
    public var solution: CourseSolution
    /// As the search counts them; `PlainScorer` has the last word.
    public var violations: Int
    public var cost: Int
    public var proposals: UInt64
    public var seconds: Double
    /// Until the first solution without violations; nil where there was none.
    public var secondsToValid: Double?
    public var wasCancelled: Bool
  }

  let problem: CourseProblem
  let settings: Settings

  public init(_ problem: CourseProblem, settings: Settings = Settings()) {
    self.problem = problem
    self.settings = settings
  }

  /// Blocks until the budget is spent, or nothing can move, or within about 0.1 s after `isCancelled` says so; it is asked from the
  /// chains' threads. `onProgress` is called from the calling thread, several times a second.
  public func run(
    isCancelled: @escaping @Sendable () -> Bool = { false }, onProgress: (Progress) -> Void = { _ in }
  ) -> Outcome {
    let compiled = CompiledCourses(problem)
    defer { compiled.free() }
    var pace = CoursePace(settings)
    let chains = (0..<settings.threads).map { CourseChain(compiled, seed: settings.seed, number: $0) }
    defer { chains.forEach { $0.free() } }
    var validAfter: Double?
    var wasCancelled = false
    while let round = pace.nextRound() {
      inParallel(
        chains.map { chain in
          { chain.run(round, isCancelled: isCancelled) }
        }, threads: settings.threads)
      pace.count(chains.reduce(0) { $0 + $1.walker.proposals })
      let isCompared = Int(pace.fraction * 10) > Int(round.fraction * 10) && pace.fraction >= 0.5
      exchange(among: chains, at: round, isCompared, isCancelled)
      let best = Self.best(of: chains)
      if validAfter == nil, best.hard == 0 { validAfter = pace.elapsed }
      onProgress(
        Progress(
          fraction: pace.fraction, violations: best.hard, cost: best.soft, proposals: pace.proposals,
          seconds: pace.elapsed))
      wasCancelled = isCancelled()
      if wasCancelled || chains.allSatisfy(\.isIdle) { break }
    }
    chains.forEach { $0.settle() }
    let best = Self.best(of: chains)
    return Outcome(
      solution: best.solution(of: problem, compiled), violations: best.hard, cost: best.soft,
      proposals: pace.proposals, seconds: pace.elapsed, secondsToValid: validAfter, wasCancelled: wasCancelled)
  }

  private static func best(of chains: [CourseChain]) -> CourseElite {
    var best = chains[0].walker.best
    for chain in chains where chain.walker.best.isBetter(than: best) { best = chain.walker.best }
    return best
  }

  /// A chain that is still not valid takes over from one that is. In the second half, at each tenth of the search, one
  /// that is far behind goes on from the best: at that temperature it would not catch up.
  private func exchange(
    among chains: [CourseChain], at round: CourseRound, _ isCompared: Bool, _ isCancelled: () -> Bool
  ) {
    guard chains.count > 1 else { return }
    guard let leader = chains.indices.min(by: { chains[$0].walker.best.isBetter(than: chains[$1].walker.best) }) else {
      return
    }
    let elite = chains[leader].walker.best
    for (index, chain) in chains.enumerated() where index != leader && elite.hard == 0 {
      let own = chain.walker.best
      let isFarBehind = Double(own.soft) > Double(elite.soft) * 1.01
      if own.hard > 0 || isCompared && isFarBehind { chain.takeOver(elite, at: round, isCancelled: isCancelled) }
    }
  }
}

extension CourseElite {
  func isBetter(than other: CourseElite) -> Bool { hard == other.hard ? soft < other.soft : hard < other.hard }
}
