/// Everything somebody can ask the API to do. One name for checks, tests and documentation.
public enum Operation: String, CaseIterable, Hashable, Sendable, Codable {
  // The institution's data.
  case readInstitution = "institution.read"
  case importInstitution = "institution.import"
  case deleteTerm = "institution.delete-term"

  // Generation.
  case submitJob = "job.submit"
  case readJob = "job.read"
  case cancelJob = "job.cancel"
  case readVariant = "variant.read"
  case readPreset = "preset.read"
  case writePreset = "preset.write"
  case readStrategy = "strategy.read"

  // From a variant to the published week.
  case readTimetable = "timetable.read"
  case editTimetable = "timetable.edit"
  case readWorkflow = "workflow.read"
  case selectVariant = "workflow.select"
  case submitWorkflow = "workflow.submit"
  case approveWorkflow = "workflow.approve"
  case rejectWorkflow = "workflow.reject"
  case requestRevision = "workflow.request-revision"
  case publishWorkflow = "workflow.publish"
  case archiveWorkflow = "workflow.archive"
  case readPublished = "published.read"

  // The tenant itself.
  case readOwnAccount = "account.read-own"
  case readAccount = "account.read"
  case writeAccount = "account.write"
  case readQuota = "quota.read"
  case readAudit = "audit.read"

  // The platform.
  case readTenant = "tenant.read"
  case writeTenant = "tenant.write"
  case readPlatform = "platform.read"

  /// What is done, as documentation and refusals print it.
  public var summary: String {
    switch self {
    case .readInstitution: "read the institution's rooms, people, courses and rules"
    case .importInstitution: "replace a term's data by an import document"
    case .deleteTerm: "delete a term with everything made for it"
    case .submitJob: "start a generation"
    case .readJob: "read generation jobs and their progress"
    case .cancelJob: "cancel a generation"
    case .readVariant: "read and compare variants"
    case .readPreset: "read variant presets"
    case .writePreset: "change variant presets"
    case .readStrategy: "list the strategies on offer"
    case .readTimetable: "read timetables that are not published"
    case .editTimetable: "change a draft timetable by hand"
    case .readWorkflow: "read approvals and their history"
    case .selectVariant: "select a variant as a draft"
    case .submitWorkflow: "submit a draft for review"
    case .approveWorkflow: "approve a timetable"
    case .rejectWorkflow: "reject a timetable"
    case .requestRevision: "send a timetable back for changes"
    case .publishWorkflow: "publish an approved timetable"
    case .archiveWorkflow: "archive a timetable"
    case .readPublished: "read the published timetable"
    case .readOwnAccount: "read the own account"
    case .readAccount: "read the tenant's accounts"
    case .writeAccount: "create and change the tenant's accounts"
    case .readQuota: "read quotas and their use"
    case .readAudit: "read the audit log"
    case .readTenant: "read the platform's tenants"
    case .writeTenant: "create, change and suspend tenants"
    case .readPlatform: "read workers, queues and platform metrics"
    }
  }

  /// True where the operation speaks of the platform and no tenant's data.
  public var isPlatform: Bool {
    self == .readTenant || self == .writeTenant || self == .readPlatform
  }
}
