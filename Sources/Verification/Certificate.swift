import Foundation
import Timetabling

/// Statement that one timetable of one problem breaks no hard rule, and where the timetable came from.
public struct Certificate: Hashable, Sendable, Codable {
  /// The strategy that weighed the variant, as strings.
  public struct Strategy: Hashable, Sendable, Codable {
    public var id: String
    public var version: String
    /// SHA-256 of the library.
    public var digest: String

    public init(id: String, version: String, digest: String) {
      self.id = id
      self.version = version
      self.digest = digest
    }
  }

  public let problemHash: String
  public let timetableHash: String
  public let strategy: Strategy
  public let engineVersion: String
  public let seed: UInt64
  /// How many facts were checked under each rule.
  public let checks: [String: Int]
  public let placed: Int
  public let unplaced: Int
  public let issuedAt: Date

  /// Verifies first. Meetings that are listed as unplaced do not refuse a certificate; they stand in it.
  public static func issue(
    problem: Problem, timetable: Timetable, strategy: Strategy, engineVersion: String, seed: UInt64, issuedAt: Date
  ) throws(CertificateRefused) -> Certificate {
    let report = Verifier.verify(problem, timetable)
    guard report.isValid else { throw CertificateRefused(report: report) }
    return Certificate(
      problemHash: ContentHash.of(problem), timetableHash: ContentHash.of(timetable), strategy: strategy,
      engineVersion: engineVersion, seed: seed, checks: report.checks, placed: report.placed, unplaced: report.unplaced,
      issuedAt: issuedAt)
  }

  /// Whether this very timetable of this very problem is meant.
  public func covers(_ timetable: Timetable, of problem: Problem) -> Bool {
    timetableHash == ContentHash.of(timetable) && problemHash == ContentHash.of(problem)
  }
}

/// The timetable breaks hard rules; the report says which.
public struct CertificateRefused: Error, Sendable, CustomStringConvertible {
  public let report: VerificationReport

  public var description: String {
    "\(report.violations.count) hard violations, the first: \(report.violations.first?.message ?? "")\n"
      + "Maybe resolve them in the editor and verify again."
  }
}
