public import Foundation
public import Jobs
import Postgres
public import Tenancy
import Timetabling

extension TenantTransaction {
  /// Makes a draft of a variant: a copy that may be changed, with the variant's certificate. A variant whose draft is
  /// still open is not selected again: the open workflow is the answer.
  public func select(variant: UUID, comment: String? = nil) async throws -> Workflow {
    try context.principal.demand(.selectVariant)
    // The draft's rows refer to the term: whoever is deleting it is waited for before anything else is held.
    _ = try await sql.first(Self.holdTermOfVariant, variant)
    guard try await sql.first(Self.lockVariant, variant) != nil else {
      throw StoreError.unknown(kind: "variant", id: variant.uuidString.lowercased())
    }
    try await demand(.selectVariant, ofVariant: variant)
    if let open = try await sql.first(Self.openWorkflow, variant) { return open }
    guard let id = try await sql.first(Self.selectVariant, (variant, actor)),
      let workflow = try await self.workflow(id)
    else { throw StoreError.unknown(kind: "variant", id: variant.uuidString.lowercased()) }
    try await record(workflow, action: "select", from: nil, comment: comment)
    return workflow
  }

  public func workflow(_ id: UUID) async throws -> Workflow? {
    try await sql.first(Self.oneWorkflow, id)
  }

  /// Newest first. `before`: the `number` of the last one of the page before.
  public func workflows(
    state: WorkflowState? = nil, before: Int64? = nil, limit: Int = 50
  ) async throws -> [Workflow] {
    try await sql.run(Self.workflowPage, (state, before, max(1, min(200, limit))))
  }

  /// Oldest first.
  public func history(_ workflow: UUID) async throws -> [WorkflowEvent] {
    try await sql.run(Self.events, workflow)
  }

  /// Takes an action, with everything that belongs to it, or nothing: the new state, its history, the audit link, the
  /// message to the people concerned, and for a publication the end of the earlier one.
  ///
  /// Whoever brings a timetable nearer to publication does so against the term's present data: a certificate of
  /// yesterday is replaced by one of today, or the timetable goes no further.
  ///
  /// - Throws: `ApprovalRefusal`, `StandingRefusal`, `StoreError.unknown`, `ExaminationNeeded`
  public func perform(
    _ action: WorkflowAction, on id: UUID, comment: String? = nil, expectedVersion: Int? = nil,
    _ examined: Examined = Examined()
  ) async throws -> Workflow {
    let workflow = try await action.needsCertificate ? lockedWithTerm(id) : locked(id)
    var machine = ApprovalStateMachine(state: workflow.state, version: workflow.version)
    let matter = try await matter(of: id)
    var standing: PresentStanding?
    if action.needsCertificate {
      // Everything else first: nobody has a timetable verified who may not act upon it.
      var rehearsal = machine
      _ = try rehearsal.handle(
        action, on: matter, by: context.principal, comment: comment, expectedVersion: expectedVersion,
        certificate: .valid(unplaced: 0))
      // Today's data may concern departments that those it was made from did not.
      try await demandPresent(action.operation, of: workflow)
      standing = try await presentStanding(workflow, examined)
    }
    let transition: ApprovalStateMachine.Transition
    do throws(ApprovalRefusal) {
      transition = try machine.handle(
        action, on: matter, by: context.principal, comment: comment, expectedVersion: expectedVersion,
        certificate: standing?.certificate ?? .missing)
    } catch {
      guard let standing else { throw error }
      throw StandingRefusal(refusal: error, timetable: workflow.timetable, standing: standing)
    }
    if let standing, standing.newCertificate != nil { try await reissue(workflow.timetable, standing) }
    if transition.to == .published { try await publish(workflow) }
    if transition.from == .published { try await withdraw(workflow) }
    try await setState(id, transition)
    guard let changed = try await self.workflow(id) else { throw unknown(id) }
    try await record(changed, action: action.rawValue, from: transition.from, comment: comment)
    return changed
  }

  /// The workflow, and before it its term: publications and imports of one term come one after the other, and always
  /// in this order.
  func lockedWithTerm(_ id: UUID) async throws -> Workflow {
    guard let term = try await sql.first(Self.termOfWorkflow, id) else { throw unknown(id) }
    do {
      try await sql.execute(Self.lockTerm, term)
    } catch let error as PostgresError where error.isServerError(SQLState.lockNotAvailable) {
      throw StoreError.busy(kind: "term", id: term.rawValue)
    }
    return try await locked(id)
  }

  private func locked(_ id: UUID) async throws -> Workflow {
    guard let workflow = try await sql.first(Self.lockWorkflow, id) else { throw unknown(id) }
    return workflow
  }

  func setState(_ id: UUID, _ transition: ApprovalStateMachine.Transition) async throws {
    try await sql.execute(Self.setState, (id, transition.to, transition.version))
  }

  // MARK: Steps

