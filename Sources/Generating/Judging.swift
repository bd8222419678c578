import Foundation
import Optimization
import Timetabling
import Verification

/// A variant with all that is said of it, measured and verified from its timetable by code that the search does not use.
public struct JudgedVariant: Sendable {
  public var variant: GeneratedVariant
  public var scoreCard: ScoreCard
  /// Nil for a timetable that breaks a hard rule: it can be looked at, and never be published.
  public var certificate: Certificate?
  /// Empty exactly when there is a certificate.
  public var violations: [Violation]
}

/// Judges the variants of one problem.
public struct Judge: Sendable {
  private let problem: Problem
  private let evaluator: PlainEvaluator
  private let base: Timetable?
  private let seed: UInt64

  public init(problem: Problem, base: Timetable?, seed: UInt64) {
    self.problem = problem
    self.evaluator = PlainEvaluator(problem)
    self.base = base
    self.seed = seed
  }

  /// Whether the independent verifier finds nothing against it. Takes less than a judgement, and blocks as well.
  public func isSound(_ timetable: Timetable) -> Bool { Verifier.verify(problem, timetable).violations.isEmpty }

  /// Takes about 100 ms for 500 lessons: not on the cooperative pool.
  public func judge(_ variant: GeneratedVariant, at date: Date) -> JudgedVariant {
    var judged = JudgedVariant(
      variant: variant, scoreCard: evaluator.score(variant.timetable, base: base), certificate: nil, violations: [])
    do {
      judged.certificate = try Certificate.issue(
        problem: problem, timetable: variant.timetable,
        strategy: Certificate.Strategy(
          id: variant.strategy.id, version: variant.strategy.version, digest: variant.strategy.digest),
        engineVersion: EngineVersion.current, seed: seed, issuedAt: date)
    } catch {
      judged.violations = Verifier.verify(problem, variant.timetable).violations
      judged.variant.notes.append(
        RunNote(
          stage: .verifying, what: "The timetable got no certificate and cannot be published.",
          why: judged.violations.prefix(3).map(\.message).joined(separator: " ")))
    }
    return judged
  }
}
