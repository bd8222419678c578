import Foundation
import Optimization
import Synchronization

/// What a search is measured by from outside, for `solve --json` and `bench`.
package struct RunMeasures: Hashable, Sendable, Codable {
  /// Wall clock of the whole search, reading and judging left out.
  package var seconds: Double
  /// Of all threads of the process in that time: what a busy machine leaves comparable.
  package var cpuSeconds: Double
  /// Until a timetable was known that places everything and breaks no hard rule; nil where none was found. As exact
  /// as progress is told: when the start is found, then every 0.1 s.
  package var firstFeasibleSeconds: Double?
  /// Of all threads of the process until then.
  package var firstFeasibleCPUSeconds: Double?
  /// Of all threads together, over the phases that make proposals.
  package var proposalsPerSecond: Double
  /// Moves whose cost was worked out, the same way; nil where the engine does not count them.
  package var evaluatedPerSecond: Double?
  /// The most memory the process has held so far.
  package var peakMemoryMiB: Double

  package init(
    seconds: Double, cpuSeconds: Double, firstFeasibleSeconds: Double?, firstFeasibleCPUSeconds: Double?,
    proposalsPerSecond: Double, evaluatedPerSecond: Double?, peakMemoryMiB: Double
  ) {
    self.seconds = seconds
    self.cpuSeconds = cpuSeconds
    self.firstFeasibleSeconds = firstFeasibleSeconds
    self.firstFeasibleCPUSeconds = firstFeasibleCPUSeconds
    self.proposalsPerSecond = proposalsPerSecond
    self.evaluatedPerSecond = evaluatedPerSecond
    self.peakMemoryMiB = peakMemoryMiB
  }
}

/// Watches one search from its start on; told of progress on the engine's thread.
package final class RunWatch: Sendable {
  private let start: ContinuousClock.Instant
  private let firstFeasible = Mutex<(seconds: Double, cpuSeconds: Double)?>(nil)
  private let cpuAtStart: Double

  package init() {
    start = ContinuousClock.now
    cpuAtStart = Self.cpuSeconds
  }

  package func see(_ progress: GenerationProgress) {
    guard progress.unplaced == 0, progress.hardViolations == 0 else { return }
    let now = (elapsed, Self.cpuSeconds - cpuAtStart)
    firstFeasible.withLock { first in if first == nil { first = now } }
  }

  package func measures(of generation: Generation) -> RunMeasures {
    let (seconds, cpuSeconds) = (elapsed, Self.cpuSeconds - cpuAtStart)
    let isComplete = generation.variants.contains { $0.timetable.unplaced.isEmpty }
    let walking = [Phase.annealing, .genetic, .repairing]
      .reduce(0) { $0 + (generation.phaseSeconds[$1.rawValue] ?? 0) }
    let end: (seconds: Double, cpuSeconds: Double)? = isComplete ? (seconds, cpuSeconds) : nil
    let first = firstFeasible.withLock { $0 } ?? end
    func rate(_ count: UInt64) -> Double { walking > 0 ? Double(count) / walking : 0 }
    return RunMeasures(
      seconds: seconds, cpuSeconds: cpuSeconds, firstFeasibleSeconds: first?.seconds,
      firstFeasibleCPUSeconds: first?.cpuSeconds,
      proposalsPerSecond: rate(generation.proposals), evaluatedPerSecond: generation.evaluated.map(rate),
      peakMemoryMiB: Self.peakMemoryMiB ?? 0)
  }

  /// The same of a search in pattern mode. What it costs to work a move out is not counted there.
  func measures(of outcome: CourseSearch.Outcome) -> RunMeasures {
    RunMeasures(
      seconds: outcome.seconds, cpuSeconds: Self.cpuSeconds - cpuAtStart, firstFeasibleSeconds: outcome.secondsToValid,
      firstFeasibleCPUSeconds: nil,
      proposalsPerSecond: outcome.seconds > 0 ? Double(outcome.proposals) / outcome.seconds : 0,
      evaluatedPerSecond: nil, peakMemoryMiB: Self.peakMemoryMiB ?? 0)
  }

  private var elapsed: Double {
    let (seconds, attoseconds) = (ContinuousClock.now - start).components
    return Double(seconds) + Double(attoseconds) * 1e-18
  }

  private static var cpuSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// The high-water mark of this program alone: what `getrusage` tells would include that of the program which
  /// started it, up to its `exec`.
  private static var peakMemoryMiB: Double? {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") })
    else { return nil }
    return line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Double($0) }.map { $0 / 1024 }
  }
}