  private func publish(_ workflow: Workflow) async throws {
    let affected = try await affectedPeople(workflow.term, by: workflow.timetable)
    for earlier in try await sql.run(Self.publishedWorkflows, workflow.term) {
      try await sql.execute(Self.deactivate, earlier.timetable)
      try await sql.execute(Self.setState, (earlier.id, .archived, earlier.version + 1))
      if let archived = try await self.workflow(earlier.id) {
        try await record(archived, action: "archive", from: .published, comment: "Replaced by a newer timetable.")
      }
    }
    try await sql.execute(Self.activate, workflow.timetable)
    try await sql.execute(Self.tell, ("timetable.published", affected))
  }

  /// Nothing takes its place: everybody who had a week is told.
  private func withdraw(_ workflow: Workflow) async throws {
    let affected = try await affectedPeople(workflow.term, by: nil)
    try await sql.execute(Self.deactivate, workflow.timetable)
    try await sql.execute(Self.tell, ("timetable.withdrawn", affected))
  }

  func record(
    _ workflow: Workflow, action: String, from: WorkflowState?, comment: String?, lessons: [LessonID]? = nil
  ) async throws {
    let event = EventInsert(
      workflow: workflow.id, version: workflow.version, actor: actor, actorName: context.principal.displayName,
      action: action, from: from, to: workflow.state, comment: comment)
    try await sql.execute(Self.insertEvent, event)
    let message = try AuditDetail.data(
      Message(
        workflow: workflow.id.uuidString.lowercased(), term: workflow.term.rawValue, version: workflow.version,
        state: workflow.state.rawValue, comment: comment, lessons: lessons))
    try await sql.execute(Self.tell, ("workflow." + action, message))
    try await appendAudit(
      action: "workflow." + action, subject: "workflow:\(workflow.id.uuidString.lowercased())", detail: message)
  }

  private func unknown(_ id: UUID) -> StoreError { .unknown(kind: "workflow", id: id.uuidString.lowercased()) }

  private struct Message: Encodable {
    var workflow: String
    var term: String
    var version: Int
    var state: String
    var comment: String?
    /// Those that a waiver is for.
    var lessons: [LessonID]?
  }

  struct EventInsert: Sendable {
    var workflow: UUID
    var version: Int
    var actor: String
    var actorName: String
    var action: String
    var from: WorkflowState?
    var to: WorkflowState
    var comment: String?
  }
}

// MARK: SQL

extension TenantTransaction {
  private static let holdTermOfVariant = Statement<UUID, String>(
    """
    SELECT m.id FROM variant v JOIN timetable t ON t.id = v.timetable JOIN term m ON m.id = t.term
    WHERE v.id = $1 FOR KEY SHARE OF m
    """,
    encode: { [.uuid($0)] }
  ) { (row: inout RowReader) throws(RowError) in try row.text() }

  private static let lockVariant = Statement<UUID, UUID>(
    "SELECT id FROM variant WHERE id = $1 FOR UPDATE", encode: { [.uuid($0)] }
  ) { (row: inout RowReader) throws(RowError) in try row.uuid() }

  private static let openWorkflow = Statement<UUID, Workflow>.documents(
    """
    SELECT jsonb_build_object('id', w.id, 'number', w.number, 'term', w.term, 'timetable', w.timetable,
      'variant', w.variant, 'variantName', v.name, 'job', v.job, 'state', w.state, 'version', w.version,
      'createdBy', w.created_by, 'createdAt', w.created_at, 'changedAt', w.changed_at)
    FROM workflow w JOIN variant v ON v.id = w.variant
    WHERE w.variant = $1 AND w.state IN ('draft', 'pending_review', 'approved')
    """
  ) { [.uuid($0)] }

  private static let selectVariant = Statement<(UUID, String), UUID>(
    """
    WITH copy AS (
      INSERT INTO timetable (id, term, snapshot, source, job, base, certificate, certified_hash, created_by, calendar)
      SELECT gen_random_uuid(), t.term, t.snapshot, 'selected', t.job, t.id, t.certificate, t.certified_hash, $2,
        t.calendar
      FROM variant v JOIN timetable t ON t.id = v.timetable WHERE v.id = $1
      RETURNING id, term, base
    ), entries AS (
      INSERT INTO timetable_entry (timetable, number, lesson, meeting, weeks, day, start_minute, end_minute, kind, rooms,
        room_names, teachers, teacher_names, groups, group_names, attending, partly, lesson_name, course, course_name,
        subject, part, department, reasons, period, periods)
      SELECT c.id, number, lesson, meeting, weeks, day, start_minute, end_minute, kind, rooms, room_names, teachers,
        teacher_names, groups, group_names, attending, partly, lesson_name, course, course_name, subject, part,
        department, reasons, period, periods
      FROM copy c JOIN timetable_entry e ON e.timetable = c.base
    ), missing AS (
      INSERT INTO unplaced (timetable, number, lesson, meeting, lesson_name, reasons, teachers, attending, partly,
        department)
      SELECT c.id, number, lesson, meeting, lesson_name, reasons, teachers, attending, partly, department
      FROM copy c JOIN unplaced u ON u.timetable = c.base
    )
    INSERT INTO workflow (id, term, timetable, variant, created_by)
    SELECT gen_random_uuid(), c.term, c.id, $1, $2 FROM copy c
    RETURNING id
    """,
    encode: { [.uuid($0.0), .text($0.1)] }
  ) { (row: inout RowReader) throws(RowError) in try row.uuid() }

