public import Foundation
public import Jobs
import Postgres
public import Timetabling

extension TenantTransaction {
  /// Stores what a generation found, in the order given. For `WorkerQueue.complete`'s effects: together with the end
  /// of the job, or not at all.
  ///
  /// - Parameters:
  ///   - problem: of the snapshot named by `snapshot`
  ///   - facts: JSON object about the run as a whole: clusters, seconds by phase, notes
  public func saveVariants(
    _ variants: [NewVariant], job: JobID, problem: Problem, snapshot: String, seed: UInt64,
    facts: Data = Data("{}".utf8)
  ) async throws {
    try await sql.execute(Self.insertGeneration, (job, problem.term.id, snapshot, seed, facts))
    let index = ProblemIndex(problem)
    for (offset, variant) in variants.enumerated() {
      try await saveTimetable(
        variant.timetable, id: variant.timetableID, of: index, snapshot: snapshot, source: .variant,
        certificate: variant.certificate, job: job)
      try await sql.execute(
        Self.insertVariant,
        VariantInsert(
          variant: variant, job: job, ordinal: offset + 1, weights: try JSONEncoder().encode(variant.weights),
          scoreCard: try JSONEncoder().encode(variant.scoreCard)))
    }
  }

  /// In order.
  public func variants(job: JobID) async throws -> [VariantRow] {
    try await sql.run(Self.variantsOfJob, job)
  }

  public func variant(_ id: UUID) async throws -> VariantRow? {
    try await sql.first(Self.oneVariant, id)
  }

  public func compareVariants(job: JobID) async throws -> VariantComparison {
    VariantComparison(
      variants: try await variants(job: job), differences: try await sql.run(Self.differences, job))
  }

  /// JSON: what `saveVariants` was told about the run.
  public func generationFacts(job: JobID) async throws -> Data? {
    try await sql.first(Self.facts, job)
  }

  struct VariantInsert: Sendable {
    var variant: NewVariant
    var job: JobID
    var ordinal: Int
    var weights: Data
    var scoreCard: Data
  }
}

// MARK: SQL

extension TenantTransaction {
  private static let insertGeneration = Statement<(JobID, TermID, String, UInt64, Data), Void>(
    "INSERT INTO generation (job, term, snapshot, seed, facts) VALUES ($1, $2, $3, $4::text::numeric, $5)"
  ) { [.uuid($0.0.rawValue), .text($0.1.rawValue), .text($0.2), .text(String($0.3)), .json($0.4)] }

  private static let insertVariant = Statement<VariantInsert, Void>(
    """
    INSERT INTO variant (id, job, ordinal, name, timetable, strategy_id, strategy_version, strategy_digest, weights, cost,
      score_card, placed, unplaced, notes, kept_at, kept_after, kept_of)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
    """
  ) { new in
    let variant = new.variant
    return [
      .uuid(variant.id), .uuid(new.job.rawValue), .int(Int64(new.ordinal)), .text(variant.name),
      .uuid(variant.timetableID), .text(variant.strategyID), .text(variant.strategyVersion),
      .text(variant.strategyDigest), .json(new.weights), .int(variant.cost), .json(new.scoreCard),
      .int(Int64(variant.timetable.entries.count)), .int(Int64(variant.timetable.unplaced.count)), .json(variant.notes),
      .optional(variant.kept?.at.rawValue), .optional(variant.kept?.after), .optional(variant.kept?.of),
    ]
  }

