public import Foundation
public import Jobs
public import Postgres
public import Tenancy
public import Timetabling
public import Verification

/// What data do to one timetable that is published or on its way there.
public struct TimetableImpact: Hashable, Sendable {
  public var workflow: Workflow
  /// `current` where the data are those that it was made from; else `legal` or `broken`.
  public var judgment: PresentStanding.Judgment
  public var violationCount: Int
  /// The first ones.
  public var violations: [Violation]
  /// What would have no place under the new data.
  public var missing: [MissingMeeting]
}

public struct ImportImpact: Hashable, Sendable {
  /// Published, approved, pending, draft; of each the newest first.
  public var timetables: [TimetableImpact]
  /// Further drafts, which were not looked at.
  public var omitted: Int

  public init(timetables: [TimetableImpact], omitted: Int) {
    self.timetables = timetables
    self.omitted = omitted
  }
}

extension TenantTransaction {
  /// As many are verified for one import: the published one, then those nearest to publication.
  private static let mostImpacts = 25

  /// What the term's open and published timetables are under data of this hash. For an import, call it last in its
  /// transaction: what was published a moment before is seen then, and nothing can be published until it ends.
  ///
  /// - Parameter isStored: whether the data's snapshot is stored, so that what the verifier says may be kept with it
  /// - Throws: `ExaminationNeeded` with all that the verifier has to look at
  public func importImpact(
    of snapshot: String, on term: TermID, isStored: Bool = true, _ examined: Examined
  ) async throws -> ImportImpact {
    let open = try await sql.run(Self.openWorkflows, term)
    var impact = ImportImpact(timetables: [], omitted: max(0, open.count - Self.mostImpacts))
    var needed: [Examination.Key] = []
    for workflow in open.prefix(Self.mostImpacts) {
      guard let header = try await timetableHeader(workflow.timetable) else { continue }
      if header.snapshot == snapshot, header.certificate != nil {
        impact.timetables.append(
          TimetableImpact(
            workflow: workflow, judgment: .current, violationCount: 0, violations: [],
            missing: try await missing(.everything, timetable: workflow.timetable)))
        continue
      }
      guard let stored = try await timetable(workflow.timetable) else { continue }
      let key = Examination.Key(timetable: workflow.timetable, content: ContentHash.of(stored), snapshot: snapshot)
      guard let examination = try await isStored ? examination(key, examined) : examined[key] else {
        needed.append(key)
        continue
      }
      impact.timetables.append(
        TimetableImpact(
          workflow: workflow, judgment: examination.certificate == nil ? .broken : .legal,
          violationCount: examination.violationCount, violations: examination.violations, missing: examination.missing))
    }
    guard needed.isEmpty else { throw ExaminationNeeded(keys: needed) }
    return impact
  }

  func hasOpenWorkflow(_ term: TermID) async throws -> Bool { try await sql.first(Self.anyOpenWorkflow, term) ?? false }

  private static let anyOpenWorkflow = Statement<TermID, Bool>(
    """
    SELECT EXISTS (SELECT FROM workflow
      WHERE term = $1 AND state IN ('draft', 'pending_review', 'approved', 'published'))
    """, encode: { [.text($0.rawValue)] }
  ) { (row: inout RowReader) throws(RowError) in try row.bool() }

  private static let openWorkflows = Statement<TermID, Workflow>.documents(
    """
    SELECT jsonb_build_object('id', w.id, 'number', w.number, 'term', w.term, 'timetable', w.timetable,
      'variant', w.variant, 'variantName', v.name, 'job', v.job, 'state', w.state, 'version', w.version,
      'createdBy', w.created_by, 'createdAt', w.created_at, 'changedAt', w.changed_at)
    FROM workflow w JOIN variant v ON v.id = w.variant
    WHERE w.term = $1 AND w.state IN ('draft', 'pending_review', 'approved', 'published')
    ORDER BY array_position('{published,approved,pending_review,draft}'::text[], w.state::text), w.number DESC
    """
  ) { [.text($0.rawValue)] }
}

/// An import seen before it happens.
public struct ForeseenImport: Sendable {
  public var impact: ImportImpact
  /// For the import itself, which finds every timetable examined.
  public var examined: Examined
}

extension PostgresPool {
  /// What an import would do, without storing anything. Costs nothing where no timetable is concerned.
  nonisolated(nonsending) public func foreseeImport(
    of prepared: PreparedProblem, for tenant: TenantContext, at date: Date, examining: Examining
  ) async throws -> ForeseenImport {
    let (problem, hash) = (prepared.problem, prepared.hash)
    let isConcerned = try await withTransaction(for: tenant) { try await $0.hasOpenWorkflow(problem.term.id) }
    guard isConcerned else {
      return ForeseenImport(impact: ImportImpact(timetables: [], omitted: 0), examined: Examined())
    }
    return try await withPresent(
      for: tenant, at: date, deadline: prepared.deadline, coming: problem, examining: examining
    ) { transaction, examined in
      let impact = try await transaction.importImpact(of: hash, on: problem.term.id, isStored: false, examined)
      return ForeseenImport(impact: impact, examined: examined)
    }
  }
}
