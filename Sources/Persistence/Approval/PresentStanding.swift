public import Foundation
public import Jobs
import Postgres
public import Tenancy
import Timetabling
public import Verification

/// How a stored timetable stands to its term's data as they are at this moment.
public struct PresentStanding: Hashable, Sendable {
  public enum Judgment: String, Hashable, Sendable, Codable {
    /// Certified for the data that the term has now.
    case current
    /// Not certified for the present data, but the verifier finds no rule broken under them.
    case legal
    /// The data have changed, and break the timetable.
    case broken
    /// Made from the data that the term has now, and it breaks them.
    case uncertified
    /// The entries are not those that were certified.
    case altered
  }

  public var judgment: Judgment
  /// Hash of the data it was made from, or certified for last.
  public var madeFrom: String
  /// Hash of the term's data.
  public var present: String
  public var violationCount: Int
  /// The first ones.
  public var violations: [Violation]
  /// What would have no place if it were published now.
  public var missing: [MissingMeeting]
  /// The latest waiver, whether or not it is for what is missing now.
  public var waiver: Waiver?
  /// Whether whoever asked may see the lessons of all departments in it.
  public var mayBeNamed = true
  /// For the present data, where the stored one is for earlier ones.
  var newCertificate: Certificate?
  /// What the approval's rules look at.
  public var certificate: CertificateStanding

  public var isOutdated: Bool { madeFrom != present }
  public var isWaived: Bool { missing.isEmpty || waiver?.covers(missing) == true }

  fileprivate mutating func take(_ examination: Examination) {
    violationCount = examination.violationCount
    violations = examination.violations
    missing = examination.missing
    newCertificate = examination.certificate
    if newCertificate != nil {
      (judgment, certificate) = (.legal, .valid(unplaced: missing.count))
    } else if isOutdated {
      (judgment, certificate) = (.broken, .outdated(violations: violationCount))
    } else {
      (judgment, certificate) = (.uncertified, .missing)
    }
  }
}

/// Why a timetable goes no further, with everything that is wrong.
public struct StandingRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  public var refusal: ApprovalRefusal
  public var timetable: UUID
  public var standing: PresentStanding

  public var description: String { refusal.description }
}

extension TenantTransaction {
  /// Compares the stored timetable with the term's data. Whoever acts upon it holds the term's lock.
  ///
  /// - Throws: `ExaminationNeeded` where only the verifier can tell.
  public func presentStanding(_ workflow: Workflow, _ examined: Examined) async throws -> PresentStanding {
    guard let header = try await timetableHeader(workflow.timetable),
      let stored = try await timetable(workflow.timetable)
    else { throw StoreError.unknown(kind: "timetable", id: workflow.timetable.uuidString.lowercased()) }
    let present = try await presentSnapshot(of: workflow.term) ?? header.snapshot
    let content = ContentHash.of(stored)
    var standing = PresentStanding(
      judgment: .current, madeFrom: header.snapshot, present: present, violationCount: 0, violations: [], missing: [],
      waiver: try await sql.first(Self.latestWaiver, workflow.id), certificate: .missing)
    let own = try await certificateStanding(header, content: content)

    switch own {
    case .stale, .violated:
      standing.judgment = .altered
      standing.certificate = own
      standing.missing = try await missing(.everything, timetable: workflow.timetable)
    case .valid where header.snapshot == present:
      standing.certificate = own
      standing.missing = try await missing(.everything, timetable: workflow.timetable)
    default:
      let key = Examination.Key(timetable: workflow.timetable, content: content, snapshot: present)
      guard let examination = try await examination(key, examined) else { throw ExaminationNeeded(keys: [key]) }
      standing.take(examination)
    }
    if case .valid = standing.certificate, !standing.isWaived {
      standing.certificate = .incomplete(missing: standing.missing.count)
    }
    return standing
  }

  /// The same for whoever reads it: lessons of departments that somebody does not act for are counted, not named.
  public func readableStanding(_ workflow: Workflow, _ examined: Examined) async throws -> PresentStanding {
    var standing = try await presentStanding(workflow, examined)
    standing.mayBeNamed = try await actsForAll(of: workflow)
    return standing
  }

  /// Hash of the term's data, once there are some.
  func presentSnapshot(of term: TermID) async throws -> String? { try await sql.first(Self.presentSnapshot, term) }

