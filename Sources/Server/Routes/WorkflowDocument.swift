import Foundation
import Persistence
import Tenancy

/// A workflow as the API shows it.
struct WorkflowDocument: Encodable {
  struct Event: Encodable {
    var action: String
    var from: String?
    var to: String
    var actor: String
    var actorName: String
    var comment: String?
    var at: Date
  }

  var id: String
  var number: Int64
  var term: String
  var job: String
  var variant: String
  var variantName: String
  var timetable: String
  var state: String
  var version: Int
  var createdBy: String
  var createdAt: Date
  var changedAt: Date
  /// What the present state allows; whether the reader may is a matter of roles.
  var actions: [String]
  /// Whether the term's data have changed since it was made or certified; only where it is open or published.
  var outdated: Bool?
  var standing: StandingDocument?
  var history: [Event]?

  init(_ workflow: Workflow, standing: PresentStanding? = nil, history: [WorkflowEvent]?) {
    id = workflow.id.uuidString.lowercased()
    number = workflow.number
    term = workflow.term.rawValue
    job = workflow.job.uuidString.lowercased()
    variantName = workflow.variantName
    variant = workflow.variant.uuidString.lowercased()
    timetable = workflow.timetable.uuidString.lowercased()
    state = workflow.state.rawValue
    version = workflow.version
    createdBy = workflow.createdBy
    createdAt = workflow.createdAt
    changedAt = workflow.changedAt
    actions = WorkflowAction.allCases.filter { $0.isAllowedFrom.contains(workflow.state) }.map(WorkflowRoutes.pathName)
    if let standing, !standing.missing.isEmpty, [.draft, .pendingReview, .approved].contains(workflow.state) {
      actions.append("waive")
    }
    outdated = standing?.isOutdated
    self.standing = standing.map(StandingDocument.init)
    self.history = history?.map {
      Event(
        action: $0.action, from: $0.from?.rawValue, to: $0.to.rawValue, actor: $0.actor, actorName: $0.actorName,
        comment: $0.comment, at: $0.at)
    }
  }
}
