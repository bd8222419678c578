/// Why somebody may not do something: the one answer of all routes, of the store and of approvals.
public enum AccessRefusal: Error, Hashable, Sendable {
  /// None of the roles may.
  case role(Operation)
  /// A role may, but not for these departments.
  case departments(Operation, missing: [String])
  /// A role may, but what it is about belongs to no department.
  case institution(Operation, own: [String])
  /// A role may, but this is the own work.
  case ownWork(Operation)
}

extension Principal {
  public func demand(_ operation: Operation) throws(AccessRefusal) {
    guard may(operation) else { throw .role(operation) }
  }

  /// The role first, then the departments.
  public func demand(_ operation: Operation, concerning reach: DepartmentReach) throws(AccessRefusal) {
    try demand(operation)
    guard !scope.covers(reach) else { return }
    switch reach {
    case .departments(let concerned):
      throw .departments(operation, missing: concerned.subtracting(departments).sorted())
    case .institution: throw .institution(operation, own: departments.sorted())
    }
  }
}

extension AccessRefusal: CustomStringConvertible {
  public var description: String {
    switch self {
    case .role(let operation):
      """
      None of your roles may \(operation.summary).
      Maybe ask somebody who is \(Role.allowed(operation).map(\.rawValue).joined(separator: " or ")).
      """
    case .departments(let operation, let missing):
      """
      You may \(operation.summary) for your own departments, but this concerns \(missing.joined(separator: ", ")) too.
      Maybe ask somebody who acts for all of them, or a tenant-admin.
      """
    case .institution(let operation, let own):
      """
      You may \(operation.summary) for \(own.joined(separator: ", ")), but this belongs to no department.
      Maybe ask somebody who acts for the whole institution.
      """
    case .ownWork(let operation):
      """
      You selected, submitted or changed this timetable, and nobody may \(operation.summary) of their own.
      Maybe ask another approver or tenant-admin; an institution of one allows it by approvals.own in its tenant.yaml.
      """
    }
  }
}