  private static let variantsOfJob = Statement<JobID, VariantRow>(
    """
    SELECT v.notes, jsonb_build_object('id', v.id, 'job', v.job, 'ordinal', v.ordinal, 'name', v.name, 'term', t.term,
      'timetable', v.timetable, 'strategyID', v.strategy_id, 'strategyVersion', v.strategy_version,
      'strategyDigest', v.strategy_digest, 'weights', v.weights, 'cost', v.cost, 'scoreCard', v.score_card,
      'certificate', t.certificate, 'placed', v.placed, 'unplaced', v.unplaced, 'createdAt', t.created_at,
      'isCurrent', t.snapshot IS NOT DISTINCT FROM (SELECT snapshot FROM term WHERE id = t.term),
      'kept', CASE WHEN v.kept_at IS NOT NULL
        THEN jsonb_build_object('at', v.kept_at, 'after', v.kept_after, 'of', v.kept_of) END,
      'workflow', (SELECT w.id FROM workflow w WHERE w.variant = v.id ORDER BY w.number DESC LIMIT 1))
    FROM variant v JOIN timetable t ON t.id = v.timetable
    WHERE v.job = $1 ORDER BY v.ordinal
    """,
    encode: { [.uuid($0.rawValue)] }
  ) { (row: inout RowReader) throws(RowError) in
    let notes = try row.json()
    return VariantRow(facts: try row.document(), notes: notes)
  }

  private static let oneVariant = Statement<UUID, VariantRow>(
    """
    SELECT v.notes, jsonb_build_object('id', v.id, 'job', v.job, 'ordinal', v.ordinal, 'name', v.name, 'term', t.term,
      'timetable', v.timetable, 'strategyID', v.strategy_id, 'strategyVersion', v.strategy_version,
      'strategyDigest', v.strategy_digest, 'weights', v.weights, 'cost', v.cost, 'scoreCard', v.score_card,
      'certificate', t.certificate, 'placed', v.placed, 'unplaced', v.unplaced, 'createdAt', t.created_at,
      'isCurrent', t.snapshot IS NOT DISTINCT FROM (SELECT snapshot FROM term WHERE id = t.term),
      'kept', CASE WHEN v.kept_at IS NOT NULL
        THEN jsonb_build_object('at', v.kept_at, 'after', v.kept_after, 'of', v.kept_of) END,
      'workflow', (SELECT w.id FROM workflow w WHERE w.variant = v.id ORDER BY w.number DESC LIMIT 1))
    FROM variant v JOIN timetable t ON t.id = v.timetable
    WHERE v.id = $1
    """,
    encode: { [.uuid($0)] }
  ) { (row: inout RowReader) throws(RowError) in
    let notes = try row.json()
    return VariantRow(facts: try row.document(), notes: notes)
  }

  private static let differences = Statement<JobID, VariantComparison.Difference>.documents(
    """
    WITH pair AS (
      SELECT l.ordinal AS left_, r.ordinal AS right_, l.timetable AS a, r.timetable AS b
      FROM variant l JOIN variant r ON r.job = l.job AND r.ordinal > l.ordinal WHERE l.job = $1
    ), meeting AS (
      -- Each meeting that either of the two has placed; at most one row of each in a pair.
      SELECT p.left_, p.right_, e.lesson, e.meeting,
        min(e.day * 1440 + e.start_minute) FILTER (WHERE e.timetable = p.a) AS left_start,
        min(e.day * 1440 + e.start_minute) FILTER (WHERE e.timetable = p.b) AS right_start,
        min(e.rooms) FILTER (WHERE e.timetable = p.a) AS left_rooms,
        min(e.rooms) FILTER (WHERE e.timetable = p.b) AS right_rooms
      FROM pair p JOIN timetable_entry e ON e.timetable IN (p.a, p.b)
      GROUP BY p.left_, p.right_, e.lesson, e.meeting
    )
    SELECT jsonb_build_object('left', p.left_, 'right', p.right_,
      'moved', count(*) FILTER (WHERE m.left_start IS DISTINCT FROM m.right_start AND m.lesson IS NOT NULL),
      'otherRoom', count(*) FILTER (WHERE m.left_start = m.right_start AND m.left_rooms <> m.right_rooms))
    FROM pair p LEFT JOIN meeting m USING (left_, right_)
    GROUP BY p.left_, p.right_ ORDER BY p.left_, p.right_
    """
  ) { [.uuid($0.rawValue)] }

  private static let facts = Statement<JobID, Data>(
    "SELECT facts FROM generation WHERE job = $1", encode: { [.uuid($0.rawValue)] }
  ) { (row: inout RowReader) throws(RowError) in try row.json() }
}
