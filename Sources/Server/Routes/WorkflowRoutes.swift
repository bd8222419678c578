import Foundation
import Hummingbird
import Jobs
import Persistence
import Tenancy

/// From a draft to what people see, step by step, each with its version.
enum WorkflowRoutes {
  static let all: [Route] =
    [
      .member(.get, "/v1/workflows", .readWorkflow, query: ["state", "cursor", "limit"], list),
      .member(.get, "/v1/workflows/{id}", .readWorkflow, one),
    ]
    + WorkflowAction.allCases.map { action in
      .member(.post, "/v1/workflows/{id}/\(pathName(action))", action.operation) { call, identity in
        try await perform(action, call, identity)
      }
    } + [.member(.post, "/v1/workflows/{id}/waive", .publishWorkflow, waive)]

  static func pathName(_ action: WorkflowAction) -> String {
    action == .requestRevision ? "request-revision" : action.rawValue
  }

  static func reply(
    _ workflow: Workflow, _ standing: PresentStanding?, history: [WorkflowEvent]? = nil,
    status: HTTPResponse.Status = .ok
  ) -> Response {
    Reply.json(
      WorkflowDocument(workflow, standing: standing, history: history), status: status,
      headers: [.eTag: "\"\(workflow.version)\"", .location: "/v1/workflows/\(workflow.id.uuidString.lowercased())"])
  }

  private static func list(_ call: Call, _ identity: Identity) async throws -> Response {
    struct WorkflowsDocument: Encodable {
      var workflows: [WorkflowDocument]
      var next: String?
    }
    let limit = Int(try call.query("limit", in: 1...200) ?? 50)
    let before = try call.query("cursor", in: 1...Int64.max)
    let name = try call.query("state")
    let state = name.flatMap(WorkflowState.init(rawValue:))
    if let name, state == nil {
      let names = WorkflowState.allCases.map(\.rawValue).joined(separator: ", ")
      let message = "'\(name)' is no state.\nMaybe one of: \(names)."
      throw Problem(.invalid, issues: [.init(pointer: "state", code: "parameter.value", message: message)])
    }
    let (workflows, outdated) = try await call.dependencies.pool.withReadTransaction(for: identity.tenant) {
      transaction in
      let workflows = try await transaction.workflows(state: state, before: before, limit: limit)
      return (workflows, try await transaction.outdated(workflows.filter(\.canBeOutdated).map(\.timetable)))
    }
    let next = workflows.count == limit ? workflows.last.map { String($0.number) } : nil
    return Reply.json(
      WorkflowsDocument(
        workflows: workflows.map { workflow in
          var document = WorkflowDocument(workflow, history: nil)
          if workflow.canBeOutdated { document.outdated = outdated.contains(workflow.timetable) }
          return document
        }, next: next))
  }

  private static func one(_ call: Call, _ identity: Identity) async throws -> Response {
    let id = try call.uuid("id", of: "workflow")
    let (workflow, standing, history) = try await call.dependencies.withPresent(for: identity.tenant) {
      transaction, examined in
      let workflow = try await transaction.existingWorkflow(id)
      return (workflow, try await transaction.standing(workflow, examined), try await transaction.history(id))
    }
    return reply(workflow, standing, history: history)
  }

  private static func perform(_ action: WorkflowAction, _ call: Call, _ identity: Identity) async throws -> Response {
    let id = try call.uuid("id", of: "workflow")
    let version = try call.expectedVersion()
    var fields = try await call.fields()
    let comment = fields.text("comment", limit: 2_000, allowsLines: true)
    let waiver = action.needsCertificate ? fields.waiver() : nil
    try fields.finish()
    let (workflow, standing) = try await call.dependencies.withPresent(for: identity.tenant) { transaction, examined in
      _ = try await transaction.existingWorkflow(id)
      let workflow = try await transaction.perform(
        action, on: id, comment: comment, expectedVersion: version, waiver: waiver, examined)
      return (workflow, try await transaction.standing(workflow, examined))
    }
    return reply(workflow, standing)
  }

  /// Accepts that lessons have no place, without moving the timetable on: whoever may submit need not be who may waive.
  private static func waive(_ call: Call, _ identity: Identity) async throws -> Response {
    let id = try call.uuid("id", of: "workflow")
    let version = try call.expectedVersion()
    var fields = try await call.fields()
    let order = fields.waiverItself()
    try fields.finish()
    guard let order else { throw Problem(.invalid) }
    let (workflow, standing) = try await call.dependencies.withPresent(for: identity.tenant) { transaction, examined in
      _ = try await transaction.existingWorkflow(id)
      let workflow = try await transaction.waive(order, on: id, expectedVersion: version, examined)
      return (workflow, try await transaction.standing(workflow, examined))
    }
    return reply(workflow, standing)
  }
}

extension TenantTransaction {
  func existingWorkflow(_ id: UUID) async throws -> Workflow {
    guard let workflow = try await workflow(id) else { throw Problem.unknown("workflow", id.uuidString.lowercased()) }
    return workflow
  }

  /// Nil where the present data have no say any more.
  func standing(_ workflow: Workflow, _ examined: Examined) async throws -> PresentStanding? {
    workflow.canBeOutdated ? try await readableStanding(workflow, examined) : nil
  }

  /// With the waiver that came in the same request, if one did: both, or neither.
  func perform(
    _ action: WorkflowAction, on id: UUID, comment: String?, expectedVersion: Int?, waiver: WaiverOrder?,
    _ examined: Examined
  ) async throws -> Workflow {
    guard let waiver else {
      return try await perform(action, on: id, comment: comment, expectedVersion: expectedVersion, examined)
    }
    _ = try await waive(waiver, on: id, expectedVersion: expectedVersion, examined)
    return try await perform(action, on: id, comment: comment, expectedVersion: nil, examined)
  }
}
