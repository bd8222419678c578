/// How much work an explanation may cost.
public struct ExplanationLimits: Hashable, Sendable {
  /// CP-SAT's deterministic time of one check.
  public var checkEffort: Double
  /// Wall clock of one check, a safety net.
  public var checkSeconds: Double
  /// Wall clock of the whole explanation.
  public var seconds: Double
  /// Checks of one explanation; small ones take milliseconds.
  public var mostChecks: Int
  /// Conflicts without a rule in common that are looked for.
  public var mostConflicts: Int
  /// Larger models are asked only where nothing else gave a proof: of 55,000 literals, all lessons of a university of
  /// 1,000, most have no answer within `checkEffort`.
  public var mostLiterals: Int
  /// Ticks of the search for a timetable that comes first. What it leaves out of an impossible problem tells where to
  /// look for conflicts; of a possible one it mostly finds all within a few ticks.
  public var firstTicks: UInt64
  /// Ticks of the last search, where nothing was proven.
  public var lastTicks: UInt64

  public init(
    checkEffort: Double = 2, checkSeconds: Double = 20, seconds: Double = 120, mostChecks: Int = 10_000,
    mostConflicts: Int = 3, mostLiterals: Int = 30_000, firstTicks: UInt64 = 1_000, lastTicks: UInt64 = 50_000
  ) {
    self.checkEffort = checkEffort
    self.checkSeconds = checkSeconds
    self.seconds = seconds
    self.mostChecks = mostChecks
    self.mostConflicts = mostConflicts
    self.mostLiterals = mostLiterals
    self.firstTicks = firstTicks
    self.lastTicks = lastTicks
  }
}
