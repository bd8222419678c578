import Tenancy
import Testing

@Suite struct RightsTests {
  @Test func everyOperationBelongsToSomebody() {
    for operation in Operation.allCases { #expect(!Role.allowed(operation).isEmpty, "\(operation.rawValue)") }
  }

  @Test func operatorsSeeNoTenantAndTenantsSeeNoPlatform() {
    for operation in Operation.allCases where operation.isPlatform {
      #expect(Role.allowed(operation) == [.platformOperator])
    }
    for operation in [Operation.readInstitution, .readTimetable, .readVariant, .readAudit, .readPublished] {
      #expect(!Role.platformOperator.may(operation))
    }
  }

  @Test func readersOnlyRead() {
    for role in [Role.teacher, .student] { #expect(role.operations == [.readPublished, .readOwnAccount]) }
  }

  @Test func whoPreparesAndWhoDecidesAreDifferentRoles() {
    #expect(!Role.scheduler.may(.approveWorkflow) && !Role.approver.may(.submitWorkflow))
    #expect(!Role.service.may(.publishWorkflow) && !Role.scheduler.may(.publishWorkflow))
  }

  @Test func aPlatformRoleInsideATenantCountsForNothing() throws {
    let tenant = try #require(TenantID(rawValue: "t_aaaaaaaaaaaaaaaa"))
    let inside = Principal(tenant: tenant, user: "u", displayName: "", roles: [.platformOperator, .student])
    let outside = Principal(tenant: nil, user: "u", displayName: "", roles: [.platformOperator, .tenantAdmin])
    #expect(inside.roles == [.student] && outside.roles == [.platformOperator])
  }
}
