/// Where a timetable stands between a selected variant and the archive.
public enum WorkflowState: String, CaseIterable, Hashable, Sendable, Codable {
  /// Selected, may still be changed. Can transition to: pendingReview, archived.
  case draft
  /// Submitted; nobody changes it. Can transition to: approved, rejected, draft.
  case pendingReview = "pending_review"
  /// Can transition to: published, draft, archived.
  case approved
  /// The end of this timetable; a new one must be generated. Can transition to: archived.
  case rejected
  /// What people see. Can transition to: archived.
  case published
  /// Kept, out of sight. Can transition to: nothing.
  case archived
}

public enum WorkflowAction: String, CaseIterable, Hashable, Sendable, Codable {
  case submit
  case approve
  case reject
  case requestRevision = "request_revision"
  case publish
  case archive

  public var operation: Operation {
    switch self {
    case .submit: .submitWorkflow
    case .approve: .approveWorkflow
    case .reject: .rejectWorkflow
    case .requestRevision: .requestRevision
    case .publish: .publishWorkflow
    case .archive: .archiveWorkflow
    }
  }

  public var isAllowedFrom: [WorkflowState] {
    switch self {
    case .submit: [.draft]
    case .approve, .reject: [.pendingReview]
    case .requestRevision: [.pendingReview, .approved]
    case .publish: [.approved]
    case .archive: [.draft, .approved, .rejected, .published]
    }
  }

  public var result: WorkflowState {
    switch self {
    case .submit: .pendingReview
    case .approve: .approved
    case .reject: .rejected
    case .requestRevision: .draft
    case .publish: .published
    case .archive: .archived
    }
  }

  /// The people concerned have a right to the reason: of a refusal, and of the end of what they follow.
  public func needsComment(from state: WorkflowState) -> Bool {
    self == .reject || self == .requestRevision || self == .archive && state == .published
  }

  /// What nobody may submit, approve or see published without.
  public var needsCertificate: Bool { self == .submit || self == .approve || self == .publish }
}

/// How the independent verifier's certificate compares with the timetable as it is stored now, and with the term's
/// data as they are now.
public enum CertificateStanding: Hashable, Sendable {
  /// No certificate was ever issued.
  case missing
  /// Issued for other entries than those stored now.
  case stale(certified: String, stored: String)
  /// Issued for these entries, and found this many hard violations.
  case violated(Int)
  /// Issued under earlier data; under those of today so many hard rules are broken.
  case outdated(violations: Int)
  /// No hard rule is broken, but so many meetings have no place, and nobody with the right to publish has waived them.
  case incomplete(missing: Int)
  /// No hard rule is broken. So many meetings have no place, each of them listed and waived.
  case valid(unplaced: Int)
}

public enum ApprovalRefusal: Error, Hashable, Sendable {
  /// Not by this principal.
  case access(AccessRefusal)
  case wrongState(WorkflowAction, state: WorkflowState, allowed: [WorkflowState])
  case commentMissing(WorkflowAction)
  /// Somebody else was faster.
  case stale(expected: Int, actual: Int)
  case certificateMissing(WorkflowAction)
  case certificateStale(certified: String, stored: String)
  case hardViolations(Int)
  /// Today's data break it.
  case outdated(violations: Int)
  /// Meetings have no place, and no waiver covers them.
  case incomplete(missing: Int)
  case waiverTooLate(state: WorkflowState)
}

