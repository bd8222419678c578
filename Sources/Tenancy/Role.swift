public enum Role: String, CaseIterable, Hashable, Sendable, Codable {
  /// Runs the platform; belongs to no tenant and sees no tenant's data.
  case platformOperator = "platform-operator"
  case tenantAdmin = "tenant-admin"
  /// Staff who import, generate and submit.
  case scheduler
  /// A head or dean who approves.
  case approver
  case teacher
  case student
  /// A script or another system of the institution.
  case service

  /// The one table of rights: what is not listed is refused.
  public var operations: Set<Operation> {
    switch self {
    case .platformOperator:
      [.readTenant, .writeTenant, .readPlatform, .readStrategy, .readOwnAccount]
    case .tenantAdmin:
      Set(Operation.allCases.filter { !$0.isPlatform })
    case .scheduler:
      [
        .readInstitution, .importInstitution, .submitJob, .readJob, .cancelJob, .readVariant, .readPreset,
        .readStrategy, .readTimetable, .editTimetable, .readWorkflow, .selectVariant, .submitWorkflow,
        .archiveWorkflow, .readPublished, .readOwnAccount, .readQuota,
      ]
    case .approver:
      [
        .readInstitution, .readJob, .readVariant, .readPreset, .readStrategy, .readTimetable, .readWorkflow,
        .approveWorkflow, .rejectWorkflow, .requestRevision, .readPublished, .readOwnAccount,
      ]
    case .teacher, .student:
      [.readPublished, .readOwnAccount]
    case .service:
      [
        .readInstitution, .importInstitution, .submitJob, .readJob, .cancelJob, .readVariant, .readPreset,
        .readStrategy, .readTimetable, .readWorkflow, .readPublished, .readOwnAccount, .readQuota,
      ]
    }
  }

  public func may(_ operation: Operation) -> Bool { operations.contains(operation) }

  /// The roles that may do `operation`, in order of declaration.
  public static func allowed(_ operation: Operation) -> [Role] { allCases.filter { $0.may(operation) } }
}
