/// Somebody whose identity has been verified, as the verification found them.
///
/// Only this package's token verification and sign-in make one; nothing that came in from outside
/// is taken into it without that.
public struct Principal: Hashable, Sendable {
  /// Nil for platform operators, and for nobody else.
  public let tenant: TenantID?
  /// The account's id.
  public let user: String
  public let displayName: String
  public let roles: Set<Role>
  /// Departments a scheduler or approver acts for; empty: all of them.
  public let departments: Set<String>
  /// The teacher, class group and student this account is, where it is one.
  public let teacher: String?
  public let group: String?
  public let student: String?
  /// Must not be older than the tenant's and the account's own.
  public let tokenVersion: Int

  package init(
    tenant: TenantID?, user: String, displayName: String, roles: Set<Role>, departments: Set<String> = [],
    teacher: String? = nil, group: String? = nil, student: String? = nil, tokenVersion: Int = 0
  ) {
    self.tenant = tenant
    self.user = user
    self.displayName = displayName
    // A platform role inside a tenant, or a tenant's role outside of one, counts for nothing.
    self.roles = roles.filter { ($0 == .platformOperator) == (tenant == nil) }
    self.departments = departments
    self.teacher = teacher
    self.group = group
    self.student = student
    self.tokenVersion = tokenVersion
  }

  public func may(_ operation: Operation) -> Bool { roles.contains { $0.may(operation) } }
}
