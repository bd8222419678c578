public import Foundation
public import Tenancy
public import Timetabling

/// One timetable's way to publication.
public struct Workflow: Hashable, Sendable, Codable {
  public var id: UUID
  /// Order of creation; what lists page on.
  public var number: Int64
  public var term: TermID
  public var timetable: UUID
  public var variant: UUID
  public var variantName: String
  public var job: UUID
  public var state: WorkflowState
  /// Rises with every action; what an ETag shows.
  public var version: Int
  public var createdBy: String
  public var createdAt: Date
  public var changedAt: Date
}

public struct WorkflowEvent: Hashable, Sendable, Codable {
  /// The workflow's version after it.
  public var version: Int
  public var at: Date
  public var actor: String
  public var actorName: String
  /// `select`, or a `WorkflowAction`.
  public var action: String
  public var from: WorkflowState?
  public var to: WorkflowState
  public var comment: String?
}

/// Why a request for stored things could not be met.
public enum StoreError: Error, Hashable, Sendable, CustomStringConvertible {
  case unknown(kind: String, id: String)
  case quotaExceeded(name: String, limit: Int)
  case stale(kind: String, id: String, expected: Int, actual: Int)
  case nameTaken(kind: String, name: String)
  /// It is not in the state that was to be replaced; `current`: the entity tag of the one it is in.
  case changed(kind: String, id: String, current: String?)
  /// Something would be replaced, and nobody said which state of it.
  case unconditional(kind: String, id: String, current: String)
  /// Somebody else is changing it at this moment.
  case busy(kind: String, id: String)
  /// It cannot go as long as these need it.
  case inUse(kind: String, id: String, by: [String])
  /// A text that people will read holds what hides or reverses it, or is too long.
  case unshowable(field: String, limit: Int)

  public var description: String {
    switch self {
    case .unknown(let kind, let id): "There is no \(kind) '\(id)'.\nMaybe it was removed, or the id is another's."
    case .quotaExceeded(let name, let limit):
      "The plan allows \(limit) \(name).\nMaybe remove some, or ask for a larger plan."
    case .stale(let kind, let id, let expected, let actual):
      "The \(kind) '\(id)' is at version \(actual), not \(expected).\nMaybe read it again and repeat the change."
    case .changed(let kind, let id, nil): "There is no \(kind) '\(id)' to replace.\nMaybe send no If-Match to make it."
    case .changed(let kind, let id, .some):
      "The \(kind) '\(id)' was changed since you read it.\nMaybe read it again and repeat the change."
    case .unconditional(let kind, let id, _):
      """
      The \(kind) '\(id)' is there already, and would be replaced unseen.
      Maybe read it first and send its ETag as If-Match, or '*' to replace whatever is there.
      """
    case .busy(let kind, let id):
      "Somebody else is changing the \(kind) '\(id)' right now.\nMaybe read it again in a few seconds and decide anew."
    case .inUse(let kind, let id, let users):
      "The \(kind) '\(id)' is in use: \(users.joined(separator: ", ")).\nMaybe end these first."
    case .unshowable(let field, let limit):
      "'\(field)' must have 1 to \(limit) characters, none of them hidden or reversing others.\nMaybe type it anew."
    case .nameTaken(let kind, let name): "There is a \(kind) '\(name)' already.\nMaybe choose another name."
    }
  }
}