extension ApprovalRefusal: CustomStringConvertible {
  public var description: String {
    switch self {
    case .access(let refusal): refusal.description
    case .wrongState(let action, let state, let allowed):
      """
      '\(action.rawValue)' is possible from \(allowed.map(\.rawValue).joined(separator: ", ")), \
      but the timetable is \(state.rawValue).
      Maybe somebody else acted in the meantime: read it again.
      """
    case .commentMissing(let action):
      "'\(action.rawValue)' needs a comment.\nMaybe say what has to change, and why."
    case .stale(let expected, let actual):
      "You acted on version \(expected), but version \(actual) is the newest.\nMaybe read it again and decide anew."
    case .certificateMissing(let action):
      "'\(action.rawValue)' needs a certificate of the independent verifier, and there is none.\nMaybe verify it first."
    case .certificateStale(let certified, let stored):
      """
      The certificate was issued for timetable \(certified.prefix(12)), but \(stored.prefix(12)) is stored.
      Maybe it was changed since: verify it again.
      """
    case .hardViolations(let count):
      "The verifier found \(count) hard violations.\nMaybe resolve them, or select another variant."
    case .outdated(let count):
      """
      The term's data have changed since this timetable was certified, and under those of today it breaks hard \
      rules: \(count).
      Maybe re-plan from this timetable, or import again.
      """
    case .incomplete(let count):
      """
      Meetings without a place: \(count). Nobody with the right to publish has waived just these.
      Maybe re-plan from this timetable, or send a 'waiver' that names their lessons and says why.
      """
    case .waiverTooLate(let state):
      """
      The timetable is \(state.rawValue): lessons are waived before it is published.
      Maybe somebody else acted in the meantime: read it again.
      """
    }
  }
}

/// Decides whether an action may be taken, and what it leads to. Reads no clock, writes nothing.
///
///     draft ─submit─► pendingReview ─approve─► approved ─publish─► published ─archive─► archived
///       ▲                 │    └──reject──► rejected ─archive─► archived
///       └─requestRevision─┘ (also from approved)
public struct ApprovalStateMachine: Hashable, Sendable {
  public private(set) var state: WorkflowState
  /// Counts the actions taken; what an ETag shows.
  public private(set) var version: Int

  /// A timetable that was just selected.
  public init() { self.init(state: .draft, version: 1) }

  public init(state: WorkflowState, version: Int) {
    self.state = state
    self.version = version
  }

  public struct Transition: Hashable, Sendable {
    public let from: WorkflowState
    public let to: WorkflowState
    public let version: Int
  }

  /// Refusals come in this order: right, version, state, comment, certificate. Nothing changes on a refusal.
  public mutating func handle(
    _ action: WorkflowAction, on matter: ApprovalMatter, by principal: Principal, comment: String?,
    expectedVersion: Int?, certificate: CertificateStanding
  ) throws(ApprovalRefusal) -> Transition {
    do throws(AccessRefusal) {
      try matter.demand(action, from: state, by: principal)
    } catch {
      throw .access(error)
    }
    if let expectedVersion, expectedVersion != version { throw .stale(expected: expectedVersion, actual: version) }
    guard action.isAllowedFrom.contains(state) else {
      throw .wrongState(action, state: state, allowed: action.isAllowedFrom)
    }
    if action.needsComment(from: state), !(comment ?? "").contains(where: { !$0.isWhitespace }) {
      throw .commentMissing(action)
    }
    if action.needsCertificate {
      switch certificate {
      case .missing: throw .certificateMissing(action)
      case .stale(let certified, let stored): throw .certificateStale(certified: certified, stored: stored)
      case .violated(let count): throw .hardViolations(count)
      case .outdated(let violations): throw .outdated(violations: violations)
      case .incomplete(let missing): throw .incomplete(missing: missing)
      case .valid: break
      }
    }
    let from = state
    state = action.result
    version += 1
    return Transition(from: from, to: state, version: version)
  }

  /// Meetings without a place are accepted: a version of its own, in the state it was in.
  public mutating func waive(
    on matter: ApprovalMatter, by principal: Principal, comment: String, expectedVersion: Int?
  ) throws(ApprovalRefusal) -> Transition {
    do throws(AccessRefusal) {
      try principal.demand(.publishWorkflow, concerning: matter.reach)
    } catch {
      throw .access(error)
    }
    if let expectedVersion, expectedVersion != version { throw .stale(expected: expectedVersion, actual: version) }
    guard [.draft, .pendingReview, .approved].contains(state) else { throw .waiverTooLate(state: state) }
    guard comment.contains(where: { !$0.isWhitespace }) else { throw .commentMissing(.publish) }
    version += 1
    return Transition(from: state, to: state, version: version)
  }
}
