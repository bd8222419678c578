import Foundation
import Hummingbird
import Jobs
import Persistence
import Tenancy

/// The approval paths of the requirements' documents.
enum WorkflowAliases {
  static let all: [Route] =
    [
      .member(.post, "/timetable-variants/select_variant", .selectVariant, weight: .heavy, select),
      .member(.post, "/api/timetable/approve/{job}", .approveWorkflow, decide),
      .member(.post, "/api/generation-jobs/{job}/approve", .approveWorkflow, decide),
    ]
    + [
      ("submit_for_review", WorkflowAction.submit), ("approve", .approve), ("reject", .reject),
      ("request_revision", .requestRevision), ("publish", .publish),
    ].map { name, action in
      .member(.post, "/timetable-workflow/{id}/\(name)", action.operation) { call, identity in
        try await perform(action, call, identity)
      }
    }

  private struct Selected: Encodable {
    var success = true
    var workflow_id: String
    var timetable_id: String
    var status: String
    var standing: StandingDocument?
  }

  private static func select(_ call: Call, _ identity: Identity) async throws -> Response {
    var fields = try await call.fields()
    let text = fields.required("variant_id", fields.text("variant_id", limit: 36))
    let (job, timetable) = (fields.text("job_id", limit: 100), fields.text("timetable_id", limit: 36))
    let comment = fields.comment()
    try fields.finish()
    guard let text, let id = UUID(uuidString: text) else { throw Problem.unknown("variant", text ?? "") }
    let queue = call.dependencies.queue
    let (workflow, standing) = try await call.dependencies.select(id, comment: comment, for: identity.tenant) {
      variant, transaction in
      if let job { try await demand(job: job, of: variant, queue, in: transaction) }
      if let timetable { try demand(timetable: timetable, of: variant) }
    }
    return Reply.json(
      Selected(
        workflow_id: workflow.id.uuidString.lowercased(), timetable_id: workflow.timetable.uuidString.lowercased(),
        status: workflow.state.rawValue, standing: standing.map(StandingDocument.init)), status: .created)
  }

  /// By the job's id, or by the name that its caller gave it.
  private static func demand(
    job name: String, of variant: VariantRow, _ queue: JobQueue, in transaction: TenantTransaction
  ) async throws {
    let own = JobID(rawValue: variant.facts.job)
    if JobID(name) == own { return }
    if let named = try await queue.job(calledByCaller: name, in: transaction), named.id == own { return }
    throw Problem.mismatch(
      "job_id", "'job_id' is '\(name)', and the variant is one of the job '\(own)'.\nMaybe leave it out.")
  }

  /// By the timetable's own id, or by the variant's, which is what results of jobs list timetables by.
  private static func demand(timetable text: String, of variant: VariantRow) throws {
    let named = UUID(uuidString: text)
    guard named != variant.id, named != variant.facts.timetable else { return }
    throw Problem.mismatch(
      "timetable_id",
      "'timetable_id' is '\(text)', and the variant's timetable is "
        + "'\(variant.facts.timetable.uuidString.lowercased())'.\nMaybe leave it out.")
  }

  private struct Changed: Encodable {
    var success = true
    var workflow_id: String
    var status: String
    var message: String
  }

  /// Takes the comment as `comment`, `comments` or `reason`. If-Match is obeyed where it is sent.
  private static func perform(_ action: WorkflowAction, _ call: Call, _ identity: Identity) async throws -> Response {
    let id = try call.uuid("id", of: "workflow")
    let version = try call.statedVersion()
    var fields = try await call.fields()
    let comment = fields.comment()
    let waiver = action.needsCertificate ? fields.waiver() : nil
    try fields.finish()
    let workflow = try await call.dependencies.withPresent(for: identity.tenant) { transaction, examined in
      _ = try await transaction.existingWorkflow(id)
      return try await transaction.perform(
        action, on: id, comment: comment, expectedVersion: version, waiver: waiver, examined)
    }
    return Reply.json(
      Changed(
        workflow_id: id.uuidString.lowercased(), status: workflow.state.rawValue,
        message: "Timetable \(workflow.state.rawValue)"))
  }

  private struct Decided: Encodable {
    var success = true
    var message: String
  }

  /// `{"action": "approve" | "reject", "comments": "…"}` on a job: acts on the workflow of the variant that was
  /// selected from it. The documents' approval publishes at once, so it does here, where the roles allow both; who
  /// selected or submits it approves it here no more than elsewhere. If-Match, where it is sent, names the workflow's
  /// version.
  private static func decide(_ call: Call, _ identity: Identity) async throws -> Response {
    let version = try call.statedVersion()
    var fields = try await call.fields()
    let action = fields.required("action", fields.text("action", limit: 20))
    let comment = fields.comment()
    if let action, !["approve", "reject"].contains(action) {
      fields.fail("action", "value.range", "'action' is '\(action)', but must be approve or reject.")
    }
    let waiver = action == "approve" ? fields.waiver() : nil
    try fields.finish()
    let first: WorkflowAction = action == "reject" ? .reject : .approve
    let principal = identity.tenant.principal
    try principal.demand(first.operation)
    let state = try await call.dependencies.withPresent(for: identity.tenant) { transaction, examined in
      let job = try await call.namedJob(in: transaction)
      guard let workflow = try await transaction.openWorkflow(of: job.id) else {
        throw Problem(.wrongState, "No variant of this job has been selected.\nMaybe select one first.")
      }
      // The version is of what is done first: each step makes another.
      var expected = version
      if let waiver {
        _ = try await transaction.waive(waiver, on: workflow.id, expectedVersion: expected, examined)
        expected = nil
      }
      if workflow.state == .draft, principal.may(.submitWorkflow) {
        _ = try await transaction.perform(
          .submit, on: workflow.id, comment: comment, expectedVersion: expected, examined)
        expected = nil
      }
      var done = try await transaction.perform(
        first, on: workflow.id, comment: comment, expectedVersion: expected, examined)
      if first == .approve, principal.may(.publishWorkflow) {
        done = try await transaction.perform(.publish, on: workflow.id, comment: comment, examined)
      }
      return done.state
    }
    let message =
      switch state {
      case .published: "Timetable approved and published"
      case .approved: "Timetable approved"
      default: "Timetable \(state.rawValue)"
      }
    return Reply.json(Decided(message: message))
  }
}

extension FieldReader {
  /// The one comment of the request, whichever of its names it has.
  fileprivate mutating func comment() -> String? {
    var given: [(name: String, text: String)] = []
    for name in ["comment", "comments", "reason"] {
      if let text = text(name, limit: 2_000, allowsLines: true) { given.append((name, text)) }
    }
    if given.count > 1 {
      fail(given[1].name, "value.twice", "Only one of '\(given[0].name)' and '\(given[1].name)' may be given.")
    }
    return given.first?.text
  }
}

extension TenantTransaction {
  /// A workflow of one of the job's variants that is not archived.
  fileprivate func openWorkflow(of job: JobID) async throws -> Workflow? {
    for id in try await variants(job: job).compactMap(\.facts.workflow).reversed() {
      if let workflow = try await workflow(id), workflow.state != .archived { return workflow }
    }
    return nil
  }
}
