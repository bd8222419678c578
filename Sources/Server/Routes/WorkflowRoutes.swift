import Foundation
import Hummingbird
import Jobs
import Persistence
import Tenancy

/// From a draft to what people see, step by step, each with its version.
enum WorkflowRoutes {
  static let all: [Route] =
    [
      .member(.get, "/v1/workflows", .readWorkflow, list),
      .member(.get, "/v1/workflows/{id}", .readWorkflow, one),
    ]
    + WorkflowAction.allCases.map { action in
      .member(.post, "/v1/workflows/{id}/\(pathName(action))", action.operation) { call, identity in
        try await perform(action, call, identity)
      }
    }

  static func pathName(_ action: WorkflowAction) -> String {
    action == .requestRevision ? "request-revision" : action.rawValue
  }

  static func reply(_ workflow: Workflow, history: [WorkflowEvent]? = nil, status: HTTPResponse.Status = .ok)
    -> Response
  {
    Reply.json(
      WorkflowDocument(workflow, history: history), status: status,
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
    let workflows = try await call.dependencies.pool.withTransaction(for: identity.tenant) {
      try await $0.workflows(state: state, before: before, limit: limit)
    }
    let next = workflows.count == limit ? workflows.last.map { String($0.number) } : nil
    return Reply.json(
      WorkflowsDocument(workflows: workflows.map { WorkflowDocument($0, history: nil) }, next: next))
  }

  private static func one(_ call: Call, _ identity: Identity) async throws -> Response {
    let id = try call.uuid("id", of: "workflow")
    let (workflow, history) = try await call.dependencies.pool.withTransaction(for: identity.tenant) { transaction in
      guard let workflow = try await transaction.workflow(id) else {
        throw Problem.unknown("workflow", id.uuidString.lowercased())
      }
      return (workflow, try await transaction.history(id))
    }
    return reply(workflow, history: history)
  }

  private static func perform(_ action: WorkflowAction, _ call: Call, _ identity: Identity) async throws -> Response {
    let id = try call.uuid("id", of: "workflow")
    let version = try call.expectedVersion()
    var fields = try await call.fields()
    let comment = fields.text("comment", limit: 2_000)
    try fields.finish()
    let workflow = try await call.dependencies.pool.withTransaction(for: identity.tenant) { transaction in
      guard try await transaction.workflow(id) != nil else {
        throw Problem.unknown("workflow", id.uuidString.lowercased())
      }
      return try await transaction.perform(action, on: id, comment: comment, expectedVersion: version)
    }
    return reply(workflow)
  }
}