  /// How the certificate compares with the entries as they are stored at this moment, under its own data.
  private func certificateStanding(_ header: TimetableHeader, content: String) async throws -> CertificateStanding {
    guard let certificate = header.certificate else { return .missing }
    guard certificate.timetableHash == content else {
      return .stale(certified: certificate.timetableHash, stored: content)
    }
    guard certificate.problemHash == header.snapshot else {
      return .stale(certified: certificate.problemHash, stored: header.snapshot)
    }
    let invalid = Int(try await sql.first(Self.invalidEntries, header.id) ?? 0)
    return invalid > 0 ? .violated(invalid) : .valid(unplaced: header.unplaced)
  }

  /// Puts the timetable on the present data's ground: names, attendance, calendar and gaps are theirs from now on, and
  /// the certificate is for them. The entries stay as they were.
  func reissue(_ timetable: UUID, _ standing: PresentStanding) async throws {
    guard let certificate = standing.newCertificate, let problem = try await snapshot(standing.present),
      let stored = try await self.timetable(timetable)
    else { throw StoreError.unknown(kind: "timetable", id: timetable.uuidString.lowercased()) }
    let adapted = stored.adapted(to: problem)
    let content = ContentHash.of(adapted)
    guard certificate.timetableHash == content, certificate.problemHash == standing.present else {
      throw ApprovalRefusal.certificateStale(certified: certificate.timetableHash, stored: content)
    }
    try await sql.execute(Self.clearEntries, timetable)
    try await sql.execute(Self.clearUnplaced, timetable)
    try await insertContent(adapted, id: timetable, of: ProblemIndex(problem))
    let encoder = JSONEncoder()
    try await sql.execute(
      Self.recertify,
      Recertification(
        timetable: timetable, snapshot: standing.present, certificate: try encoder.encode(certificate),
        hash: certificate.timetableHash, calendar: try encoder.encode(FrozenCalendar(problem))))
    try await appendAudit(
      action: "timetable.recertified", subject: "timetable:\(timetable.uuidString.lowercased())",
      detail: try encoder.encode(["from": standing.madeFrom, "to": standing.present]))
  }

  /// Those whose term has other data than they were made from.
  public func outdated(_ timetables: [UUID]) async throws -> Set<UUID> {
    Set(try await sql.run(Self.outdatedTimetables, timetables))
  }

  private struct Recertification: Sendable {
    var timetable: UUID
    var snapshot: String
    var certificate: Data
    var hash: String
    var calendar: Data
  }
}

// MARK: SQL

extension TenantTransaction {
  private static let presentSnapshot = Statement<TermID, String>(
    "SELECT snapshot FROM term WHERE id = $1 AND snapshot IS NOT NULL", encode: { [.text($0.rawValue)] }
  ) { (row: inout RowReader) throws(RowError) in try row.text() }

  private static let invalidEntries = Statement<UUID, Int64>(
    "SELECT count(*) FROM timetable_entry WHERE timetable = $1 AND NOT is_valid", encode: { [.uuid($0)] }
  ) { (row: inout RowReader) throws(RowError) in try row.int() }

  private static let clearEntries = Statement<UUID, Void>("DELETE FROM timetable_entry WHERE timetable = $1") {
    [.uuid($0)]
  }

  private static let clearUnplaced = Statement<UUID, Void>("DELETE FROM unplaced WHERE timetable = $1") {
    [.uuid($0)]
  }

  private static let recertify = Statement<Recertification, Void>(
    """
    UPDATE timetable SET snapshot = $2, certificate = $3, certified_hash = $4, calendar = $5, version = version + 1
    WHERE id = $1
    """
  ) { [.uuid($0.timetable), .text($0.snapshot), .json($0.certificate), .text($0.hash), .json($0.calendar)] }

  private static let outdatedTimetables = Statement<[UUID], UUID>(
    """
    SELECT t.id FROM timetable t JOIN term m ON m.id = t.term
    WHERE t.id = ANY ($1::uuid[]) AND t.snapshot IS DISTINCT FROM m.snapshot
    """, encode: { [.uuidArray($0)] }
  ) { (row: inout RowReader) throws(RowError) in try row.uuid() }
}