  private static let oneWorkflow = Statement<UUID, Workflow>.documents(
    """
    SELECT jsonb_build_object('id', w.id, 'number', w.number, 'term', w.term, 'timetable', w.timetable,
      'variant', w.variant, 'variantName', v.name, 'job', v.job, 'state', w.state, 'version', w.version,
      'createdBy', w.created_by, 'createdAt', w.created_at, 'changedAt', w.changed_at)
    FROM workflow w JOIN variant v ON v.id = w.variant WHERE w.id = $1
    """
  ) { [.uuid($0)] }

  private static let lockWorkflow = Statement<UUID, Workflow>.documents(
    """
    SELECT jsonb_build_object('id', w.id, 'number', w.number, 'term', w.term, 'timetable', w.timetable,
      'variant', w.variant, 'variantName', v.name, 'job', v.job, 'state', w.state, 'version', w.version,
      'createdBy', w.created_by, 'createdAt', w.created_at, 'changedAt', w.changed_at)
    FROM workflow w JOIN variant v ON v.id = w.variant WHERE w.id = $1 FOR UPDATE OF w
    """
  ) { [.uuid($0)] }

  private static let publishedWorkflows = Statement<TermID, Workflow>.documents(
    """
    SELECT jsonb_build_object('id', w.id, 'number', w.number, 'term', w.term, 'timetable', w.timetable,
      'variant', w.variant, 'variantName', v.name, 'job', v.job, 'state', w.state, 'version', w.version,
      'createdBy', w.created_by, 'createdAt', w.created_at, 'changedAt', w.changed_at)
    FROM workflow w JOIN variant v ON v.id = w.variant
    WHERE w.term = $1 AND w.state = 'published' FOR UPDATE OF w
    """
  ) { [.text($0.rawValue)] }

  private static let workflowPage = Statement<(WorkflowState?, Int64?, Int), Workflow>.documents(
    """
    SELECT jsonb_build_object('id', w.id, 'number', w.number, 'term', w.term, 'timetable', w.timetable,
      'variant', w.variant, 'variantName', v.name, 'job', v.job, 'state', w.state, 'version', w.version,
      'createdBy', w.created_by, 'createdAt', w.created_at, 'changedAt', w.changed_at)
    FROM workflow w JOIN variant v ON v.id = w.variant
    WHERE ($1::text IS NULL OR w.state = $1::text::workflow_state)
      AND w.number < coalesce($2, 9223372036854775807)
    ORDER BY w.number DESC LIMIT $3
    """
  ) { [.optional($0.0?.rawValue), .optional($0.1), .int(Int64($0.2))] }

  private static let termOfWorkflow = Statement<UUID, TermID>(
    "SELECT term FROM workflow WHERE id = $1", encode: { [.uuid($0)] }
  ) { (row: inout RowReader) throws(RowError) in TermID(try row.text()) }

  /// Stands in the way of an import and of another publication, and of nobody who only refers to the term.
  static let lockTerm = Statement<TermID, Void>("SELECT FROM term WHERE id = $1 FOR NO KEY UPDATE") {
    [.text($0.rawValue)]
  }

  private static let setState = Statement<(UUID, WorkflowState, Int), Void>(
    """
    UPDATE workflow SET state = $2::text::workflow_state, version = $3, changed_at = clock_timestamp() WHERE id = $1
    """
  ) { [.uuid($0.0), .text($0.1.rawValue), .int(Int64($0.2))] }

  private static let activate = Statement<UUID, Void>(
    """
    UPDATE timetable SET is_active = true, published_at = clock_timestamp(), version = version + 1 WHERE id = $1
    """
  ) { [.uuid($0)] }

  private static let deactivate = Statement<UUID, Void>(
    "UPDATE timetable SET is_active = false, version = version + 1 WHERE id = $1 AND is_active"
  ) { [.uuid($0)] }

  private static let tell = Statement<(String, Data), Void>(
    "INSERT INTO horarium.outbox (topic, payload) VALUES ($1, $2)"
  ) { [.text($0.0), .json($0.1)] }

  private static let insertEvent = Statement<EventInsert, Void>(
    """
    INSERT INTO workflow_event (workflow, version, actor, actor_name, action, from_state, to_state, comment)
    VALUES ($1, $2, $3, $4, $5, $6::text::workflow_state, $7::text::workflow_state, $8)
    """
  ) { new in
    [
      .uuid(new.workflow), .int(Int64(new.version)), .text(new.actor), .text(new.actorName), .text(new.action),
      .optional(new.from?.rawValue), .text(new.to.rawValue), .optional(new.comment),
    ]
  }

  private static let events = Statement<UUID, WorkflowEvent>.documents(
    """
    SELECT jsonb_build_object('version', version, 'at', at, 'actor', actor, 'actorName', actor_name, 'action', action,
      'from', from_state, 'to', to_state, 'comment', comment)
    FROM workflow_event WHERE workflow = $1 ORDER BY version
    """
  ) { [.uuid($0)] }
}
